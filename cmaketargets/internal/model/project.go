package model

// Project is one CMake project of a workspace.
type Project struct {
	// Path is the directory relative to the workspace's root, with slashes; "."
	// is the root itself. It identifies the project: names repeat, paths do not.
	Path string `json:"path"`
	// Dir is the same directory, absolute.
	Dir string `json:"dir"`
	// Name is the literal argument of project(), or empty.
	Name string `json:"name,omitempty"`
}

// Target is a target of a project, as reported by CMake's file API.
type Target struct {
	Name      string   `json:"name"`
	Type      string   `json:"type"`
	Config    string   `json:"config,omitempty"`
	Artifacts []string `json:"artifacts,omitempty"` // absolute, the main one first
	SourceDir string   `json:"sourceDir"`           // absolute
}

// Variant is one configuration of every project.
type Variant struct {
	Name      string            `json:"name,omitempty"`
	Preset    string            `json:"preset,omitempty"`
	Generator string            `json:"generator,omitempty"`
	BuildType string            `json:"buildType,omitempty"`
	Toolchain string            `json:"toolchain,omitempty"` // absolute
	Defines   map[string]string `json:"defines,omitempty"`
	Args      []string          `json:"args,omitempty"`
	Env       map[string]string `json:"-"` // may hold secrets
}

// Title names a project in a variant: "libs/foo [Release]", or "libs/foo" for
// the variant without a name.
func Title(project, variant string) string {
	if variant == "" {
		return project
	}
	return project + " [" + variant + "]"
}

// Paths returns the paths of projects.
func Paths(projects []Project) []string {
	var list []string
	for _, p := range projects {
		list = append(list, p.Path)
	}
	return list
}
