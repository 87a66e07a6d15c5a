package discover

import (
	"bufio"
	"path"
	"slices"
	"strings"
	"testing"
)

// FuzzTracked checks that every CMakeLists.txt and submodule that git lists is returned, with all
// directories above it, and nothing else.
func FuzzTracked(f *testing.F) {
	const blob, commit = "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391 0\t", "160000 4b825dc642cb6eb9a060e54bf8d69288fbee4904 0\t"
	f.Add(blob + "CMakeLists.txt\x00" + blob + "libs/a b/CMakeLists.txt\x00" + commit + "third_party/fmt\x00" + blob + "libs/a b/x.c\x00")
	f.Add(blob + "with\nline\tand tab/CMakeLists.txt\x00" + blob + "\xff/CMakeLists.txt\x00")
	f.Add("\x00\t\x00\t/\x00\t../x\x00\t//a//\x00no tab")
	f.Fuzz(func(t *testing.T, list string) {
		got := stagedPaths(list)
		listed := map[string]bool{}
		for _, entry := range strings.Split(list, "\x00") {
			if _, p, ok := strings.Cut(entry, "\t"); ok && p != "" {
				counts := path.Base(p) == listFile || strings.HasPrefix(entry, "160000 ")
				if listed[p] = listed[p] || counts; counts && !got[p] {
					t.Errorf("%q: %q is lost", entry, p)
				}
			}
		}
		above := map[string]bool{}
		for p := range got {
			if above[path.Dir(p)] = true; !got[path.Dir(p)] {
				t.Errorf("%q: %q without the directory above it", list, p)
			}
		}
		for p := range got {
			if !listed[p] && !above[p] {
				t.Errorf("%q: %q comes from nowhere", list, p)
			}
		}
	})
}

// FuzzIndex checks that an index has, for each directory with files, one of them.
func FuzzIndex(f *testing.F) {
	f.Add("README.md\x00src/a.c\x00src/deep/er/b.c\x00Src/A.c\x00\xc3\xbc/x")
	f.Add("..\x00../y\x00.\x00\n/a\x00a/\xff\x00A/b/c/d")
	f.Fuzz(func(t *testing.T, list string) {
		in := &index{top: "/top", within: map[string]string{}, alike: map[string][]string{}}
		for _, file := range strings.Split(list, "\x00") {
			if file == "" || file != path.Clean(file) || path.IsAbs(file) {
				return // git lists none that is like that
			}
			in.add(file)
		}
		for dir, file := range in.within {
			if !strings.Contains("\x00"+list+"\x00", "\x00"+file+"\x00") || !slices.Contains(in.alike[spelling(dir)], dir) {
				t.Errorf("%q: %q has %q", list, dir, file)
			}
			if dir != "." && !strings.HasPrefix(file, dir+"/") {
				t.Errorf("%q: %q is not in %q", list, file, dir)
			}
		}
		for _, file := range strings.Split(list, "\x00") {
			if in.within[path.Dir(file)] == "" {
				t.Errorf("%q: nothing is in the directory of %q", list, file)
			}
		}
	})
}

// FuzzAnswers checks that the output of git check-ignore is read as four fields a path, for as many
// paths as requested, or not at all.
func FuzzAnswers(f *testing.F) {
	f.Add("\x00\x00\x00./src\x00.gitignore\x003\x00/build*\x00./build\x00", 2)
	f.Add(".gitignore\x001\x00!keep\nme\x00./keep\nme\x00", 1)
	f.Add("\x00\x00\x00./cut", 1)
	f.Add("", 0)
	f.Fuzz(func(t *testing.T, text string, asked int) {
		asked = min(max(asked, 0), 1000)
		fields := strings.Split(text, "\x00")
		fields = fields[:len(fields)-1] // text after the last end is none
		c := checker{out: bufio.NewReaderSize(strings.NewReader(text), 16)}
		verdicts, err := c.answers(asked)
		if whole := len(fields) >= 4*asked; whole != (err == nil) || whole && len(verdicts) != asked || !whole && verdicts != nil {
			t.Errorf("%q: %d answers of %d, %v", text, len(verdicts), asked, err)
		}
		for i, v := range verdicts {
			if want := (verdict{fields[4*i], fields[4*i+1], fields[4*i+2]}); v != want || v.ignored() && v.pattern == "" {
				t.Errorf("%q: answer %d is %+v, want %+v", text, i, v, want)
			}
		}
	})
}
