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

// InstallCode returns the calls of install(CODE) and install(SCRIPT) whose code an install step of a
// component runs, all components with "". Each is a file, relative to the source directory, and a line.
func (x Index) InstallCode(component string) ([]string, error) {
	var file struct {
		Configurations []struct {
			Directories []struct{ JSONFile string }
		}
	}
	if err := x.read("codemodel", &file); err != nil {
		return nil, err
	}
	var calls []string
	for _, config := range file.Configurations {
		for _, ref := range config.Directories {
			var dir codemodelDirectory
			if ref.JSONFile == "" {
				continue
			}
			if err := x.readFile(ref.JSONFile, &dir); err != nil {
				return nil, err
			}
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
	}
	return calls, nil
}
