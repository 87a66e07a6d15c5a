package cmake

import (
	"fmt"
	"path/filepath"
	"slices"
)

// codemodelDirectory is the part in use of an object of kind "directory", which CMake writes since 3.21.
type codemodelDirectory struct {
	BacktraceGraph struct {
		Files []string
		Nodes []struct{ File, Line int }
	}
	Installers []struct {
		Type, Component string
		Backtrace       int
	}
}

// installDirectories returns the parts of the codemodel with install rules. ok reports that the reply has them: that
// of a CMake before 3.21 does not.
func (x Index) installDirectories() (list []codemodelDirectory, ok bool, err error) {
	var file struct {
		Configurations []struct {
			Directories []struct{ JSONFile string }
		}
	}
	if err := x.read("codemodel", &file); err != nil {
		return nil, false, err
	}
	for _, config := range file.Configurations {
		for _, ref := range config.Directories {
			var dir codemodelDirectory
			if ref.JSONFile == "" {
				return nil, false, nil
			}
			if err := x.readFile(ref.JSONFile, &dir); err != nil {
				return nil, false, err
			}
			list = append(list, dir)
		}
	}
	return list, len(list) > 0, nil
}

// InstallCode returns the calls of install(CODE) and install(SCRIPT) whose code an install step of a
// component runs, all components with "". Each is a file, relative to the source directory, and a line.
func (x Index) InstallCode(component string) ([]string, error) {
	directories, _, err := x.installDirectories()
	var calls []string
	for _, dir := range directories {
		for _, rule := range dir.Installers {
			if rule.Type != "code" && rule.Type != "script" || component != "" && rule.Component != component {
				continue
			}
			graph := &dir.BacktraceGraph
			if rule.Backtrace < 0 || rule.Backtrace >= len(graph.Nodes) {
				continue
			}
			node := graph.Nodes[rule.Backtrace]
			if node.File < 0 || node.File >= len(graph.Files) {
				continue
			}
			call := fmt.Sprintf("%s:%d", filepath.ToSlash(graph.Files[node.File]), node.Line)
			if !slices.Contains(calls, call) { // once for all configurations
				calls = append(calls, call)
			}
		}
	}
	return calls, err
}

// copies are the kinds of install rules that copy files, and do nothing else.
var copies = map[string]bool{"file": true, "directory": true, "target": true, "export": true, "fileSet": true}

// CopiesOnly reports whether an install step only copies files, so that it does nothing where these and their copies
// are as they were after the last one. It is false where that is unknown.
func (x Index) CopiesOnly() bool {
	directories, ok, err := x.installDirectories()
	for _, dir := range directories {
		for _, rule := range dir.Installers {
			ok = ok && copies[rule.Type]
		}
	}
	return ok && err == nil
}
