package cmake

import (
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Model is the codemodel of a build tree.
type Model struct {
	// Targets are the project's, without those of the generator such as ALL_BUILD, by
	// configuration, then in CMake's order.
	Targets []model.Target
	// SourceDirs are the directories whose CMakeLists.txt declares a target, also one of the
	// generator, or that hold sources of one, generated sources excepted. Absolute, each once.
	SourceDirs []string
}

// codemodel is the object codemodel, version 2.
type codemodel struct {
	Paths          struct{ Source, Build string }
	Configurations []struct {
		Name        string
		Directories []struct{ HasInstallRule bool }
		Targets     []struct{ JSONFile string }
	}
}

// codemodelTarget is the part in use of an object of kind "target".
type codemodelTarget struct {
	Name, Type string
	Artifacts  []struct{ Path string }
	Sources    []struct {
		Path        string
		IsGenerated bool
	}
	Paths               struct{ Source string }
	IsGeneratorProvided bool
}

// Model reads the object codemodel with its targets, one file each. It leaves out the abstract
// targets of CMake 4.2 and later, imported ones and interface libraries without sources, as nothing
// is built for them.
func (x Index) Model() (Model, error) {
	file, err := x.codemodel()
	if err != nil {
		return Model{}, err
	}
	var m Model
	source, build := absolute("", file.Paths.Source), absolute("", file.Paths.Build)
	seen := map[string]bool{}
	addDir := func(dir string) {
		if !seen[dir] {
			seen[dir] = true
			m.SourceDirs = append(m.SourceDirs, dir)
		}
	}
	for _, config := range file.Configurations {
		for _, ref := range config.Targets {
			var t codemodelTarget
			if err := x.readFile(ref.JSONFile, &t); err != nil {
				return Model{}, err
			}
			dir := absolute(source, t.Paths.Source)
			addDir(dir)
			for _, s := range t.Sources {
				if !s.IsGenerated {
					addDir(filepath.Dir(absolute(source, s.Path)))
				}
			}
			if t.IsGeneratorProvided {
				continue
			}
			target := model.Target{Name: t.Name, Type: t.Type, Config: config.Name, SourceDir: dir}
			for _, artifact := range t.Artifacts {
				target.Artifacts = append(target.Artifacts, absolute(build, artifact.Path))
			}
			m.Targets = append(m.Targets, target)
		}
	}
	return m, nil
}

// codemodel reads the object without its targets.
func (x Index) codemodel() (codemodel, error) {
	var file codemodel
	err := x.read("codemodel", &file)
	return file, err
}

// hasInstallRule reports whether an install() is called somewhere in the tree. The first directory
// is the top, and its flag covers those below it.
func (m codemodel) hasInstallRule() bool {
	for _, config := range m.Configurations {
		if len(config.Directories) > 0 && config.Directories[0].HasInstallRule {
			return true
		}
	}
	return false
}
