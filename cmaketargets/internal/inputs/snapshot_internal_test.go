package inputs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzStamps checks that a list of stamps is decoded as encoded, and that a damaged list is rejected.
func FuzzStamps(f *testing.F) {
	f.Add("/a b", int64(1), int64(2), "", "1 2 3 - /a\n")
	f.Add("\"/\n\xff\"", int64(-1), int64(-2), "ab", "1 2 3 - \"\\x\"\n")
	f.Fuzz(func(t *testing.T, path string, size, at int64, hash, list string) {
		if path != "" && !strings.ContainsAny(hash, " \n") && hash != "-" {
			want := Stamp{path, size, at, hash, at}
			var got []Stamp
			ok := EachStamp(FormatStamps([]Stamp{want, want}), func(s Stamp) bool { got = append(got, s); return true })
			if !ok || len(got) != 2 || got[0] != want || got[1] != want {
				t.Errorf("%+v came back as %+v, %v", want, got, ok)
			}
		}
		var read []Stamp
		whole := EachStamp(list, func(s Stamp) bool { read = append(read, s); return true })
		if lines := strings.Count(list, "\n"); whole && len(read) != lines || len(read) > lines {
			t.Errorf("%q: %d stamps, whole %v", list, len(read), whole)
		}
	})
}

// noTree is a build tree without anything that CMake wrote.
type noTree struct{}

func (noTree) Cached(string) (string, bool) { return "", false }
func (noTree) Reply(Stamp) Stamp            { return Stamp{Path: "index-1.json", ModTime: 1} }

// FuzzLoad writes arbitrary text to the snapshot's file. A snapshot that Load accepts must be of
// this tree and format, and Check must not fail on it; a snapshot without proof that its inputs are
// whole is never "up to date".
func FuzzLoad(f *testing.F) {
	build, err := filepath.EvalSymlinks(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	source := filepath.Join(build, "src")
	for path, text := range map[string]string{filepath.Join(source, "CMakeLists.txt"): "project(a)", cacheFile(build): "X:BOOL=ON\n"} {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			f.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			f.Fatal(err)
		}
	}
	path := filepath.Join(Dir(build), File)
	in := Intent{Source: source, Build: build, Generator: "Ninja", Version: "3.25.1", Args: []string{"-DX=1"}}
	rec, err := Begin(nil, in, true, time.Now())
	if err != nil {
		f.Fatal(err)
	}
	for _, step := range []func() error{
		func() error { return nil },
		rec.Fail,
		func() error {
			return rec.Finish(Observed{
				Generator: "Ninja", Reply: Stamp{Path: "index-1.json"}, Inputs: []string{filepath.Join(source, "CMakeLists.txt")},
				Compilers: []string{"/usr/bin/cc"}, Dirs: []string{source}, Note: "[]",
			})
		},
	} {
		if err := step(); err != nil {
			f.Fatal(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		// The directory differs from run to run, and a seed must not.
		f.Add(strings.ReplaceAll(string(data), build, "@"))
	}
	f.Add(`{"Format":4,"State":"done","Build":"@","Source":"@/src","Actual":"Ninja","InputBytes":3}` + "\n1 2")
	f.Fuzz(func(t *testing.T, text string) {
		data := strings.ReplaceAll(text, "@", build)
		if err := os.WriteFile(path, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
		r := Load(build)
		if r == nil {
			return
		}
		if r.Build != build || r.Format != Format || len(r.Inputs) != r.InputBytes || !strings.HasSuffix(data, r.Inputs) {
			t.Errorf("accepted %+v", r)
		}
		d := Check(r, in, noTree{}, &Files{})
		if d.Reason == "" || d.Action == Nothing && r.State != Done {
			t.Errorf("%+v leads to %+v", r, d)
		}
	})
}

// A time in whole seconds may be rounded by up to two seconds, the resolution of FAT.
func TestEarlier(t *testing.T) {
	b := baseline{start: time.Unix(1001, 500)}
	for _, test := range []struct {
		at   time.Time
		want bool
	}{
		{time.Unix(999, 0), true},
		{time.Unix(1000, 0), false},
		{time.Unix(1001, 0), false},
		{time.Unix(1001, 499), true},
		{time.Unix(1001, 500), false},
		{time.Unix(1000, 1), true},
	} {
		if got := b.earlier(test.at.UnixNano()); got != test.want {
			t.Errorf("%d.%09d: %v", test.at.Unix(), test.at.Nanosecond(), got)
		}
	}
}

// A build tree can be a link to another disk: its files count, and not the time of its directory, which each build changes.
func TestFilesOfLinkedTree(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "build")
	for _, err := range []error{
		os.Mkdir(filepath.Join(dir, "disk"), 0o777),
		os.WriteFile(filepath.Join(dir, "disk", "config.h"), nil, 0o666),
		os.Symlink("disk", link),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if found := inTree(link); len(found) != 1 || found[filepath.Join(link, "config.h")].Path == "" {
		t.Errorf("found %v", found)
	}
}

// The content of a file that is edited after it was examined is not that of its stamp.
func TestEditedBeforeItsHash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	write := func(content string) {
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond) // the clock of the file system
	}
	write("1")
	b := baseline{start: time.Now()}
	s := stat(path)
	if got := b.withContent(s); got.Hash == "" || got.ModTime != s.ModTime {
		t.Errorf("of a file that is as it was: %+v", got)
	}
	write("2")
	if got := b.withContent(s); got.Hash != "" || got.ModTime != noTime {
		t.Errorf("of a file that was edited: %+v", got)
	}
}

// The directory of a process is another one in each run.
func TestExistsInProc(t *testing.T) {
	const path = "/proc/self/status"
	if got := stampExists(path, realPath); got != (Stamp{Path: path, Size: got.Size}) {
		t.Errorf("stamp %+v", got)
	}
}
