package report

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// File is a report to be written to an absolute path.
type File struct {
	Path string
	Form Form
}

// AddFiles appends the reports with the given paths, relative to base, to files. A path occurs
// once. setting is named in errors.
func AddFiles(files []File, setting string, paths []string, base string) ([]File, error) {
	for _, path := range paths {
		form, err := FormOf(path)
		if err != nil {
			return nil, fmt.Errorf("read %s: the name %s %w", setting, text.Quoted(path), err)
		}
		path = fsutil.Absolute(path, base)
		if !slices.ContainsFunc(files, func(f File) bool { return f.Path == path }) {
			files = append(files, File{path, form})
		}
	}
	return files, nil
}

// Source is a workspace as a Publisher sees it. Its dynamic type is comparable.
type Source interface {
	// Recorded returns the results so far.
	Recorded() []model.Result
}

// Publisher writes the reports of a process. Several workspaces may write the same file: it holds
// the results of all of them. The zero value is ready for use, by several goroutines.
type Publisher struct {
	mu      sync.Mutex
	sources map[string][]Source // by path
}

// Publish writes files after a run of source: all of them, even when one cannot be written. They
// hold all results of the sources of a file, and the results and runs of also and further.
func (p *Publisher) Publish(files []File, source Source, also []model.Result, further ...*model.Run) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sources == nil {
		p.sources = map[string][]Source{}
	}
	var errs []error
	var d Document
	var sources []Source // of d
	for _, file := range files {
		if !slices.Contains(p.sources[file.Path], source) {
			p.sources[file.Path] = append(p.sources[file.Path], source)
		}
		if sources == nil || !slices.Equal(sources, p.sources[file.Path]) {
			sources = p.sources[file.Path]
			var results []model.Result
			for _, s := range sources {
				results = append(results, s.Recorded()...)
			}
			d = New(append(results, also...), further...)
		}
		errs = append(errs, WriteFile(file.Path, file.Form, d))
	}
	return errors.Join(errs...)
}

// maxJobSummary is the size that GitHub takes from one step of a job, in bytes; of a larger file
// it shows only an error.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
const maxJobSummary = 1 << 20

// AppendJobSummary appends the summary of d in Markdown to the file at path, when GitHub takes it
// as a whole.
func AppendJobSummary(path string, d Document) error {
	var summary bytes.Buffer
	_ = Markdown(&summary, d)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fmt.Errorf("write job summary: %w", err)
	}
	info, err := file.Stat()
	if err == nil && info.Size()+int64(summary.Len()) <= maxJobSummary {
		_, err = file.Write(append(summary.Bytes(), '\n'))
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("write job summary: %w", err)
	}
	return nil
}
