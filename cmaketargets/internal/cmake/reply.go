package cmake

import (
	"fmt"
	"os"
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
	// BuildDirs holds the build directory of each directory whose CMakeLists.txt was run. Absolute.
	BuildDirs map[string]string
}

// codemodel is the object codemodel, version 2.
type codemodel struct {
	Paths          struct{ Source, Build string }
	Configurations []configuration
}

type configuration struct {
	Name        string
	Directories []struct {
		Source, Build  string
		HasInstallRule bool
	}
	Targets []struct{ JSONFile string }
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
	var file codemodel
	if err := x.read("codemodel", &file); err != nil {
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
		for _, dir := range config.Directories {
			if m.BuildDirs == nil {
				m.BuildDirs = map[string]string{}
			}
			m.BuildDirs[absolute(source, dir.Source)] = absolute(build, dir.Build)
		}
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

// Configurations returns the names of the configurations of the build tree, in the order of the
// project.
func (x Index) Configurations() ([]string, error) {
	var file codemodel
	if err := x.read("codemodel", &file); err != nil {
		return nil, err
	}
	var names []string
	for _, config := range file.Configurations {
		names = append(names, config.Name)
	}
	return names, nil
}

// BuildDirs returns the build directories of the directories that the project adds, its own first.
func (x Index) BuildDirs() ([]string, error) {
	var file codemodel
	if err := x.read("codemodel", &file); err != nil {
		return nil, err
	}
	var dirs []string
	for _, config := range file.Configurations[:min(1, len(file.Configurations))] {
		for _, dir := range config.Directories {
			dirs = append(dirs, absolute(absolute("", file.Paths.Build), dir.Build))
		}
	}
	return dirs, nil
}

// Inputs are the files that a configure depended on.
type Inputs struct {
	// Files are the files that CMake read, absolute, each once, in the order of first use.
	Files []string
	// Modules are those of Files that CMake came with.
	Modules map[string]bool
	// GlobDirs are the directories that a file(GLOB ... CONFIGURE_DEPENDS) searched, as far as the
	// reply lists them: that of its pattern and those of the files that it found. Absolute.
	GlobDirs []string
	// UnlistedGlobs is true when there are globs that the reply does not list, because CMake is
	// older than 4.1 (cmakeFiles 1.1). Only CMake itself can decide whether their results have
	// changed.
	UnlistedGlobs bool
}

// globScript is written by CMake for a project with globs to check again.
const globScript = "CMakeFiles/VerifyGlobs.cmake"

// Inputs reads the object cmakeFiles.
func (x Index) Inputs() (Inputs, error) {
	var file struct {
		Version objectVersion
		Paths   struct{ Source string }
		Inputs  []struct {
			Path    string
			IsCMake bool
		}
		GlobsDependent []struct {
			Expression, Relative string
			Paths                []string
		}
	}
	if err := x.read("cmakeFiles", &file); err != nil {
		return Inputs{}, err
	}
	if len(file.Inputs) == 0 {
		// CMake reads a CMakeLists.txt at least. Without one, no change would ever be seen.
		return Inputs{}, fmt.Errorf("read reply %s: %s has no inputs", filepath.Join(x.dir, x.File), x.objects["cmakeFiles"].JSONFile)
	}
	inputs := Inputs{Files: make([]string, 0, len(file.Inputs)), Modules: map[string]bool{}}
	seen := make(map[string]bool, len(file.Inputs))
	for _, in := range file.Inputs {
		path := absolute(file.Paths.Source, in.Path)
		if !seen[path] { // CMake lists a file as often as it is read.
			seen[path] = true
			inputs.Files = append(inputs.Files, path)
			if in.IsCMake {
				inputs.Modules[path] = true
			}
		}
	}
	for _, glob := range file.GlobsDependent {
		for _, path := range append([]string{glob.Expression}, glob.Paths...) {
			inputs.GlobDirs = append(inputs.GlobDirs, filepath.Dir(absolute(glob.Relative, path)))
		}
	}
	if file.Version.Minor < 1 {
		_, err := os.Stat(filepath.Join(x.build, filepath.FromSlash(globScript)))
		inputs.UnlistedGlobs = err == nil
	}
	return inputs, nil
}
