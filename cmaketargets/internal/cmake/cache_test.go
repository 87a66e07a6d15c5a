package cmake_test

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// cacheText has the forms that CMake 3.25.1 and 4.3.1 write, and those that
// they only read.
const cacheText = `# This is the CMakeCache file.
# For build in directory: /b

########################
# EXTERNAL cache entries
########################

//help one
//\nsecond help line
//\n third = //x, wrapped by
// CMake
A:STRING=line1
# WARNING: Value of A contained a newline and was truncated. Original
#  value:
# line1
# \nline2

B:STRING='trail '
BLANK:STRING='   '
C:BOOL=1
EMPTY:STRING=
BARE:STRING=  ` + `
EQUALS:STRING=x=y;z:w
LONE:STRING='
HALF:STRING='half
SPACED:STRING= inner  blanks   ` + `
  INDENTED:STRING=yes
"a=b:c":STRING=q
"//slash":PATH=x
TWICE:STRING=first
TWICE:STRING=second
CR:STRING=dos` + "\r" + `

//ADVANCED property for variable: C
C-ADVANCED:INTERNAL=1
A-ADVANCED:INTERNAL=0
C-STRINGS:INTERNAL=a;b
GONE-ADVANCED:INTERNAL=1
SO-ADVANCED:STRING=an entry
CMAKE_HOME_DIRECTORY:INTERNAL=/home/dev/pro ject
CMAKE_CACHE_MAJOR_VERSION:INTERNAL=3
`

func TestParseCache(t *testing.T) {
	got, err := cmake.ParseCache(strings.NewReader(cacheText))
	if err != nil {
		t.Fatal(err)
	}
	want := cmake.Cache{
		"A":                         {"STRING", "line1"},
		"B":                         {"STRING", "trail "},
		"BLANK":                     {"STRING", "   "},
		"C":                         {"BOOL", "1"},
		"EMPTY":                     {"STRING", ""},
		"BARE":                      {"STRING", "  "},
		"EQUALS":                    {"STRING", "x=y;z:w"},
		"LONE":                      {"STRING", "'"},
		"HALF":                      {"STRING", "'half"},
		"SPACED":                    {"STRING", " inner  blanks"},
		"INDENTED":                  {"STRING", "yes"},
		"a=b:c":                     {"STRING", "q"},
		"//slash":                   {"PATH", "x"},
		"TWICE":                     {"STRING", "second"},
		"CR":                        {"STRING", "dos"},
		"SO-ADVANCED":               {"STRING", "an entry"},
		"CMAKE_HOME_DIRECTORY":      {"INTERNAL", "/home/dev/pro ject"},
		"CMAKE_CACHE_MAJOR_VERSION": {"INTERNAL", "3"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseCacheBroken(t *testing.T) {
	for text, want := range map[string]string{
		"A:STRING=1\nnonsense\n":            `line 2: not an entry: "nonsense"`,
		"A=1\n":                             "line 1",
		":STRING=1\n":                       "line 1",
		"\"A\n":                             "line 1",
		"A:X:STRING=1\n":                    "line 1",
		"A:STRING":                          "line 1",
		"x" + strings.Repeat("y", 17<<20):   "line 1: bufio.Scanner: token too long",
		"A:STRING=1\n\n\x00\x01\xff binary": "line 3",
	} {
		cache, err := cmake.ParseCache(strings.NewReader(text))
		if cache != nil {
			t.Errorf("%.20q: got %v", text, cache)
		}
		contains(t, err, want)
		if len(err.Error()) > 500 {
			t.Errorf("%.20q: an error of %d bytes", text, len(err.Error()))
		}
	}
}

func TestReadCache(t *testing.T) {
	dir := t.TempDir()
	if _, err := cmake.ReadCache(filepath.Join(dir, "CMakeCache.txt")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	path := write(t, filepath.Join(dir, "CMakeCache.txt"), "broken")
	_, err := cmake.ReadCache(path)
	contains(t, err, "read cache "+path+": line 1")
}

func TestReadOwner(t *testing.T) {
	const noise = "XCMAKE_HOME_DIRECTORY:INTERNAL=/no\n#CMAKE_HOME_DIRECTORY:INTERNAL=/no\n//CMAKE_CACHEFILE_DIR:INTERNAL=/no\nCMAKE_HOME_DIRECTORY_X:INTERNAL=/no\n"
	for _, test := range []struct {
		text string
		want cmake.Owner
		err  error
	}{
		{"", cmake.Owner{}, cmake.ErrNoHome},
		{noise + "CMAKE_HOME_DIRECTORY:INTERNAL=\n", cmake.Owner{}, cmake.ErrNoHome},
		{cacheText, cmake.Owner{Sources: []string{"/home/dev/pro ject"}}, nil},
		{noise + "CMAKE_CACHEFILE_DIR:INTERNAL=/b\n" + cacheText, cmake.Owner{Sources: []string{"/home/dev/pro ject"}, Dirs: []string{"/b"}}, nil},
		{"CMAKE_HOME_DIRECTORY:INTERNAL=/a\nCMAKE_HOME_DIRECTORY:INTERNAL=/b\nCMAKE_HOME_DIRECTORY:INTERNAL=/a\n", cmake.Owner{Sources: []string{"/a", "/b"}}, nil},
		{"CMAKE_HOME_DIRECTORY:INTERNAL=/a\n" + strings.Repeat("x", 17<<20), cmake.Owner{Sources: []string{"/a"}}, bufio.ErrTooLong},
	} {
		got, err := cmake.ReadOwner(strings.NewReader(test.text))
		if !errors.Is(err, test.err) || !slices.Equal(got.Sources, test.want.Sources) || !slices.Equal(got.Dirs, test.want.Dirs) {
			t.Errorf("ReadOwner(%.80q) = %+v, %v; want %+v, %v", test.text, got, err, test.want, test.err)
		}
	}
}

func FuzzParseCache(f *testing.F) {
	f.Add([]byte(cacheText))
	f.Add([]byte("\"a\":STRING='x'\n//\\nh\nA-ADVANCED:INTERNAL=ON"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cache, err := cmake.ParseCache(bytes.NewReader(data))
		for name, e := range cache {
			if err != nil || name == "" || strings.ContainsAny(e.Value, "\n") || len(e.Value) > len(data) {
				t.Errorf("%q: %+v", name, e)
			}
		}
		owner, ownerErr := cmake.ReadOwner(bytes.NewReader(data))
		if home := cache["CMAKE_HOME_DIRECTORY"].Value; err == nil && home != "" && (ownerErr != nil || !slices.Contains(owner.Sources, home)) {
			t.Errorf("owner %+v, %v, but the cache says %q", owner, ownerErr, home)
		}
	})
}
