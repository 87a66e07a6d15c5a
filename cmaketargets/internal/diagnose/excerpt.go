package diagnose

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Line is a line of a file.
type Line struct {
	Number int // from 1
	Text   string
}

// Limits of an excerpt, in bytes: longer files are not source, and longer lines not readable.
const (
	maxExcerptFile = 64 << 20
	maxExcerptLine = 400
)

// Excerpt returns the lines first to last of a file below dir, as far as they exist. It returns
// none when the file is not below dir, also through symbolic links: tools can print any path, and
// files elsewhere must not end up in a report. Nor does it return any of a file that is not text.
func Excerpt(dir, file string, first, last int) []Line {
	inside, ok := fsutil.Within(file, dir)
	if !ok {
		return nil
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer func() { _ = root.Close() }()
	// Opening a named pipe would wait for a writer.
	if info, err := root.Stat(inside); err != nil || !info.Mode().IsRegular() || info.Size() > maxExcerptFile {
		return nil
	}
	in, err := root.Open(inside)
	if err != nil {
		return nil
	}
	defer func() { _ = in.Close() }()
	return excerpt(in, first, last)
}

func excerpt(r io.Reader, first, last int) []Line {
	in := bufio.NewReader(r)
	var list []Line
	for number := 1; number <= last; number++ {
		line, err := in.ReadSlice('\n')
		if len(line) == 0 && err != nil {
			break
		}
		shown := text.Plain(string(line[:min(len(line), maxExcerptLine)]))
		skipLine(in, err)
		if strings.ContainsRune(shown, 0) {
			return nil
		}
		if number >= first {
			list = append(list, Line{number, strings.TrimRight(shown, "\r\n")})
		}
	}
	return list
}

// Context returns lines to show with a diagnostic of res: those around its own in the source when
// that is below base, otherwise those of the report in the log, the last ones for a command that
// failed and the first ones for all others.
func Context(res model.Result, d model.Diagnostic, base string, around int) (lines []Line, fromSource bool) {
	if d.Line > 0 {
		if lines = Excerpt(base, d.File, d.Line-around, d.Line+around); lines != nil {
			return lines, true
		}
	}
	first, last := d.LogFirst, d.LogLast
	switch {
	case d.Summary:
		first = max(first, last-2*around)
	case d.Test != "":
		first = min(first+1, last) // Skip the line with the result.
	}
	return Excerpt(filepath.Dir(res.LogFile), res.LogFile, first, min(last, first+2*around)), false
}

// maxShort bounds Short, in characters; the log has the rest.
const maxShort = 300

// sentenceEnd is the end of a sentence before another.
var sentenceEnd = text.Regexp(`[.!?] +\p{Lu}`)

// Short returns the message of a diagnostic on one line, cut at a readable length. Of a message
// about something missing it returns the first sentence: advice for any package follows, and the
// hint is better.
func Short(d model.Diagnostic) string {
	message := d.Message
	if d.Missing != "" {
		message = d.Headline()
		if end := sentenceEnd().FindStringIndex(message); end != nil {
			message = message[:end[0]+1]
		}
	}
	message = strings.Join(strings.Fields(message), " ")
	runes := []rune(message)
	if len(runes) <= maxShort {
		return message
	}
	message = string(runes[:maxShort+1])
	if at := strings.LastIndexByte(message, ' '); at > len(message)/2 {
		return message[:at] + " ..."
	}
	return string(runes[:maxShort]) + "..."
}
