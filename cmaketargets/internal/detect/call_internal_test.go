package detect

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// recordedCall returns the record of the script of a call with arguments, a source from a variable and sources from
// files.
func recordedCall(arguments []string, variable string, files ...string) map[string]string {
	r := map[string]string{"call": strconv.Itoa(len(arguments)+1) + separator}
	for _, a := range arguments {
		r["call"] += a + "/" + separator
	}
	if variable != "" {
		r["sources"] = variable + "\n"
	}
	r["number"] = strconv.Itoa(len(r["sources"]))
	for _, f := range files {
		r["sources"] += fsutil.Hash(f) + "\n"
		r["texts"] += fmt.Sprintf("%d\n%s\n", len(f), f)
	}
	return r
}

func TestParseCall(t *testing.T) {
	type row struct {
		arguments string // separated by blanks
		variable  string
		files     []string
		want      call
	}
	for name, r := range map[string]row{
		"old":      {"/b /s/x.c CMAKE_FLAGS -DX:STRING=1 OUTPUT_VARIABLE out", "", []string{"int x;\n"}, call{arguments: " 1\n", sources: []string{"int x;\n"}}},
		"entries":  {"/b /s/x.c CMAKE_FLAGS -DINCLUDE_DIRECTORIES=/i;/j -DCOMPILE_DEFINITIONS:STRING=-DX=/k COMPILE_DEFINITIONS -DY=/l", "", []string{""}, call{arguments: " /i;/j\n -DX=/k\n-DY=/l\n", sources: []string{""}}},
		"places":   {buildPlace + " " + sourcePlace + "/x.c COPY_FILE /b/y", "", []string{""}, call{sources: []string{""}, copies: true}},
		"SOURCES":  {"SOURCES " + buildPlace + "/x.c /y.c LINK_LIBRARIES m -ldl", "", []string{"x", "y"}, call{arguments: "m\n-ldl\n", sources: []string{"x", "y"}}},
		"variable": {"SOURCE_FROM_VAR x.c v COMPILE_DEFINITIONS -DX  NO_CACHE", "text", nil, call{arguments: "x.c\n-DX\n\n", sources: []string{"text"}, alone: true}},
		"file":     {"SOURCE_FROM_FILE x.c /y.c", "", []string{"y"}, call{arguments: "x.c\n", sources: []string{"y"}, alone: true}},
		"contents": {"SOURCE_FROM_CONTENT x.c a SOURCE_FROM_CONTENT y.c b C_STANDARD 11 LOG_DESCRIPTION x", "", nil, call{arguments: "x.c\ny.c\n11\n", sources: []string{"a", "b"}, alone: true}},
		"all":      {"/b SOURCES /z.c SOURCE_FROM_FILE x.c /y.c SOURCE_FROM_VAR v.c v", "v", []string{"z", "y"}, call{arguments: "x.c\nv.c\n", sources: []string{"v", "z", "y"}}},
	} {
		recorded := recordedCall(strings.Split(r.arguments, " "), r.variable, r.files...)
		got, ok := parseCall(recorded)
		if diff := cmp.Diff(r.want, got, cmp.AllowUnexported(call{})); diff != "" || !ok {
			t.Errorf("%s: %v %s", name, ok, diff)
		}
		changes := map[string]func(map[string]string){
			"cut":           func(m map[string]string) { m["call"] = strings.TrimSuffix(m["call"], separator) },
			"longer":        func(m map[string]string) { m["call"] += "x/" + separator },
			"other number":  func(m map[string]string) { m["number"] = "1" + m["number"] },
			"other sources": func(m map[string]string) { m["sources"] += fsutil.Hash("") + "\n" },
			"other texts":   func(m map[string]string) { m["texts"] += "0\n\n" },
			"less than no":  func(m map[string]string) { m["number"] = "-1" },
		}
		if r.variable != "" {
			changes["no variable"] = func(m map[string]string) {
				m["sources"], m["number"] = strings.TrimPrefix(m["sources"], r.variable+"\n"), "0"
			}
		} else {
			changes["a variable"] = func(m map[string]string) { m["sources"], m["number"] = "v\n"+m["sources"], "2" }
		}
		if len(r.files) > 0 {
			changes["no files"] = func(m map[string]string) {
				m["sources"], m["texts"] = m["sources"][:strings.Index(m["sources"], fsutil.Hash(r.files[0]))], ""
			}
			changes["cut texts"] = func(m map[string]string) { m["texts"] = strings.TrimSuffix(m["texts"], "\n") }
			changes["other hash"] = func(m map[string]string) {
				m["sources"] = strings.Replace(m["sources"], fsutil.Hash(r.files[0]), fsutil.Hash("other"), 1)
			}
		}
		for what, change := range changes {
			other := maps.Clone(recorded)
			change(other)
			if _, ok := parseCall(other); ok {
				t.Errorf("%s, %s: ok", name, what)
			}
		}
	}
	for name, arguments := range map[string][]string{
		"nothing":               {},
		"relative directory":    {"b", "/x.c"},
		"relative source":       {"/b", "x.c"},
		"whole project":         {"/b", "/x.c", "name"},
		"directory only":        {"/b"},
		"keyword before":        {"NO_CACHE", "/b", "/x.c"},
		"unknown keyword":       {"/b", "/x.c", "SOURCES_TYPE", "NORMAL"},
		"in a list":             {"/b", "/x.c", "LINK_LIBRARIES", "m", "LINKER_LANGUAGE", "C"},
		"target":                {"/b", "/x.c", "LINK_LIBRARIES", "$<LINK_ONLY:t>"},
		"perhaps a target":      {"/b", "/x.c", "LINK_LIBRARIES", "m;t"},
		"third path":            {"/b", "/x.c", "/y.c"},
		"relative in SOURCES":   {"SOURCES", "/x.c", "y.c"},
		"relative file":         {"SOURCE_FROM_FILE", "x.c", "y.c"},
		"no name":               {"SOURCE_FROM_FILE", "", "/x.c"},
		"name of two lines":     {"SOURCE_FROM_FILE", "a\nb", "/x.c"},
		"several lines":         {"/b", "/x.c", "COMPILE_DEFINITIONS", "-DX\n-DY"},
		"separator":             {"/b", "/x.c", "COMPILE_DEFINITIONS", "-DX/" + separator + "-DY"},
		"an error is kept":      {"/b", "/x.c", "COPY_FILE", "/b/y", "COPY_FILE_ERROR", "e"},
		"twice":                 {"/b", "/x.c", "OUTPUT_VARIABLE", "a", "OUTPUT_VARIABLE", "b"},
		"two values":            {"/b", "/x.c", "OUTPUT_VARIABLE", "a", "b"},
		"no value":              {"/b", "/x.c", "OUTPUT_VARIABLE"},
		"no value in between":   {"/b", "/x.c", "OUTPUT_VARIABLE", "NO_CACHE"},
		"empty value":           {"/b", "/x.c", "COPY_FILE", ""},
		"value of a flag":       {"/b", "/x.c", "NO_CACHE", "x"},
		"name with a directory": {"SOURCE_FROM_FILE", "a/x.c", "/x.c"},
		"name only":             {"SOURCE_FROM_FILE", "x.c", "SOURCES", "/x.c"},
		"three values":          {"SOURCE_FROM_FILE", "x.c", "/x.c", "/y.c"},
		"path that is a list":   {"/b", "/x;.c"},
	} {
		for files := range 3 {
			if _, ok := parseCall(recordedCall(arguments, "", []string{"x", "y"}[:files]...)); ok {
				t.Errorf("%s: ok", name)
			}
		}
	}
}

func TestParseAnswer(t *testing.T) {
	record := strings.NewReplacer("${_cmaketargets_", "", "}", "!").Replace(answerText())
	got, ok := parseAnswer(record)
	want := map[string]string{
		"key": "key!", "context": "context!", "call": "call!", "number": "number!", "sources": "sources!", "texts": "texts!",
		"result": "result!", "output": "output!",
	}
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Error(ok, diff)
	}
	for _, record := range []string{
		"", fieldEnd + record, strings.Replace(record, fieldEnd+"output!", "", 1), strings.TrimSuffix(record, answerEnd),
		strings.TrimSuffix(record, "!"+answerEnd),
	} {
		if _, ok := parseAnswer(record); ok {
			t.Errorf("%q: ok", record)
		}
	}
}
