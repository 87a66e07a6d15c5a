package model

import "fmt"

// Edge is the need of one project for another.
type Edge struct {
	From string `json:"from"` // path of the project that needs To
	To   string `json:"to"`
	// Need is the code that needs, Answer the code that provides it.
	Need   Site `json:"need"`
	Answer Site `json:"answer,omitzero"`
	// Packages are the names that the code of From looks for: none for a setting, and for package.xml.
	Packages []string `json:"packages,omitempty"`
	// Optional edges order, and skip nothing: From can do without To.
	Optional bool `json:"optional,omitempty"`
	// Use is [Used] or [Unused] by the last configure steps of From, "" where that is not known.
	Use string `json:"use,omitempty"`
}

// The values of Edge.Use.
const (
	Used   = "used"
	Unused = "unused"
)

// String returns the edge with its places in the code, in words. show shortens the path of a file.
func (e Edge) String(show func(path string) string) string {
	needs := "needs"
	if e.Optional {
		needs = "may need"
	}
	line := fmt.Sprintf("%s %s %s: %s", e.From, needs, e.To, e.Need.String(show))
	if e.Answer.Text != "" {
		line += ", answered by " + e.Answer.String(show)
	}
	return line
}

// Site is a place in the code of a project.
type Site struct {
	File string `json:"file,omitempty"` // absolute, "" for a setting
	Line int    `json:"line,omitempty"`
	Text string `json:"text,omitempty"` // "find_package(lib1)"
}

// String returns "find_package(lib1) at CMakeLists.txt:3", with show applied to the file.
func (s Site) String(show func(path string) string) string {
	if s.File == "" {
		return s.Text
	}
	return fmt.Sprintf("%s at %s:%d", s.Text, show(s.File), s.Line)
}
