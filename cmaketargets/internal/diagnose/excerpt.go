package diagnose

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Line is a line of a file.
type Line struct {
	Number int // from one
	Text   string
}

// What an excerpt looks at, in bytes: files that are longer are no source, and
// a line that is longer is not to be read by people.
const (
	maxExcerptFile = 64 << 20
	maxExcerptLine = 400
)

// Excerpt returns the lines first to last of a file below dir, as far as they
// exist. There are none when the file is not below dir, also by way
// of symbolic links: a tool can print any path, and what lies elsewhere must
// not end up in a report. Nor are there any when it cannot be read as text.
func Excerpt(dir, file string, first, last int) []Line {
	inside, err := filepath.Rel(dir, file)
	if err != nil || !filepath.IsLocal(inside) {
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
		text, err := readLine(in)
		if err != nil {
			break
		}
		if strings.ContainsRune(text, 0) {
			return nil
		}
		if number >= first {
			list = append(list, Line{number, text})
		}
	}
	return list
}

// readLine returns the beginning of the next line, without what only a
// terminal understands.
func readLine(in *bufio.Reader) (string, error) {
	line, err := in.ReadSlice('\n')
	if len(line) == 0 && err != nil {
		return "", err
	}
	text := plain(line[:min(len(line), maxExcerptLine)])
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = in.ReadSlice('\n')
	}
	return strings.TrimRight(text, "\r\n"), nil
}
