package shard

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestDurations(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b.json")
	d, err := Load(path)
	if err != nil || len(d) > 0 {
		t.Fatalf("a file that does not exist: %v, %v", d, err)
	}
	d.Set("libs/a", "", model.Build, 1234567*time.Microsecond)
	d.Set("libs/a", "", model.Test, 10000*time.Hour)
	d.Set("libs/b", "fast", model.Configure, 30*time.Millisecond)
	d.Set("libs/b", "fast", model.Build, 30*time.Millisecond)
	if err := d.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if diff := cmp.Diff(d, got); err != nil || diff != "" {
		t.Errorf("read again: %v\n%s", err, diff)
	}
	if got["libs/a"][""][model.Build] != 1.234 || got.of("libs/b", "fast") != 60*time.Millisecond || got.of("libs/b", "") != 0 || got.of("libs/a", "") > 2*maxSeconds*time.Second {
		t.Errorf("got %v", got)
	}
	if none, err := Load(""); err != nil || none == nil {
		t.Errorf("without a path: %v, %v", none, err)
	}
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	for content, want := range map[string]string{
		"":                               "unexpected end of JSON input",
		"cmake_minimum_required":         "invalid character 'c'",
		`[]`:                             "cannot unmarshal array",
		`{}`:                             "it has version 0, this program reads 1",
		`{"version":2,"durations":{}}`:   "it has version 2, this program reads 1",
		`{"version":1,"durations":null}`: "it has no durations",
		`{"version":1,"durations":{"a":{"":{"build":-1}}}}`:    "build of a has -1 seconds",
		`{"version":1,"durations":{"a":{"":{"build":1e300}}}}`: "build of a has 1e+300 seconds",
	} {
		path := filepath.Join(dir, "d.json")
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Load(path)
		if err == nil || !strings.HasPrefix(err.Error(), "read durations: "+path+": ") || !strings.Contains(err.Error(), want) || !strings.HasSuffix(err.Error(), "; remove it to begin again") {
			t.Errorf("%s: got %v, want %s", content, err, want)
		}
	}
	if _, err := Load(dir); err == nil {
		t.Error("a directory is a file of durations")
	}
}
