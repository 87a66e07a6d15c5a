package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Form writes a document in one form.
type Form func(io.Writer, Document) error

// forms are chosen by the end of a file's name; a longer ending precedes one that it ends with.
var forms = []struct {
	ending string
	write  Form
}{
	{".codequality.json", CodeQuality},
	{".trace.json", Trace},
	{".json", JSON},
	{".junit.xml", JUnit},
	{".html", HTML},
	{".md", Markdown},
}

// FormOf returns the form that a file's name asks for. The text of the error continues a sentence
// that begins with the name.
func FormOf(path string) (Form, error) {
	name := strings.ToLower(filepath.Base(path))
	var known []string
	for _, f := range forms {
		if strings.HasSuffix(name, f.ending) {
			return f.write, nil
		}
		known = append(known, f.ending)
	}
	return nil, fmt.Errorf("has no known ending; end it with one of %s", strings.Join(known, ", "))
}

// WriteFile replaces the file at path by a form of d, as a whole or not at all, and makes the
// directories above it. Other users can read it, as CI systems have to.
func WriteFile(path string, form Form, d Document) error {
	if err := fsutil.WriteTo(path, func(w io.Writer) error { return form(w, d) }); err != nil {
		return fmt.Errorf("write report %s: %w", path, fsutil.Cause(err))
	}
	return nil
}
