package cmake_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// demo is what is in the replies in testdata/reply: a project in /tmp/demo,
// built in /tmp/demo/build, as CMake described it.
func demo(config string) cmake.Model {
	return cmake.Model{
		SourceDir: "/tmp/demo", BuildDir: "/tmp/demo/build",
		Projects: []string{"demo", "inner"}, Configs: []string{config}, HasInstallRules: true,
		Targets: []cmake.Target{
			{
				Name: "app", Type: "EXECUTABLE", Config: config, Artifacts: []string{"/tmp/demo/build/app"},
				SourceDir: "/tmp/demo", BuildDir: "/tmp/demo/build", Dirs: []string{"/tmp/demo"}, Installed: true,
			},
			{
				Name: "docs", Type: "UTILITY", Config: config,
				SourceDir: "/tmp/demo/sub", BuildDir: "/tmp/demo/build/sub",
			},
			{
				Name: "util", Type: "STATIC_LIBRARY", Config: config, Artifacts: []string{"/tmp/demo/build/sub/libutil.a"},
				SourceDir: "/tmp/demo/sub", BuildDir: "/tmp/demo/build/sub", Dirs: []string{"/tmp/demo/sub"},
			},
		},
	}
}

// slashed returns a path of a reply as it is on Linux.
func slashed(path string) string {
	return strings.TrimPrefix(filepath.ToSlash(path), filepath.VolumeName(path))
}

// slashes compares paths as they are on Linux, where the replies come from.
var slashes = cmp.Comparer(func(a, b string) bool { return slashed(a) == slashed(b) })

func TestReadReply(t *testing.T) {
	for _, version := range []string{"3.25.1", "4.3.1"} {
		reply, err := cmake.ReadReply("testdata/reply/" + version)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(demo("Debug"), reply.Model, slashes); diff != "" {
			t.Errorf("%s: model (-want +got):\n%s", version, diff)
		}
		if x := reply.Index; x.CMake.String() != version || x.Failed || x.Generator != (cmake.Generator{Name: "Ninja"}) ||
			!strings.HasPrefix(x.File, "index-") || !strings.HasSuffix(x.Tool, "/cmake") {
			t.Errorf("%s: index %+v", version, x)
		}
		checkInputs(t, version, reply.Inputs)
	}
}

func checkInputs(t *testing.T, version string, inputs cmake.Inputs) {
	t.Helper()
	files := map[string]cmake.Input{}
	for _, in := range inputs.Files {
		if _, twice := files[slashed(in.Path)]; twice {
			t.Errorf("%s: %s is there twice", version, in.Path)
		}
		files[slashed(in.Path)] = in
	}
	for _, path := range []string{"CMakeLists.txt", "fetch.cmake", "conf.h.in", "sub/CMakeLists.txt"} {
		in, ok := files["/tmp/demo/"+path]
		if !ok || in.CMake || in.External || in.Generated {
			t.Errorf("%s: %s is %+v", version, path, in)
		}
	}
	if in := files["/tmp/demo/build/CMakeFiles/"+version+"/CMakeSystem.cmake"]; !in.Generated {
		t.Errorf("%s: CMakeSystem.cmake is %+v", version, in)
	}
	own := 0
	for _, in := range files {
		if in.CMake && in.External {
			own++
		}
	}
	if own == 0 {
		t.Errorf("%s: no module of CMake itself", version)
	}
	if version == "3.25.1" {
		if len(inputs.Globs) > 0 {
			t.Errorf("%s: globs %+v", version, inputs.Globs)
		}
		return
	}
	want := []cmake.Glob{{Expression: "/tmp/demo/*.c", ListDirectories: true, Paths: []string{"/tmp/demo/main.c"}}}
	if diff := cmp.Diff(want, inputs.Globs); diff != "" || inputs.UnlistedGlobs {
		t.Errorf("%s: globs (-want +got):\n%s", version, diff)
	}
}

func TestReadReplyOfManyConfigurations(t *testing.T) {
	x, err := cmake.ReadIndex("testdata/reply/4.3.1-multi")
	if err != nil {
		t.Fatal(err)
	}
	model, err := x.Model()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"Debug", "Release", "RelWithDebInfo"}, model.Configs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"demo", "inner"}, model.Projects); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(model.Targets) != 9 || slashed(model.Targets[8].Artifacts[0]) != "/tmp/demo/build/sub/RelWithDebInfo/libutil.a" {
		t.Errorf("got %+v", model.Targets)
	}
	if x, err := cmake.ReadIndex("testdata/reply/4.3.1-multi"); err != nil || !x.Generator.MultiConfig {
		t.Errorf("got %+v, %v", x, err)
	}
}

// replyDir returns the reply directory of a new build tree.
func replyDir(t *testing.T) (build, reply string) {
	build = t.TempDir()
	return build, filepath.Join(build, ".cmake", "api", "v1", "reply")
}

// index is an index with one object.
func index(kind, file, major string) string {
	return `{"cmake":{"version":{"major":4,"minor":0,"patch":2},"generator":{"name":"Ninja"}},
		"objects":[{"kind":"` + kind + `","jsonFile":"` + file + `","version":{"major":` + major + `,"minor":0}}],"reply":{}}`
}

func TestReadIndexChoosesNewest(t *testing.T) {
	build, reply := replyDir(t)
	if _, err := cmake.ReadIndex(build); !errors.Is(err, cmake.ErrNoReply) {
		t.Errorf("no directory: %v", err)
	}
	write(t, filepath.Join(reply, "error-2026-01-01T00-00-02-0000.json"), "{}")
	if _, err := cmake.ReadIndex(build); !errors.Is(err, cmake.ErrNoReply) {
		t.Errorf("only an error: %v", err)
	}
	for _, step := range []struct {
		file   string
		index  string
		failed bool
	}{
		{"index-2026-01-01T00-00-01-0000.json", "index-2026-01-01T00-00-01-0000.json", true},
		{"index-2026-01-01T00-00-03-0000.json", "index-2026-01-01T00-00-03-0000.json", false},
		{"index-2026-01-01T00-00-02-9999.json", "index-2026-01-01T00-00-03-0000.json", false},
		{"index-2026-01-01T00-00-09-0000.txt", "index-2026-01-01T00-00-03-0000.json", false},
		{"error-2026-01-01T00-00-04-0000.json", "index-2026-01-01T00-00-03-0000.json", true},
	} {
		write(t, filepath.Join(reply, step.file), index("codemodel", "c.json", "2"))
		x, err := cmake.ReadIndex(build)
		if err != nil || x.File != step.index || x.Failed != step.failed {
			t.Errorf("with %s: %+v, %v", step.file, x, err)
		}
	}
}

func TestReadReplyBroken(t *testing.T) {
	for name, test := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"truncated index": {map[string]string{"index-1.json": `{"cmake":`}, []string{"index-1.json", "unexpected end of JSON"}},
		"empty index":     {map[string]string{"index-1.json": ""}, []string{"index-1.json"}},
		"no codemodel":    {map[string]string{"index-1.json": `{}`}, []string{"index-1.json", "no codemodel", "no file API reply"}},
		"new major":       {map[string]string{"index-1.json": index("codemodel", "c.json", "3")}, []string{"codemodel has version 3, this program reads version 2"}},
		"missing object":  {map[string]string{"index-1.json": index("codemodel", "c.json", "2")}, []string{"c.json", "read reply"}},
		"outside":         {map[string]string{"index-1.json": index("codemodel", "../c.json", "2")}, []string{`"../c.json" is not a file beside it`}},
		"broken object":   {map[string]string{"index-1.json": index("codemodel", "c.json", "2"), "c.json": "[]"}, []string{"c.json", "array"}},
		"broken target": {map[string]string{
			"index-1.json": index("codemodel", "c.json", "2"),
			"c.json":       `{"configurations":[{"targets":[{"jsonFile":"t.json"}]}]}`,
			"t.json":       `{"name":`,
		}, []string{"t.json"}},
		"target without file": {map[string]string{
			"index-1.json": index("codemodel", "c.json", "2"),
			"c.json":       `{"configurations":[{"targets":[{}]}]}`,
		}, []string{`"" is not a file beside it`}},
	} {
		t.Run(name, func(t *testing.T) {
			build, reply := replyDir(t)
			for file, content := range test.files {
				write(t, filepath.Join(reply, file), content)
			}
			_, err := cmake.ReadReply(build)
			contains(t, err, test.want...)
		})
	}
}

// TestReadIndexOfTwoVersions has a codemodel of version 1 before ours, as an
// editor may ask for another version than we do.
func TestReadIndexOfTwoVersions(t *testing.T) {
	build, reply := replyDir(t)
	write(t, filepath.Join(reply, "index-1.json"), `{"objects":[
		{"kind":"codemodel","jsonFile":"c1.json","version":{"major":1}},
		{"kind":"codemodel","jsonFile":"c2.json","version":{"major":2}},
		{"kind":"codemodel","jsonFile":"c3.json","version":{"major":3}}]}`)
	write(t, filepath.Join(reply, "c2.json"), `{"configurations":[{"name":"right"}]}`)
	x, err := cmake.ReadIndex(build)
	if err != nil {
		t.Fatal(err)
	}
	model, err := x.Model()
	if err != nil || len(model.Configs) != 1 || model.Configs[0] != "right" {
		t.Errorf("got %+v, %v", model, err)
	}
}

func TestUnlistedGlobs(t *testing.T) {
	build, reply := replyDir(t)
	script := filepath.Join(build, "CMakeFiles", "VerifyGlobs.cmake")
	for _, test := range []struct {
		minor  string
		script bool
		want   bool
	}{{"0", false, false}, {"0", true, true}, {"1", true, false}} {
		write(t, filepath.Join(reply, "index-1.json"), index("cmakeFiles", "f.json", "1"))
		write(t, filepath.Join(reply, "f.json"), `{"inputs":[{"path":"CMakeLists.txt"}],"version":{"major":1,"minor":`+test.minor+`}}`)
		if test.script {
			write(t, script, "")
		}
		x, err := cmake.ReadIndex(build)
		if err != nil {
			t.Fatal(err)
		}
		inputs, err := x.Inputs()
		if err != nil || inputs.UnlistedGlobs != test.want {
			t.Errorf("%+v: got %+v, %v", test, inputs, err)
		}
	}
}

func TestWriteQuery(t *testing.T) {
	build := filepath.Join(t.TempDir(), "new", "tree")
	path := filepath.Join(build, ".cmake", "api", "v1", "query", "client-cmaketargets", "query.json")
	if err := cmake.WriteQuery(build); err != nil {
		t.Fatal(err)
	}
	first, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := cmake.WriteQuery(build); err != nil {
		t.Fatal(err)
	}
	second, err := os.Stat(path)
	if err != nil || !os.SameFile(first, second) || !first.ModTime().Equal(second.ModTime()) {
		t.Errorf("the same query was written again: %v", err)
	}
	write(t, path, "{}")
	if err := cmake.WriteQuery(build); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(data), `"cmakeFiles"`) {
		t.Errorf("another query was left: %q, %v", data, err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	write(t, filepath.Join(build, "file"), "")
	contains(t, cmake.WriteQuery(filepath.Join(build, "file")), "write query: ")
}

func FuzzReply(f *testing.F) {
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("testdata", "reply", "4.3.1", ".cmake", "api", "v1", "reply", name))
		if err != nil {
			f.Fatal(err)
		}
		return string(data)
	}
	x, err := cmake.ReadIndex("testdata/reply/4.3.1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(read(x.File), `{"configurations":[{"targets":[{"jsonFile":"target.json"}]}]}`, `{"artifacts":[{"path":"a"}]}`)
	f.Add(index("codemodel", "object.json", "2"), `{"configurations":[{"targets":[{"jsonFile":"target.json"}]}]}`, `{"name":"a"}`)
	f.Add(index("cmakeFiles", "object.json", "1"), `{"inputs":[{"path":"x"}]}`, `{}`)
	build := f.TempDir() // One for all: this is about content.
	reply := filepath.Join(build, ".cmake", "api", "v1", "reply")
	f.Fuzz(func(t *testing.T, index, object, target string) {
		write(t, filepath.Join(reply, "index-1.json"), index)
		write(t, filepath.Join(reply, "object.json"), object)
		write(t, filepath.Join(reply, "target.json"), target)
		got, err := cmake.ReadReply(build)
		if err != nil && !strings.Contains(err.Error(), reply) {
			t.Errorf("error does not say where: %v", err)
		}
		if err == nil && got.Index.File != "index-1.json" {
			t.Errorf("got %+v", got)
		}
	})
}

// BenchmarkReadInputs is what a configure with nothing to do costs a project.
func BenchmarkReadInputs(b *testing.B) {
	for b.Loop() {
		x, err := cmake.ReadIndex("testdata/reply/4.3.1")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := x.Inputs(); err != nil {
			b.Fatal(err)
		}
	}
}
