package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestRun checks output, messages and exit status. The scripts shard and plan check the merged
// reports.
func TestRun(t *testing.T) {
	const report = `{"version":1,"runs":[{"steps":["build"],"selected":["SELECTED"],"variants":[""],"split":{"version":1,"shards":[{"shard":"1/1","projects":["a"],"variants":[""]}]}}],"results":[` +
		`{"run":0,"project":{"path":"a"},"step":"configure","status":"ok","duration":2},{"run":0,"project":{"path":"a"},"step":"build","status":"ok","duration":3}]}`
	dir := t.TempDir()
	write := func(name, content string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("good.json", strings.ReplaceAll(report, "SELECTED", "a"))
	write("bad.json", strings.ReplaceAll(report, "SELECTED", "b"))
	write("all/1/good.json", strings.ReplaceAll(report, "SELECTED", "a"))
	write("all/1/good.trace.json", "{}")
	write("all/plan.json", `{"version":1,"shards":[{"shard":"1/1","projects":["a"],"variants":[""]}]}`)
	write("all/merged.json", "an output of before")
	write("none.txt", "")
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, test := range []struct {
		args, stdout, stderr string
		status               int
	}{
		{"merge good.json -o x.md", "merged 1 report: 2 results\n", "", 0},
		{"merge -o x.md,y.html good.json -o z/z.junit.xml", "merged 1 report: 2 results\n", "", 0},
		{"merge all -o all/merged.json -plan all/plan.json -durations all/d.json", "merged 1 report: 2 results\n", "", 0},
		{"merge all -o all/merged.json -plan all/plan.json -durations all/d.json", "merged 1 report: 2 results\n", "", 0},
		{"merge " + filepath.Join(dir, "all") + " -o all/merged.json -plan all/plan.json -durations all/d.json", "merged 1 report: 2 results\n", "", 0},
		{"merge bad.json -o x.md", "", "report: configure b is missing in bad.json\nreport: build b is missing in bad.json\nreport: shard 1/1 has no report: a\nreport: of no shard: b in bad.json\n", 1},
		{"", "", "report: usage: report merge ", 2},
		{"split good.json", "", "report: usage: ", 2},
		{"merge good.json", "", "report: usage: ", 2},
		{"merge -o x.md", "", "report: usage: ", 2},
		{"merge -x good.json -o x.md", "", "report: flag provided but not defined: -x", 2},
		{"merge good.json -o x.pdf", "", `report: invalid value "x.pdf" for flag -o: read -o: the name "x.pdf" has no known ending`, 2},
		{"merge gone.json -o x.md", "", "report: read reports: ", 2},
		{"merge none.txt -o x.md", "", "report: read report none.txt: unexpected end of JSON input", 2},
		{"merge empty -o x.md", "", "report: merge reports: there is none in empty", 2},
		{"merge good.json -o x.md -plan good.json", "", "report: read plan good.json: it is not printed by CMAKETARGETS_PLAN=json:N mage list", 2},
		{"merge good.json -o good.json/x.md", "", "report: write report good.json/x.md: ", 2},
	} {
		var stdout, stderr bytes.Buffer
		status := run(strings.Fields(test.args), &stdout, &stderr)
		if status != test.status || stdout.String() != test.stdout || !strings.HasPrefix(stderr.String(), test.stderr) || test.stderr == "" && stderr.Len() > 0 {
			t.Errorf("%s: got %d, %q, %q", test.args, status, stdout.String(), stderr.String())
		}
	}
	data, err := os.ReadFile("all/d.json")
	if want := "{\n \"version\": 1,\n \"durations\": {\n  \"a\": {\n   \"\": {\n    \"build\": 3,\n    \"configure\": 2\n   }\n  }\n }\n}\n"; err != nil || string(data) != want {
		t.Errorf("durations: %s, %v", data, err)
	}
	for _, name := range []string{"x.md", "y.html", "z/z.junit.xml"} {
		if _, err := os.Stat(name); err != nil {
			t.Error(err)
		}
	}
}
