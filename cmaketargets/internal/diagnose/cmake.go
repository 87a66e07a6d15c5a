package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// cmakeParser reads the messages of CMake.
type cmakeParser struct {
	*output
	message *cmakeMessage // open
	absent  string        // the package that pkg-config did not find
}

// cmakeHead is the first line of a message.
var cmakeHead = text.Regexp(`^CMake (Deprecation )?(?:Internal )?(Error|Warning)(?: \(([^)]*)\))?(?: (?:at|in) (.*)|:(.*))$`)

// open begins a message at a line such as
//
//	CMake Error at dir/CMakeLists.txt:3 (message):
//	CMake Warning (dev) in CMakeLists.txt:
//	CMake Error: The source directory "/x" does not exist.
func (p *cmakeParser) open(line string) bool {
	if !strings.HasPrefix(line, "CMake ") {
		return false
	}
	found := cmakeHead().FindStringSubmatch(line)
	if found == nil {
		return false
	}
	m := cmakeMessage{d: model.Diagnostic{Severity: model.Error, Origin: "cmake", Code: found[3], LogFirst: p.number, LogLast: p.number}}
	if found[2] == "Warning" {
		m.d.Severity = model.Warning
	}
	if m.d.Code == "" && found[1] != "" {
		m.d.Code = "deprecation"
	}
	f := cmakePlace(found[4])
	m.d.File, m.d.Line, m.command = f.File, f.Line, f.Text
	if text := strings.TrimSpace(found[5]); text != "" {
		text = bounded(strings.TrimPrefix(text, "Error: "))
		m.lines, m.size = []string{text}, len(text)+1
		m.headless, m.paragraph, m.alone = true, true, p.step != "configure"
	}
	p.message = &m
	return true
}

// more takes a line of the open message.
func (p *cmakeParser) more(line string) bool {
	if p.message == nil {
		return false
	}
	if p.message.add(p.number, line) {
		return true
	}
	p.close()
	return false
}

// status reads a line of CMake's status, "-- text".
func (p *cmakeParser) status(line string) {
	if name := between(line, "No package '", "' found"); name != "" {
		p.absent = strings.Clone(name)
	}
}

// close keeps the open message.
func (p *cmakeParser) close() {
	m := p.message
	if m == nil {
		return
	}
	p.message = nil
	d := &m.d
	d.Message = strings.Join(m.lines, "\n")
	if strings.HasPrefix(d.Message, "A required package was not found") {
		d.Missing = p.absent
	}
	// ExternalProject reports a build whose output follows or is elsewhere.
	outer := strings.Contains(d.File, "-stamp/") &&
		(strings.HasPrefix(d.Message, "Command failed: ") || d.Message == "Stopping after outputting logs.")
	// The second is the rest of a failure that was reported before.
	d.Summary = outer || strings.HasSuffix(d.Message, "not set, after EnableLanguage")
	last := d.LogLast
	p.add(d).words = outer
	d.LogLast = last
	p.last = nil
}

// cmakeLocation is a place as CMake prints it: "dir/CMakeLists.txt:3 (message):". The line can be
// EOF or DEFERRED, or missing, and so can the command.
var cmakeLocation = text.Regexp(`^(.*?)(?::(?:(\d+)|EOF|DEFERRED))?(?: \(([^()]*)\))?:?$`)

// cmakePlace returns a place as a frame, with the command as its text.
func cmakePlace(place string) model.Frame {
	found := cmakeLocation().FindStringSubmatch(strings.TrimSpace(place))
	if found == nil {
		return model.Frame{File: place}
	}
	line, _ := number(found[2])
	return model.Frame{File: found[1], Line: line, Text: found[3]}
}

// ofCMake reports whether a file is one of CMake's own modules.
func ofCMake(file string) bool {
	at := strings.LastIndex(file, "/Modules/")
	return at >= 0 && strings.HasPrefix(baseName(file[:at]), "cmake")
}
