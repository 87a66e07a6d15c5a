package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// projects lists the projects in the picture and their numbers of sources.
var projects = []struct {
	path    string
	sources int
}{
	{"apps/blinky", 4},
	{"apps/gateway", 14},
	{"apps/shell", 10},
	{"libs/codec", 12},
	{"libs/crc", 1},
	{"libs/net", 16},
	{"libs/ring", 2},
	{"tools/flash", 6},
}

// broken is the project with an error.
const broken = "libs/crc"

const magefile = `//go:build mage

package main

import (
	//mage:import
	_ "github.com/magecmake/magecmake/cmaketargets"
)
`

// write writes the repository. Its module replaces ours by the given directory.
func write(repo, module string) error {
	mod, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return err
	}
	sum, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		return err
	}
	const ours = "github.com/magecmake/magecmake"
	mod = regexp.MustCompile(`(?m)^module .*$`).ReplaceAll(mod, []byte("module example.com/team"))
	mod = fmt.Appendf(mod, "\nrequire %s v0.0.0\nreplace %s => %s\n", ours, ours, module)
	files := map[string]string{"go.mod": string(mod), "go.sum": string(sum), "magefile.go": magefile}
	for _, p := range projects {
		name := path.Base(p.path)
		var sources strings.Builder
		for i := range p.sources {
			source := fmt.Sprintf("src/part_%d.cpp", i+1)
			fmt.Fprintf(&sources, " %s", source)
			files[p.path+"/"+source] = fmt.Sprintf("#include <map>\n#include <string>\n"+
				"std::map<int, std::string> table_%d() { return {{1, \"a\"}}; }\n"+
				"bool match_%d(const std::string &s) { return s == \"a\"; }\n", i, i)
		}
		if p.path == broken {
			files[p.path+"/src/part_1.cpp"] = "unsigned char crc8(const unsigned char *data, int size) {\n    unsigned char crc = 0;\n    return sum;\n}\n"
		}
		files[p.path+"/CMakeLists.txt"] = fmt.Sprintf("cmake_minimum_required(VERSION 3.16)\nproject(%s CXX)\nadd_library(%s%s)\n", name, name, sources.String())
	}
	for name, text := range files {
		file := filepath.Join(repo, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// touch updates the timestamps of all sources.
func touch(repo string) error {
	now := time.Now()
	return filepath.WalkDir(repo, func(path string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".cpp" && !strings.Contains(path, "CMakeFiles") {
			err = os.Chtimes(path, now, now)
		}
		return err
	})
}
