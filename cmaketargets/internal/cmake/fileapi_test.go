package cmake_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// demo is the model in the replies in testdata/reply: CMake's description of a project in
// /tmp/demo, built in /tmp/demo/build.
func demo(config string) cmake.Model {
	return cmake.Model{
		Targets: []model.Target{
			{Name: "app", Type: "EXECUTABLE", Config: config, Artifacts: []string{"/tmp/demo/build/app"}, SourceDir: "/tmp/demo"},
			{Name: "docs", Type: "UTILITY", Config: config, SourceDir: "/tmp/demo/sub"},
			{Name: "util", Type: "STATIC_LIBRARY", Config: config, Artifacts: []string{"/tmp/demo/build/sub/libutil.a"}, SourceDir: "/tmp/demo/sub"},
		},
		SourceDirs: []string{"/tmp/demo", "/tmp/demo/sub"},
		BuildDirs:  map[string]string{"/tmp/demo": "/tmp/demo/build", "/tmp/demo/sub": "/tmp/demo/build/sub"},
	}
}

// slashed returns a path of a reply in its form on Linux.
func slashed(path string) string {
	return strings.TrimPrefix(filepath.ToSlash(path), filepath.VolumeName(path))
}

// slashes compares paths in their form on Linux, where the replies come from.
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
		if x := reply.Index; x.Failed || x.Generator != (cmake.Generator{Name: "Ninja"}) || !strings.HasPrefix(x.File, "index-") || x.Size == 0 {
			t.Errorf("%s: index %+v", version, x)
		}
		checkInputs(t, version, reply.Inputs)
	}
}

func checkInputs(t *testing.T, version string, inputs cmake.Inputs) {
	t.Helper()
	files := map[string]bool{}
	modules := 0
	for _, path := range inputs.Files {
		if files[slashed(path)] {
			t.Errorf("%s: %s is there twice", version, path)
		}
		files[slashed(path)] = true
		if strings.Contains(path, "/Modules/") {
			modules++
		}
	}
	for _, path := range []string{"CMakeLists.txt", "fetch.cmake", "conf.h.in", "sub/CMakeLists.txt", "build/CMakeFiles/" + version + "/CMakeSystem.cmake"} {
		if !files["/tmp/demo/"+path] {
			t.Errorf("%s: %s is missing", version, path)
		}
	}
	if modules == 0 {
		t.Errorf("%s: no module of CMake itself", version)
	}
	var want []string
	if version != "3.25.1" { // which does not list globs
		want = []string{"/tmp/demo", "/tmp/demo"} // *.c, main.c
	}
	if diff := cmp.Diff(want, inputs.GlobDirs, slashes); diff != "" || inputs.UnlistedGlobs {
		t.Errorf("%s: globs (-want +got):\n%s", version, diff)
	}
}

func TestReadReplyMultiConfig(t *testing.T) {
	x, err := cmake.ReadIndex("testdata/reply/4.3.1-multi")
	if err != nil || x.Generator != (cmake.Generator{Name: "Ninja Multi-Config", MultiConfig: true}) {
		t.Fatalf("got %+v, %v", x, err)
	}
	got, err := x.Model()
	if err != nil {
		t.Fatal(err)
	}
	var configs []string
	for _, target := range got.Targets {
		configs = append(configs, target.Config)
	}
	if diff := cmp.Diff([]string{"Debug", "Release", "RelWithDebInfo"}, slices.Compact(configs)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(got.Targets) != 9 || slashed(got.Targets[8].Artifacts[0]) != "/tmp/demo/build/sub/RelWithDebInfo/libutil.a" {
		t.Errorf("got %+v", got.Targets)
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
	_, err := cmake.ReadIndex(build)
	contains(t, err, "no file API reply")
	write(t, filepath.Join(reply, "error-2026-01-01T00-00-02-0000.json"), "{}")
	_, err = cmake.ReadIndex(build)
	contains(t, err, "no file API reply")
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

// TestFindIndexAgain checks that a directory of replies is listed again unless its time proves that
// it has not changed.
func TestFindIndexAgain(t *testing.T) {
	build, reply := replyDir(t)
	write(t, filepath.Join(reply, "index-1.json"), "{}")
	fine, whole := time.Unix(1700000000, 5000), time.Unix(1700000000, 0)
	for _, test := range []struct {
		at, known time.Time
		want      string
	}{
		{fine, fine, "index-1.json"},
		{fine, fine.Add(time.Millisecond), "index-2.json"},
		{whole, whole, "index-2.json"},
	} {
		write(t, filepath.Join(reply, "index-2.json"), "{}")
		if err := os.Chtimes(reply, test.at, test.at); err != nil {
			t.Fatal(err)
		}
		got, err := cmake.FindIndex(build, cmake.Index{File: "index-1.json", Time: test.known.UnixNano()})
		if err != nil || got.File != test.want || got.Size != 2 || got.Time != test.at.UnixNano() {
			t.Errorf("%v, known %v: got %+v, %v, want %s", test.at, test.known, got, err, test.want)
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

// TestReadIndexOfTwoVersions has codemodels of other versions, which an editor may have requested.
func TestReadIndexOfTwoVersions(t *testing.T) {
	build, reply := replyDir(t)
	write(t, filepath.Join(reply, "index-1.json"), `{"objects":[
		{"kind":"codemodel","jsonFile":"c1.json","version":{"major":1}},
		{"kind":"codemodel","jsonFile":"c2.json","version":{"major":2}},
		{"kind":"codemodel","jsonFile":"c3.json","version":{"major":3}}]}`)
	write(t, filepath.Join(reply, "c2.json"), `{"configurations":[{"name":"right","targets":[{"jsonFile":"t.json"}]}]}`)
	write(t, filepath.Join(reply, "t.json"), `{"name":"t"}`)
	x, err := cmake.ReadIndex(build)
	if err != nil {
		t.Fatal(err)
	}
	model, err := x.Model()
	if err != nil || len(model.Targets) != 1 || model.Targets[0].Config != "right" {
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

func TestModelWithoutGeneratorTargets(t *testing.T) {
	build, reply := replyDir(t)
	write(t, filepath.Join(reply, "index-1.json"), index("codemodel", "c.json", "2"))
	write(t, filepath.Join(reply, "c.json"), `{"paths":{"source":"/s","build":"/b"},"configurations":[{"targets":[{"jsonFile":"a.json"},{"jsonFile":"t.json"}]}]}`)
	write(t, filepath.Join(reply, "a.json"), `{"name":"ALL_BUILD","isGeneratorProvided":true,"paths":{"source":"sub"}}`)
	write(t, filepath.Join(reply, "t.json"), `{"name":"t","paths":{"source":"."},"sources":[{"path":"x/a.c"},{"path":"/b/made/b.c","isGenerated":true},{"path":"x/c.c"}]}`)
	x, err := cmake.ReadIndex(build)
	if err != nil {
		t.Fatal(err)
	}
	got, err := x.Model()
	want := cmake.Model{Targets: []model.Target{{Name: "t", SourceDir: "/s"}}, SourceDirs: []string{"/s/sub", "/s", "/s/x"}}
	if diff := cmp.Diff(want, got, slashes); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestRemoveDamaged(t *testing.T) {
	build, reply := replyDir(t)
	if err := cmake.RemoveDamaged(build); err != nil {
		t.Errorf("no reply: %v", err)
	}
	for name, content := range map[string]string{"good.json": "{}", "cut.json": `{"a":`, "empty.json": "", "cut.txt": "{"} {
		write(t, filepath.Join(reply, name), content)
	}
	if err := cmake.RemoveDamaged(build); err != nil {
		t.Error(err)
	}
	if !exist(reply, "good.json", "cut.txt") || exist(reply, "cut.json") || exist(reply, "empty.json") {
		t.Error("wrong files removed")
	}
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

// BenchmarkReadInputs measures the cost of a configure with nothing to do, for one project.
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
