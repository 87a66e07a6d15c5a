package cmaketargets

// Project is one CMake project of the workspace.
type Project struct {
	// Path is the project's directory relative to the workspace's root, with slashes; "."
	// is the root itself. It identifies the project: names repeat, paths do not.
	Path string `json:"path"`
	// Dir is the same directory, absolute.
	Dir string `json:"dir"`
	// Name is the argument of project(), for display; empty where it is not a literal.
	Name string `json:"name,omitempty"`
}

// Target is one target of a project, as reported by CMake's file API after a configure
// step.
type Target struct {
	// Name is the target's name, unique in its project.
	Name string `json:"name"`
	// Type is EXECUTABLE, STATIC_LIBRARY, SHARED_LIBRARY, MODULE_LIBRARY, OBJECT_LIBRARY,
	// INTERFACE_LIBRARY or UTILITY.
	Type string `json:"type"`
	// Config is the build configuration it is part of, "Debug" for one. A multi-config
	// generator has each target once per configuration.
	Config string `json:"config,omitempty"`
	// Artifacts are the files that building it makes, absolute, the main one first.
	Artifacts []string `json:"artifacts,omitempty"`
	// SourceDir is the directory of the CMakeLists.txt that declares it, absolute.
	SourceDir string `json:"sourceDir"`
}
