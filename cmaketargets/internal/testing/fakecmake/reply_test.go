package fakecmake_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const replyProject = `project(hello C)
# fake: target name=app
# fake: target name=core type=STATIC_LIBRARY source=src/core.c
# fake: target name=docs type=UTILITY
# fake: install file=bin/app
# fake: input path=cmake/more.cmake
# fake: input path=/etc/outside.cmake
`

// TestReply reads a reply as a client of the file API would: from the index, by reference.
func TestReply(t *testing.T) {
	dir := t.TempDir()
	build := filepath.Join(dir, "b")
	writeFile(t, filepath.Join(dir, "CMakeLists.txt"), replyProject)
	query := filepath.Join(build, ".cmake/api/v1/query")
	writeFile(t, filepath.Join(query, "client-x/codemodel-v2"), "")
	writeFile(t, filepath.Join(query, "client-x/cmakeFiles-v1"), "")
	writeFile(t, filepath.Join(query, "client-x/nonsense-v1"), "")
	writeFile(t, filepath.Join(query, "client-y/query.json"),
		`{"requests":[{"kind":"toolchains","version":1},{"kind":"codemodel","version":{"major":2}}]}`)
	run(t, "cmake", "-S", dir, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug")
	run(t, "cmake", "-S", dir, "-B", build, "-DCMAKE_BUILD_TYPE=Release") // replaces the reply

	reply := filepath.Join(build, ".cmake/api/v1/reply")
	indexes, _ := filepath.Glob(filepath.Join(reply, "index-*.json"))
	if len(indexes) != 1 {
		t.Fatalf("reply has indexes %q, want one", indexes)
	}
	index := readJSON(t, indexes[0])
	for path, want := range map[string]any{
		"cmake.version.string":             "3.31.0",
		"cmake.generator.name":             "Ninja",
		"cmake.generator.multiConfig":      false,
		"reply.client-x.nonsense-v1":       map[string]any{"error": "unknown query file"},
		"reply.client-y.query.json":        nil, // a name with a dot is reached below
		"reply.client-x.codemodel-v2.kind": "codemodel",
	} {
		if diff := cmp.Diff(want, at(index, path)); diff != "" {
			t.Errorf("index %s (-want +got):\n%s", path, diff)
		}
	}
	stateful := at(index, "reply.client-y").(map[string]any)["query.json"].(map[string]any)["responses"].([]any)
	if got := at(stateful[0], "kind"); got != "toolchains" {
		t.Errorf("first response is %v, want toolchains", got)
	}
	if diff := cmp.Diff(at(index, "reply.client-x.codemodel-v2"), stateful[1]); diff != "" {
		t.Errorf("two queries, two codemodels:\n%s", diff)
	}

	model := readJSON(t, filepath.Join(reply, at(index, "reply.client-x.codemodel-v2.jsonFile").(string)))
	configuration := at(model, "configurations").([]any)[0]
	if got := at(configuration, "name"); got != "Release" {
		t.Errorf("configuration %v, want Release", got)
	}
	if got := at(at(configuration, "directories").([]any)[0], "hasInstallRule"); got != true {
		t.Errorf("hasInstallRule is %v", got)
	}
	var targets []string
	for _, ref := range at(configuration, "targets").([]any) {
		target := readJSON(t, filepath.Join(reply, at(ref, "jsonFile").(string)))
		line := at(target, "name").(string) + " " + at(target, "type").(string)
		if a, ok := at(target, "artifacts").([]any); ok {
			line += " " + at(a[0], "path").(string)
		}
		targets = append(targets, line)
	}
	if diff := cmp.Diff([]string{"app EXECUTABLE app", "core STATIC_LIBRARY libcore.a", "docs UTILITY"}, targets); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}

	var inputs []string
	files := readJSON(t, filepath.Join(reply, at(index, "reply.client-x.cmakeFiles-v1.jsonFile").(string)))
	for _, in := range at(files, "inputs").([]any) {
		line := at(in, "path").(string)
		for _, flag := range []string{"isExternal", "isCMake", "isGenerated"} {
			if at(in, flag) == true {
				line += " " + flag
			}
		}
		inputs = append(inputs, line)
	}
	if diff := cmp.Diff([]string{
		"CMakeLists.txt", "cmake/more.cmake", "/etc/outside.cmake isExternal",
		"/usr/share/cmake/Modules/CMakeDetermineSystem.cmake isExternal isCMake",
		"b/CMakeFiles/3.31.0/CMakeSystem.cmake isGenerated",
	}, inputs); diff != "" {
		t.Errorf("inputs (-want +got):\n%s", diff)
	}
}

// at follows a dotted path through JSON objects; what is not there is nil.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func readJSON(t *testing.T, path string) (v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &v)
	}
	if err != nil {
		t.Fatal(err)
	}
	return v
}
