package cmake_test

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

const presetsText = `{
	"version": 4,
	"include": ["ci/more.json"],
	"configurePresets": [
		{"name": "base", "hidden": true, "generator": "Ninja", "binaryDir": "${sourceDir}/out/${presetName}",
		 "environment": {"TRIPLE": "arm", "NESTED": "$penv{HOME}/x", "UNSET": null},
		 "cacheVariables": {"CMAKE_BUILD_TYPE": "Release", "TESTS": true, "GONE": "x", "TYPED": {"type": "PATH", "value": "${sourceDir}"}}},
		{"name": "dev", "inherits": "base", "cacheVariables": {"CMAKE_BUILD_TYPE": {"type": "STRING", "value": "Debug"}, "GONE": null}},
		{"name": "cross", "inherits": ["arm", "base"], "toolchainFile": "cmake/$env{TRIPLE}.cmake",
		 "cacheVariables": {"MACROS": "$env{HOST}|$penv{HOST}|${dollar}|${generator}|${sourceDirName}|$env{NESTED}|$vendor{x}|${odd}|$|${", "FLAG": false}},
		{"name": "free"}
	],
	"vendor": {"anything": 1}
}`

const moreText = `{"version": 4, "configurePresets": [{"name": "arm", "hidden": true, "generator": "Unix Makefiles", "binaryDir": "arm/$vendor{x}"}]}`

// project writes presets files into a new source directory.
func project(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	for name, content := range files {
		write(t, filepath.Join(dir, name), content)
	}
	write(t, filepath.Join(dir, "CMakeLists.txt"), "")
	return dir
}

func TestReadPresets(t *testing.T) {
	dir := project(t, map[string]string{
		"CMakePresets.json": presetsText, "ci/more.json": moreText,
		"CMakeUserPresets.json": `{"version": 4, "include": ["CMakePresets.json"], "configurePresets": [{"name": "mine", "inherits": "dev", "binaryDir": "/elsewhere"}]}`,
	})
	presets, err := cmake.ReadPresets(dir, []string{"HOST=here", "TRIPLE=no"}, v325)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "CMakePresets.json")
	want := []cmake.Preset{
		{Name: "arm", File: filepath.Join(dir, "ci", "more.json"), Hidden: true, Generator: "Unix Makefiles"},
		{Name: "base", File: file, Hidden: true, Generator: "Ninja"},
		{Name: "dev", File: file, Generator: "Ninja"},
		{Name: "cross", File: file, Generator: "Unix Makefiles"},
		{Name: "free", File: file},
		{Name: "mine", File: filepath.Join(dir, "CMakeUserPresets.json"), Generator: "Ninja"},
	}
	ignored := []cmp.Option{cmpopts.IgnoreUnexported(cmake.Preset{}), cmpopts.IgnoreFields(cmake.Preset{}, "Variables", "Environment")}
	if diff := cmp.Diff(want, presets.Configure, ignored...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p, err := presets.Find("dev"); err != nil || p.Generator != "Ninja" {
		t.Errorf("got %+v, %v", p, err)
	}
	_, err = presets.Find("nope")
	contains(t, err, `use preset "nope": unknown; there are dev, cross, free, mine`)
	_, err = presets.Find("base")
	contains(t, err, `use preset "base": it is hidden`)
	_, err = (&cmake.Presets{}).Find("x")
	contains(t, err, `use preset "x": there is no configure preset`)
}

func TestReadPresetsBroken(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"syntax":           {"{\n\t\"version\": 3,\n\t\"configurePresets\": [,]\n}", []string{"CMakePresets.json:3:23: ", "','"}},
		"behind a mark":    {"\ufeff{\n\t\"configurePresets\": [\"\xff\t\", ,]\n}", []string{"CMakePresets.json:2:29: ", "','"}},
		"cut off":          {"{\n", []string{"CMakePresets.json:1:2: unexpected end"}},
		"not an object":    {"[]", []string{"CMakePresets.json:1:1: the file must be an object, not array"}},
		"name of a number": {"{\"configurePresets\": [\n{\"name\": 3}]}", []string{"CMakePresets.json:2:10: configurePresets", "name must be a string, not number"}},
		"presets no array": {`{"configurePresets": {}}`, []string{"configurePresets must be an array, not object"}},
		"hidden text":      {`{"configurePresets": [{"name": "a", "hidden": "yes"}]}`, []string{"hidden must be true or false, not string"}},
		"no name":          {`{"configurePresets": [{}]}`, []string{"a configure preset has no name"}},
		"inherits":         {`{"configurePresets": [{"name": "a", "inherits": {}}]}`, []string{`preset "a": inherits is neither`, "{}"}},
		"generator":        {`{"configurePresets": [{"name": "a", "generator": 1}]}`, []string{`preset "a": generator is not a string: "1"`}},
		"unknown parent":   {`{"configurePresets": [{"name": "a", "inherits": "b"}]}`, []string{`preset "a" inherits from "b", which is unknown`}},
		"a circle": {
			`{"configurePresets": [{"name": "x", "inherits": "a"}, {"name": "a", "inherits": "b"}, {"name": "b", "inherits": "a"}]}`,
			[]string{`preset "a" inherits from itself by way of a, b`},
		},
		"twice":            {`{"configurePresets": [{"name": "a"}, {"name": "a"}]}`, []string{`preset "a" is defined in`, "too"}},
		"missing include":  {`{"include": ["gone.json"]}`, []string{"gone.json", "included by", "CMakePresets.json"}},
		"include by macro": {`{"include": ["$vendor{x}.json"]}`, []string{"unknown macro"}},
		"newer file":       {`{"version": 10}`, []string{"CMakePresets.json: version 10 needs cmake 3.31, have 3.25.1"}},
		"newer minimum":    {`{"version": 4, "cmakeMinimumRequired": {"major": 3, "minor": 25, "patch": 2}}`, []string{"cmakeMinimumRequired needs cmake 3.25.2, have 3.25.1"}},
		"newer include":    {`{"version": 4, "include": ["more.json"]}`, []string{"more.json: version 7 needs cmake 3.27, have 3.25.1 (included by"}},
		"unknown version":  {`{"version": 999, "configurePresets": [{}]}`, []string{"a configure preset has no name"}},
		"version of text":  {`{"version": "7", "cmakeMinimumRequired": 4, "configurePresets": [{}]}`, []string{"a configure preset has no name"}},
		"its own version":  {`{"version": 6, "cmakeMinimumRequired": {"major": 3, "minor": 25}, "configurePresets": [{}]}`, []string{"a configure preset has no name"}},
		"trailing comma":   {"{\"version\": 4,\n\"include\": [],\n}", []string{`CMakePresets.json:2:14: a comma before "}"`}},
		"comma in array":   {"{\"include\": [\"a\", // mine\n]}", []string{`CMakePresets.json:1:17: a comma before "]"`}},
		"configuration":    {`{"buildPresets": [{"name": "a", "configuration": 1}]}`, []string{`preset "a": configuration is not a string: "1"`}},
		"in a comment":     {"{/* \"version\": 10,\n*/\"configurePresets\": [,]}", []string{"CMakePresets.json:2:24: "}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := project(t, map[string]string{"CMakePresets.json": test.text, "more.json": `{"version": 7}`})
			_, err := cmake.ReadPresets(dir, nil, v325)
			contains(t, err, test.want...)
			if !strings.HasPrefix(err.Error(), "read presets ") && !strings.HasPrefix(err.Error(), "read presets: ") {
				t.Errorf("got %v", err)
			}
		})
	}
	_, err := cmake.ReadPresets(t.TempDir(), nil, v325)
	contains(t, err, "no CMakePresets.json")
	if _, err := cmake.ReadPresets(project(t, map[string]string{"CMakePresets.json": `{"version": 11}`}), nil, cmake.Version{}); err != nil {
		t.Error(err)
	}
}

func TestPresetComment(t *testing.T) {
	for text, want := range map[string]string{
		"{}": "",
		`{"a": "http://b", "c\\": "/* \" // */"}`: "",
		"{\n  // x\n}":     "CMakePresets.json:2:3",
		`{"a": "\\", /* x`: "CMakePresets.json:1:13",
		"/":                "",
		"/*/ */ {} // y":   "CMakePresets.json:1:1",
		`{"a": 1 / 2}`:     "",
		"{} //":            "CMakePresets.json:1:4",
		"\"":               "",
		"\"\\":             "",
	} {
		dir := project(t, map[string]string{"CMakePresets.json": text})
		if want != "" {
			want = filepath.Join(dir, want)
		}
		if got := cmake.PresetComment(dir); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
		user := project(t, map[string]string{"CMakeUserPresets.json": "{/**/}"})
		if got := cmake.PresetComment(user); got != filepath.Join(user, "CMakeUserPresets.json:1:2") {
			t.Errorf("got %q", got)
		}
	}
}

// TestReadPresetsDiamonds inherits in so many ways that following each would not end.
func TestReadPresetsDiamonds(t *testing.T) {
	var text strings.Builder
	text.WriteString(`{"configurePresets": [{"name": "p", "generator": "Ninja"}`)
	for name := "p"; len(name) < 60; name += "p" {
		text.WriteString(`,{"name": "` + name + `p", "inherits": ["` + name + `", "` + name + `"]}`)
	}
	text.WriteString("]}")
	presets, err := cmake.ReadPresets(project(t, map[string]string{"CMakePresets.json": text.String()}), nil, v325)
	if err != nil || presets.Configure[len(presets.Configure)-1].Generator != "Ninja" {
		t.Errorf("got %v", err)
	}
}

// Values are inherited but for null, own ones first; macros are not expanded.
func TestPresetValues(t *testing.T) {
	dir := project(t, map[string]string{"CMakePresets.json": presetsText, "ci/more.json": moreText})
	presets, err := cmake.ReadPresets(dir, nil, v325)
	if err != nil {
		t.Fatal(err)
	}
	dev, err := presets.Find("dev")
	if err != nil {
		t.Fatal(err)
	}
	cross, err := presets.Find("cross")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{
		"CMAKE_BUILD_TYPE": `{"type": "STRING", "value": "Debug"}`, "TESTS": "true", "TYPED": `{"type": "PATH", "value": "${sourceDir}"}`,
	}, dev.Variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"TRIPLE": `"arm"`, "NESTED": `"$penv{HOME}/x"`}, dev.Environment); diff != "" {
		t.Errorf("environment (-want +got):\n%s", diff)
	}
	if got, want := cross.Variables["CMAKE_TOOLCHAIN_FILE"], `"cmake/$env{TRIPLE}.cmake"`; got != want {
		t.Errorf("toolchain file %q, want %q", got, want)
	}
}

// The presets of a project set its configurations, install prefix, jobs and filters of tests.
func TestPresetConfigurations(t *testing.T) {
	dir := project(t, map[string]string{"CMakePresets.json": `{"version": 5, "configurePresets": [
		{"name": "base", "hidden": true, "installDir": "${sourceDir}/${presetName}", "cacheVariables": {"CMAKE_DEFAULT_BUILD_TYPE": "Release", "CMAKE_BUILD_TYPE": "Debug"}},
		{"name": "a", "inherits": "base", "cacheVariables": {"CMAKE_DEFAULT_BUILD_TYPE": null, "CMAKE_BUILD_TYPE": {"type": "STRING", "value": "${presetName}"}}},
		{"name": "b"}, {"name": "c"}, {"name": "d"}, {"name": "e"}],
		"buildPresets": [{"name": "x", "hidden": true, "configuration": "Release"},
			{"name": "other", "configurePreset": "a", "configuration": "Debug"}, {"name": "a", "inherits": "x", "configurePreset": "a"},
			{"name": "b1", "configurePreset": "b", "configuration": "Debug"}, {"name": "b2", "configurePreset": "b", "configuration": "Release"},
			{"name": "d1", "configurePreset": "d", "jobs": 5}],
		"testPresets": [{"name": "t", "configurePreset": "c", "execution": {"jobs": 3}, "configuration": "MinSizeRel", "filter": {"include": {"name": "^u"}, "exclude": {"label": "slow"}}},
			{"name": "a", "configurePreset": "a", "filter": {"include": {"label": "l"}, "exclude": {"name": "n"}}}, {"name": "a2", "configurePreset": "a"},
			{"name": "d1", "configurePreset": "d", "filter": {"include": {"name": "1"}}}, {"name": "d2", "configurePreset": "d"},
			{"name": "unit", "hidden": true, "filter": {"include": {"name": "^u", "label": "unit"}, "exclude": {"label": "slow"}}},
			{"name": "e", "inherits": "unit", "configurePreset": "e", "filter": {"include": {"name": "^v"}, "exclude": {"name": "flaky"}}}]}`})
	presets, err := cmake.ReadPresets(dir, nil, v325)
	if err != nil {
		t.Fatal(err)
	}
	a, err := presets.Find("a")
	if err != nil || a.Entry("CMAKE_INSTALL_PREFIX") != filepath.ToSlash(dir)+"/a" || a.Entry("CMAKE_BUILD_TYPE") != "a" || a.Entry("CMAKE_DEFAULT_BUILD_TYPE") != "" {
		t.Errorf("got %+v, %v", a, err)
	}
	for name, want := range map[string]struct {
		configuration string
		filter        cmake.TestFilter
	}{
		"a": {"Release", cmake.TestFilter{Labels: "l", ExcludeNames: "n"}},
		"b": {"", cmake.TestFilter{}},
		"c": {"MinSizeRel", cmake.TestFilter{Names: "^u", ExcludeLabels: "slow"}},
		"d": {"", cmake.TestFilter{}},
		"e": {"", cmake.TestFilter{Names: "^v", Labels: "unit", ExcludeNames: "flaky", ExcludeLabels: "slow"}},
	} {
		if got := presets.Configuration(name); got != want.configuration {
			t.Errorf("%s: got %q, want %q", name, got, want.configuration)
		}
		if got := presets.TestFilter(name); got != want.filter {
			t.Errorf("%s: got %+v, want %+v", name, got, want.filter)
		}
	}
	if build, test := cmake.Of(presets.Build, "d").Jobs, cmake.Of(presets.Test, "c").Jobs; build != 5 || test != 3 {
		t.Errorf("the presets have %d jobs for builds and %d for tests, want 5 and 3", build, test)
	}
}

// FuzzReadPresets reads two files that may include each other. Names are unique and files absolute
// in the result.
func FuzzReadPresets(f *testing.F) {
	f.Add(presetsText, moreText)
	f.Add(`{"include": ["ci/more.json"]}`, `{"include": ["../CMakePresets.json"]}`)
	f.Add(`{"configurePresets": [{"name": "${sourceDir}", "binaryDir": "$env{X}/$penv{X}/${dollar}{x}", "environment": {"X": "$env{X}"}}]}`, "")
	f.Add(`{"configurePresets": [{"name": "a", "inherits": ["b", "a"]}, {"name": "b", "cacheVariables": {"x": {"type": "BOOL", "value": true}, "y": null}}]}`, "")
	f.Add(`{"include": ["`+strings.Repeat("\xdb", 1200)+`"]}`, "")
	f.Add(`{"include": ["`+strings.Repeat("x", 9000)+`"]}`, "")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, main, more string) {
		write(t, filepath.Join(dir, "CMakePresets.json"), main)
		write(t, filepath.Join(dir, "ci", "more.json"), more)
		presets, err := cmake.ReadPresets(dir, []string{"X=1"}, v325)
		if (err == nil) == (presets == nil) {
			t.Errorf("got %v and %v", presets, err)
		}
		// An error shows the whole of an included path of a possible length.
		if err != nil && len(err.Error()) > 2000+4096+len(dir) {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
		if err != nil {
			return
		}
		names := map[string]bool{}
		for _, p := range presets.Configure {
			if p.Name == "" || names[p.Name] || !filepath.IsAbs(p.File) {
				t.Errorf("got %+v", p)
			}
			names[p.Name] = true
			if got, err := presets.Find(p.Name); (err != nil) != p.Hidden || err == nil && got.File != p.File {
				t.Errorf("find %q: %+v, %v", p.Name, got, err)
			}
		}
	})
}

// Macros of an included path are expanded in linear time.
func TestManyMacros(t *testing.T) {
	dir := project(t, nil)
	for _, text := range []string{"$", "${", "$x{", "${dollar"} {
		long := strings.Repeat(text, 2<<20/len(text))
		write(t, filepath.Join(dir, "CMakePresets.json"), `{"version": 3, "include": ["`+long+`"]}`)
		_, err := cmake.ReadPresets(dir, nil, v325)
		contains(t, err, "include")
	}
}

func TestIncludeMacros(t *testing.T) {
	host := map[string]string{"linux": "Linux", "darwin": "Darwin", "windows": "Windows"}[runtime.GOOS]
	if host == "" {
		t.Skip("no name of CMake for " + runtime.GOOS)
	}
	for macro, file := range map[string]string{
		"${sourceDir}/ci/a.json":                     "ci/a.json",
		"${sourceParentDir}/${sourceDirName}/a.json": "a.json",
		"${fileDir}/a.json":                          "a.json",
		"${dollar}{a}.json":                          "",
		"${hostSystemName}.json":                     host + ".json",
		"$penv{NAME}.json":                           "name.json",
		"$penv{NONE}a.json":                          "a.json",
		"$penv{MACRO}.json":                          "",
		"$x${fileDir}.json":                          "",
	} {
		dir := project(t, map[string]string{"CMakePresets.json": `{"include": ["` + macro + `"]}`})
		if file != "" {
			write(t, filepath.Join(dir, file), `{"configurePresets": [{"name": "there"}]}`)
		}
		presets, err := cmake.ReadPresets(dir, []string{"NAME=name", "MACRO=${sourceDir}"}, v325)
		if (err == nil) != (file != "") || err == nil && presets.Configure[0].Name != "there" {
			t.Errorf("%s: got %v, %v", macro, presets, err)
		}
	}
}

// FuzzPresetMacros expands any text as an included path. A macro in a replacement is not expanded.
func FuzzPresetMacros(f *testing.F) {
	f.Add("${sourceDir}/b/${presetName}")
	f.Add("$env{X}$penv{X}${dollar}${hostSystemName}${sourceDirName}${fileDir}")
	f.Add("$$$${${}$env{")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			t.Skip("JSON cannot carry it")
		}
		file := filepath.Join(dir, "CMakePresets.json")
		got := cmake.ExpandInclude(text, file, []string{"X=${sourceDir}"})
		if !strings.Contains(text, "$") && got != text || len(got) > (len(dir)+20)*(len(text)+1) {
			t.Errorf("%q became %q", text, got)
		}
		data, err := json.Marshal(map[string]any{"include": []any{text}})
		if err != nil {
			t.Fatal(err)
		}
		write(t, file, string(data))
		if _, err := cmake.ReadPresets(dir, []string{"X=${sourceDir}"}, v325); err != nil && !strings.HasPrefix(err.Error(), "read presets") {
			t.Errorf("%q: %v", text, err)
		}
	})
}
