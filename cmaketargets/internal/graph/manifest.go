package graph

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// manifest reads a package.xml, by which ROS workspaces are ordered (REP 127, 140 and 149).
func (r *reading) manifest(file string) {
	data, _, err := fsutil.Read(file, maxFile)
	if err != nil {
		return
	}
	data = bytes.ToValidUTF8(data, []byte("?")) // names of packages are ASCII in any encoding
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, rest io.Reader) (io.Reader, error) { return rest, nil }
	for depth := 0; ; {
		token, err := d.Token()
		if err != nil {
			return
		}
		switch t := token.(type) {
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth != 2 {
				continue
			}
			line := 1 + bytes.Count(data[:d.InputOffset()], []byte{'\n'})
			inner, err := d.Token()
			content, ok := inner.(xml.CharData)
			if err != nil || !ok {
				switch inner.(type) {
				case xml.StartElement:
					depth++
				case xml.EndElement:
					depth--
				}
				continue
			}
			r.element(t, strings.TrimSpace(string(content)), model.Site{File: file, Line: line})
		}
	}
}

// element reads an element of a package.xml.
func (r *reading) element(e xml.StartElement, name string, site model.Site) {
	site.Text = fmt.Sprintf("<%s>%s", e.Name.Local, name)
	n := need{keys: []key{manifest(name)}, site: site}
	for _, attribute := range e.Attr {
		n.optional = n.optional || attribute.Name.Local == "condition"
	}
	switch e.Name.Local {
	case "name":
		r.provides[manifest(name)] = site
		if _, known := r.provides[guessed(name)]; !known {
			r.provides[guessed(name)] = site
		}
	case "depend":
		r.needs, r.exports = append(r.needs, n), append(r.exports, n)
	case "build_depend", "buildtool_depend":
		r.needs = append(r.needs, n)
	case "build_export_depend", "buildtool_export_depend", "run_depend":
		r.exports = append(r.exports, n)
	case "exec_depend": // of programs that the build of a user may run
		n.optional = true
		r.exports = append(r.exports, n)
	case "test_depend":
		n.optional = true
		r.needs = append(r.needs, n)
	}
}
