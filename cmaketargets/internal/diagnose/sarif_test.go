package diagnose_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// cmakesVariable names the CMakes to test with, a list like PATH.
const cmakesVariable = "CMAKETARGETS_TEST_CMAKES"

// TestSARIF compares the diagnostics in the text of CMake 4 and later with its SARIF for the same
// run: the text has every result.
func TestSARIF(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a current compiler")
	}
	cmakes := filepath.SplitList(os.Getenv(cmakesVariable))
	if len(cmakes) == 0 {
		cmakes = []string{"cmake"}
	}
	compared := false
	for _, mistake := range []string{
		"configure-author", "configure-command", "configure-fatal", "configure-file", "configure-moved", "configure-package-qt",
		"configure-package-version", "configure-parse", "configure-policy", "configure-sendlater", "configure-subdirectory",
	} {
		archive, err := txtar.ParseFile("testdata/mistakes/" + mistake + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, cmake := range cmakes {
			compared = compareSARIF(t, mistake, cmake, archive.Files) || compared
		}
	}
	if !compared {
		t.Skipf("none of %s is a CMake 4, which writes SARIF", cmakes)
	}
}

// compareSARIF reports whether cmake can write SARIF.
func compareSARIF(t *testing.T, mistake, cmake string, files []txtar.File) bool {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	sarif := filepath.Join(t.TempDir(), "sarif.json")
	cmd := exec.CommandContext(t.Context(), cmake, "-S", dir, "-B", filepath.Join(t.TempDir(), "build"), "--sarif-output="+sarif,
		"-DCMAKE_PREFIX_PATH="+filepath.Join(dir, "prefix"))
	output, _ := cmd.CombinedOutput() // It fails, on purpose.
	written, err := os.ReadFile(sarif)
	if errors.Is(err, fs.ErrNotExist) && strings.Contains(string(output), "Unknown argument") {
		return false
	}
	var log struct {
		Runs []struct {
			Results []struct {
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct{ Region struct{ StartLine int } }
				}
			}
		}
	}
	if err := json.Unmarshal(written, &log); err != nil || len(log.Runs) != 1 {
		t.Fatalf("%s: %v\n%s\n%s", mistake, err, output, written)
	}
	report, err := diagnose.Read("configure", strings.NewReader(string(output)))
	if err != nil {
		t.Fatal(err)
	}
	results := log.Runs[0].Results
	if len(results) > len(report.List) {
		t.Errorf("%s: %d results in SARIF, %d in the text", mistake, len(results), len(report.List))
	}
	for _, result := range results {
		found := false
		for _, d := range report.List {
			found = found || string(d.Severity) == result.Level && strings.Join(strings.Fields(d.Message), " ") == strings.Join(strings.Fields(result.Message.Text), " ") &&
				d.Line == result.Locations[0].PhysicalLocation.Region.StartLine
		}
		if !found {
			t.Errorf("%s: the text lacks %+v:\n%s", mistake, result, output)
		}
	}
	return true
}
