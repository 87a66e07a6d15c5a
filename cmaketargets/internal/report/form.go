package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Form writes a document in one of the forms.
type Form func(io.Writer, Document) error

// forms are known by how a file's name ends; a longer ending comes before one
// that it ends with.
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

// FormOf returns the form that a file's name asks for. The text of the error
// reads on after the name.
func FormOf(path string) (Form, error) {
	name := strings.ToLower(filepath.Base(path))
	var known []string
	for _, f := range forms {
		if strings.HasSuffix(name, f.ending) {
			return f.write, nil
		}
		known = append(known, f.ending)
	}
	return nil, fmt.Errorf("says no form of report; end it with one of %s", strings.Join(known, ", "))
}
