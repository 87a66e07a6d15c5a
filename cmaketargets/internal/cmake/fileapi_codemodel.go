package cmake

import (
	"path/filepath"
	"slices"
)

// Target is what a project builds, in one configuration.
type Target struct {
	Name      string
	Type      string   // EXECUTABLE, STATIC_LIBRARY, SHARED_LIBRARY, UTILITY, ...
	Config    string   // "Debug"; "" for a tree without build type
	Artifacts []string // absolute paths of what is built; the first is the thing itself
	SourceDir string   // absolute; the directory whose CMakeLists.txt made it
	BuildDir  string   // absolute
	Dirs      []string // absolute; the directories that hold its sources, each once
	Installed bool     // an install(TARGETS) names it
	Generator bool     // not of the project but of the generator, such as ALL_BUILD
}

// Model is the codemodel of a build tree.
type Model struct {
	SourceDir, BuildDir string   // absolute
	Projects            []string // names, by project(), the top-level one first
	Configs             []string // names of the configurations, "" for none
	HasInstallRules     bool     // an install() is called somewhere in the tree
	Targets             []Target // by configuration, then in CMake's order
}

// codemodel is the object codemodel, version 2.
type codemodel struct {
	Paths          struct{ Source, Build string }
	Configurations []struct {
		Name        string
		Projects    []struct{ Name string }
		Directories []struct{ HasInstallRule bool }
		Targets     []struct{ JSONFile string }
	}
}

// codemodelTarget is the part that is used of an object of kind "target".
type codemodelTarget struct {
	Name, Type string
	Artifacts  []struct{ Path string }
	Sources    []struct {
		Path        string
		IsGenerated bool
	}
	Paths               struct{ Source, Build string }
	Install             *struct{}
	IsGeneratorProvided bool
}

// Model reads the object codemodel with its targets, one file each. What
// CMake since 4.2 lists as abstract targets (imported ones, and interface
// libraries without sources) is left out, as nothing is built for them.
func (x Index) Model() (Model, error) {
	file, model, err := x.modelHead()
	if err != nil {
		return Model{}, err
	}
	for _, config := range file.Configurations {
		for _, ref := range config.Targets {
			var t codemodelTarget
			if err := x.readFile(ref.JSONFile, &t); err != nil {
				return Model{}, err
			}
			target := Target{
				Name: t.Name, Type: t.Type, Config: config.Name,
				SourceDir: absolute(model.SourceDir, t.Paths.Source),
				BuildDir:  absolute(model.BuildDir, t.Paths.Build),
				Installed: t.Install != nil, Generator: t.IsGeneratorProvided,
			}
			for _, artifact := range t.Artifacts {
				target.Artifacts = append(target.Artifacts, absolute(model.BuildDir, artifact.Path))
			}
			for _, source := range t.Sources {
				dir := filepath.Dir(absolute(model.SourceDir, source.Path))
				if !source.IsGenerated && !slices.Contains(target.Dirs, dir) {
					target.Dirs = append(target.Dirs, dir)
				}
			}
			model.Targets = append(model.Targets, target)
		}
	}
	return model, nil
}

// modelHead reads the codemodel but no target.
func (x Index) modelHead() (codemodel, Model, error) {
	var file codemodel
	if err := x.read("codemodel", &file); err != nil {
		return file, Model{}, err
	}
	model := Model{SourceDir: absolute("", file.Paths.Source), BuildDir: absolute("", file.Paths.Build)}
	for i, config := range file.Configurations {
		model.Configs = append(model.Configs, config.Name)
		// The first directory is the top, and its flag covers those below it.
		if len(config.Directories) > 0 && config.Directories[0].HasInstallRule {
			model.HasInstallRules = true
		}
		for _, project := range config.Projects {
			if i == 0 {
				model.Projects = append(model.Projects, project.Name)
			}
		}
	}
	return file, model, nil
}
