package diagnose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// TestMarkNew runs steps in one build tree, one after the other.
func TestMarkNew(t *testing.T) {
	file := filepath.Join(t.TempDir(), "warnings")
	for _, test := range []struct {
		name     string
		step     model.Step
		status   model.Status
		printed  string // files, one for each warning
		more     int    // that are not listed
		compiled string
		fresh    string // of printed, those that are new
		count    int    // of new ones
	}{
		{"the first configure", model.Configure, model.OK, "l", 0, "", "l", 1},
		{"the first build, which runs CMake", model.Build, model.OK, "l a b", 0, "a b", "a b", 2},
		{"nothing to do", model.Build, model.OK, "", 0, "", "", 0},
		{"b is compiled without its warning", model.Build, model.OK, "", 0, "b", "", 0},
		{"b has it again", model.Build, model.OK, "b", 0, "b", "b", 1},
		{"b has it twice", model.Build, model.OK, "b b", 0, "b", "b", 1},
		{"b has it once", model.Build, model.OK, "b", 0, "b", "", 0},
		{"b has it twice again", model.Build, model.OK, "b b", 0, "b", "b", 1},
		{"a is not compiled for every target", model.Build, model.Failed, "", 0, "", "", 0},
		{"a has it still", model.Build, model.OK, "a", 0, "a", "", 0},
		{"a configure without its warning fails", model.Configure, model.Failed, "", 0, "", "", 0},
		{"the warning exists still", model.Configure, model.OK, "l", 0, "", "", 0},
		{"a configure without its warning", model.Configure, model.OK, "", 0, "", "", 0},
		{"the build had it too", model.Configure, model.OK, "l", 0, "", "", 0},
		{"more than are listed", model.Test, model.OK, "t", 7, "", "t", 8},
		{"fewer of them", model.Test, model.OK, "t", 5, "", "", 0},
		{"more of them", model.Test, model.OK, "t", 9, "", "", 4},
	} {
		res := model.Result{Step: test.step, Status: test.status, Args: []string{"tool"}, Warnings: test.more}
		for name := range strings.FieldsSeq(test.printed) {
			res.Diagnostics = append(res.Diagnostics, model.Diagnostic{Severity: model.Warning, File: name, Key: "key " + name})
			res.Warnings++
		}
		res.Diagnostics = append(res.Diagnostics, model.Diagnostic{Severity: model.Error, File: "e", Key: "e"})
		res = diagnose.MarkNew(res, file, func() []string { return strings.Fields(test.compiled) })
		var fresh []string
		for _, d := range res.Diagnostics {
			if d.New {
				fresh = append(fresh, d.File)
			}
		}
		if got := strings.Join(fresh, " "); got != test.fresh || res.NewWarnings != test.count {
			t.Errorf("%s: new are %q, %d in all, want %q, %d", test.name, got, res.NewWarnings, test.fresh, test.count)
		}
	}
}

// A file that is damaged costs nothing but the memory of warnings, and a step that ran no command
// changes nothing.
func TestMarkNewDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "warnings")
	const damaged = "\x00\nbuild x y\nbuild x y -1\nbuild x y z\n"
	if err := os.WriteFile(file, []byte(damaged), 0o666); err != nil {
		t.Fatal(err)
	}
	res := model.Result{Step: model.Build, Status: model.OK, Warnings: 1, Diagnostics: []model.Diagnostic{{Severity: model.Warning, Key: "k"}}}
	if got := diagnose.MarkNew(res, file, nil); got.NewWarnings != 0 || got.Diagnostics[0].New {
		t.Errorf("of a step without a command: %+v", got)
	}
	if data, err := os.ReadFile(file); string(data) != damaged {
		t.Errorf("the file is %q, %v", data, err)
	}
	res.Args = []string{"tool"}
	if got := diagnose.MarkNew(res, file, nil); got.NewWarnings != 1 || !got.Diagnostics[0].New {
		t.Errorf("after damage: %+v", got)
	}
	if data, err := os.ReadFile(file); !strings.HasPrefix(string(data), "build ") || strings.Count(string(data), "\n") != 1 || err != nil {
		t.Errorf("the file is %q, %v", data, err)
	}
}
