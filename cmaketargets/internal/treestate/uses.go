package treestate

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/cmakelang"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxCode bounds a file that is read for its dependencies, in bytes.
const maxCode = 8 << 20

// Modules keeps CMake's own modules as they were read in a run. The zero value is ready for use by several
// goroutines.
type Modules struct{ cmakelang.Modules }

// uses returns the dependencies of a project's CMake code beside the files that CMake lists. It reads
// that code, the templates of the project, and settings: presets, toolchain files and initial caches.
// It returns settings with the files that they include.
func (g *Generated) uses(intent inputs.Intent, in cmake.Inputs, model cmake.Model, settings []string, shared *Modules) (inputs.Uses, []string) {
	c := codeReader{
		generated: g, intent: intent, modules: in.Modules, shared: shared, env: map[string]bool{}, seen: map[string]bool{},
		context: cmakelang.Context{
			Source: intent.Source, Build: intent.Build, Dirs: model.BuildDirs, Cache: map[string]string{},
			Getenv: func(name string) string { return fsutil.Getenv(intent.Environ, name) },
		},
	}
	for name, e := range g.entries() {
		c.context.Cache[name] = e.Value
	}
	if runtime.GOOS == "linux" && c.context.Cache["CMAKE_TOOLCHAIN_FILE"] == "" && c.context.Cache["CMAKE_SYSTEM_NAME"] == "" {
		c.context.System = "Linux"
	}
	settings = append(settings, c.included(slices.Concat(settings, intent.Files))...)
	for _, path := range slices.Concat(settings, intent.Files) {
		if !slices.Contains(in.Files, path) {
			c.read(path, cmakelang.Script)
		}
	}
	for _, path := range in.Files {
		if origin, ok := c.origin(path); ok {
			c.read(path, origin)
		}
	}
	c.readIncluded()
	u := cmakelang.Resolve(c.context, c.files)
	// The files that initial caches include are not among those that CMake lists.
	for i := 0; i < len(u.Scripts); i++ {
		c.read(u.Scripts[i], cmakelang.Script)
		u = cmakelang.Resolve(c.context, c.files)
	}
	for name := range c.env {
		if !slices.Contains(u.Env, name) {
			u.Env = append(u.Env, name)
		}
	}
	u.Env = slices.DeleteFunc(u.Env, func(name string) bool { return name == "PATH" }) // see Uses.Path
	found := inputs.Uses{
		Env: u.Env, Reads: append(u.Reads, u.Scripts...), Exists: u.Exists, Globs: u.Globs, Copies: u.Copies, Unknown: u.Unknown,
		Makes: u.Makes, Programs: u.Programs, Path: u.Path || c.env["PATH"],
	}
	if c.unknown != "" {
		found.Unknown = c.unknown
	}
	for _, target := range model.Targets {
		for _, artifact := range target.Artifacts {
			// CMake makes its directory, and Make does not.
			if dir := filepath.Dir(artifact); !fsutil.Inside(dir, intent.Build) && !slices.Contains(found.Makes, dir) {
				found.Makes = append(found.Makes, dir)
			}
		}
	}
	g.addFound(&found)
	return found, settings
}

// codeReader reads the files of one project.
type codeReader struct {
	generated *Generated
	intent    inputs.Intent
	modules   map[string]bool // CMake's own, among its inputs
	shared    *Modules        // these, as read in the run
	context   cmakelang.Context
	files     []cmakelang.File
	env       map[string]bool // variables that presets and templates name
	seen      map[string]bool
	others    []string // the project's files that are no code by their names
	unknown   string
}

// included returns the files that toolchain files and initial caches include, as far as their names
// are known.
func (c *codeReader) included(settings []string) []string {
	own := codeReader{generated: c.generated, intent: c.intent, context: c.context, env: map[string]bool{}, seen: map[string]bool{}}
	list := settings
	for i := 0; i < len(list); i++ {
		own.read(list[i], cmakelang.Script)
		for _, path := range cmakelang.Resolve(own.context, own.files).Scripts {
			if !slices.Contains(list, path) && fsutil.Exists(path) {
				list = append(list, path)
			}
		}
	}
	return list[len(settings):]
}

// origin returns whose file an input of CMake is. It is not ok if its code is known to depend on
// nothing else: CMake's own about systems, compilers and languages.
func (c *codeReader) origin(path string) (origin cmakelang.Origin, ok bool) {
	base := filepath.Base(path)
	switch {
	case fsutil.Inside(path, filepath.Join(c.intent.Build, "CMakeFiles")):
		return 0, false
	case c.modules[path]:
		known := strings.HasPrefix(base, "CMake") || strings.HasPrefix(base, "FindPackage") || filepath.Base(filepath.Dir(path)) != "Modules" && !strings.HasPrefix(base, "Find")
		return cmakelang.Module, !known || strings.Contains(path, "FindPython")
	case fsutil.Inside(path, c.intent.Source) || fsutil.Inside(path, c.intent.Build):
		return cmakelang.Own, true
	}
	for name, dir := range c.context.Cache {
		ofProject := strings.HasSuffix(name, "_SOURCE_DIR") || strings.HasSuffix(name, "_BINARY_DIR") // by project()
		if strings.HasSuffix(name, "_DIR") && !ofProject && filepath.IsAbs(dir) && fsutil.Inside(path, filepath.Clean(dir)) && base != "CMakeLists.txt" {
			return cmakelang.Package, true
		}
	}
	return cmakelang.Own, true
}

// read reads one file.
func (c *codeReader) read(path string, origin cmakelang.Origin) {
	if c.seen[path] {
		return
	}
	c.seen[path] = true
	data, info, err := fsutil.Read(path, maxCode)
	if os.IsNotExist(err) {
		return // its stamp records that
	}
	if err != nil && c.unknown == "" {
		c.unknown = "cannot read " + path + ": " + fsutil.Cause(err).Error()
	}
	switch {
	case origin == cmakelang.Module && err == nil:
		c.files = append(c.files, cmakelang.File{Path: path, Origin: origin, Code: c.shared.Read(path, info, data)})
	case filepath.Base(path) == "CMakeLists.txt" || strings.HasSuffix(path, ".cmake") || origin == cmakelang.Script && !strings.HasSuffix(path, ".json"):
		c.files = append(c.files, cmakelang.File{Path: path, Origin: origin, Code: cmakelang.Read(data)})
	case strings.HasSuffix(path, ".json") && origin == cmakelang.Script:
		for _, macro := range presetVariable().FindAllSubmatch(data, -1) {
			c.env[string(macro[1])] = true
		}
	default: // a template of configure_file(), or code; see readIncluded
		c.others = append(c.others, path)
		cmakelang.EachEnvironment(string(data), func(name string) {
			if strings.Contains(name, "$") && c.unknown == "" {
				rel, _ := filepath.Rel(c.intent.Source, path)
				c.unknown = "reads a variable of the environment whose name is computed (" + filepath.ToSlash(rel) + ")"
			}
			c.env[name] = true
		})
	}
}

// readIncluded reads those of the other files that the code includes, whatever their names are.
func (c *codeReader) readIncluded() {
	for i := 0; i < len(c.others); i++ {
		if path := c.others[i]; cmakelang.Includes(c.files, filepath.Base(path)) {
			origin, _ := c.origin(path)
			data, _, _ := fsutil.Read(path, maxCode) // read has noted an error
			c.files = append(c.files, cmakelang.File{Path: path, Origin: origin, Code: cmakelang.Read(data)})
			c.others = slices.Delete(c.others, i, i+1)
			i = -1 // it may include the ones before
		}
	}
}

// presetVariable matches a reference to the environment in a file of presets.
var presetVariable = text.Regexp(`\$p?env\{([^}${"]*)\}`)

// addFound adds the files and directories in the cache that were found or given. The content of a
// program matters, because a module may ask it for its version.
func (g *Generated) addFound(u *inputs.Uses) {
	entries := g.entries()
	for _, name := range text.SortedKeys(entries) {
		e := entries[name]
		if e.Type == "STATIC" || strings.HasPrefix(name, "CMAKE_") || !filepath.IsAbs(e.Value) {
			continue
		}
		path := filepath.Clean(e.Value)
		if path == g.dir || e.Value == entries["CMAKE_INSTALL_PREFIX"].Value {
			continue // our steps make them
		}
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 && !strings.Contains(filepath.Base(path), ".so") && !fsutil.Inside(path, g.dir) {
			u.Reads = append(u.Reads, path)
		} else if !slices.Contains(u.Exists, path) {
			u.Exists = append(u.Exists, path)
		}
	}
}
