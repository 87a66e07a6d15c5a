package detect_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
)

// treeFiles are a build tree's files, by slash-separated path.
type treeFiles map[string]string

// Differences between any two runs, and lists of CMake's modules and checks.
var (
	logs         = regexp.MustCompile(`^CMakeFiles/(CMakeConfigureLog\.yaml|CMakeOutput\.log|CMakeError\.log)$`)
	replyName    = regexp.MustCompile(`-[0-9a-f]{20}\.json`)
	ninjaRead    = regexp.MustCompile(`(?m)^build .*: RERUN_CMAKE .*$|^build .*: phony\s*$`)
	makeRead     = regexp.MustCompile(`(?s)set\(CMAKE_MAKEFILE_(DEPENDS|PRODUCTS)\n.*?\)\n`)
	dependencies = regexp.MustCompile(`^(\.cmake/api/v1/reply/target-.*|CMakeFiles/Makefile2)$`)
	scratch      = regexp.MustCompile(`TryCompile-[A-Za-z0-9]{6}|cmTC_[0-9a-f]{5}`)
)

func take(t *testing.T, bld string, rerun bool) treeFiles {
	t.Helper()
	s := treeFiles{}
	err := filepath.WalkDir(bld, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(bld, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			s[rel+"/"] = ""
			return nil
		case strings.HasSuffix(rel, ".bin") && isMulti(bld):
			return nil // Holds the name of the directory it was made in, as debug information, so it is not shared.
		case logs.MatchString(rel):
			return nil
		case strings.HasPrefix(rel, ".ninja_"), strings.HasSuffix(rel, ".bin"),
			strings.HasSuffix(rel, "/a.out"):
			s[rel] = "" // A linker may put a random number into its output.
			return nil
		case strings.HasPrefix(rel, ".cmake/api/v1/reply/index-"):
			return nil
		case !rerun && strings.HasPrefix(rel, ".cmake/api/v1/reply/cmakeFiles-"):
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := scratch.ReplaceAllString(string(data), "SCRATCH")
		if !rerun {
			text = makeRead.ReplaceAllString(ninjaRead.ReplaceAllString(text, ""), "")
		}
		if dependencies.MatchString(rel) {
			// CMake lists a target's dependencies in the order of their addresses.
			text = strings.Join(slices.Sorted(strings.SplitSeq(text, "\n")), "\n")
		}
		s[replyName.ReplaceAllString(rel, ".json")] = replyName.ReplaceAllString(text, ".json")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// seed is a project that fills the store before. It has the files of the project it is compared with.
type seed struct {
	lists     string   // Its CMakeLists.txt.
	args, env []string // Its own; "same" as only one stands for those of the project.
	generator string   // That of the project unless it has its own.
}

// parity is one comparison.
type parity struct {
	files     map[string]string // The project.
	seeds     []seed            // Other projects, configured before with the same store.
	languages []string          // Languages that must have been reused.
	shared    map[string]string // Files in a directory that args and env call {shared}; {src} is the project's own.
	generator string
	args      []string
	env       []string
	build     bool   // Build both, and run the program "a".
	test      bool   // Build both, and run their tests.
	stdout    bool   // Compare CMake's output, too, without the lines of detection.
	reason    string // Part of the outcome's note.
	either    bool   // Reuse is allowed, not required.
}

var same = []string{"same"}

// check configures the project plainly, then in the same place with a store, and compares the trees.
// Then it runs cmake again in both without the store, and compares once more.
func (p parity) check(t *testing.T, cmake string) {
	t.Helper()
	storeDir := t.TempDir()
	store := detect.Open(storeDir, 0)
	shared := tree(t, p.shared)
	start := func(src string, args, env []string) run {
		r := run{cmake: cmake, src: src, bld: filepath.Join(src, "b"), generator: p.generator}
		place := strings.NewReplacer("{shared}", shared, "{src}", src)
		for _, arg := range args {
			r.args = append(r.args, place.Replace(arg))
		}
		for _, entry := range append([]string{"CMAKE_EXPORT_COMPILE_COMMANDS=ON"}, env...) {
			r.env = append(r.env, place.Replace(entry))
		}
		return r
	}
	for _, s := range p.seeds {
		files := maps.Clone(p.files)
		files["CMakeLists.txt"] = s.lists
		if slices.Equal(s.args, same) {
			s.args = p.args
		}
		if slices.Equal(s.env, same) {
			s.env = p.env
		}
		r := start(tree(t, files), s.args, s.env)
		if s.generator != "" {
			r.generator = s.generator
		}
		r.with(t, store)
	}
	src := tree(t, p.files)
	r := start(src, p.args, p.env)
	bld := r.bld

	wantText := r.plain(t)
	want := take(t, bld, false)
	args := r.args
	r.args = nil
	r.plain(t)
	wantAgain := take(t, bld, true)
	wantRun := p.buildAndRun(t, r)

	if err := os.RemoveAll(bld); err != nil {
		t.Fatal(err)
	}
	r.args = args
	outcome, gotText := r.with(t, store)
	if !slices.Equal(outcome.Reused, p.languages) && !p.either || !strings.Contains(outcome.Note, p.reason) {
		t.Errorf("reused %v, want %v; reason %q", outcome.Reused, p.languages, outcome.Note)
	}
	got := take(t, bld, false)
	delete(got, ".cmaketargets/")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("first run: plain -, reused +\n%s", diff)
	}
	if diff := cmp.Diff(talk(wantText), talk(gotText)); p.stdout && diff != "" {
		t.Errorf("output: plain -, reused +\n%s", diff)
	}
	if err := os.RemoveAll(storeDir); err != nil {
		t.Fatal(err)
	}
	r.args = nil
	r.plain(t)
	gotAgain := take(t, bld, true)
	delete(gotAgain, ".cmaketargets/")
	if diff := cmp.Diff(wantAgain, gotAgain); diff != "" {
		t.Errorf("second run: plain -, reused +\n%s", diff)
	}
	if gotRun := p.buildAndRun(t, r); gotRun != wantRun {
		t.Errorf("the program says %q, not %q", gotRun, wantRun)
	}
}

func (p parity) buildAndRun(t *testing.T, r run) string {
	t.Helper()
	if p.test {
		command(t, r.cmake, "--build", r.bld)
		command(t, filepath.Join(filepath.Dir(r.cmake), "ctest"), "--test-dir", r.bld, "--output-on-failure")
	}
	if !p.build {
		return ""
	}
	command(t, r.cmake, "--build", r.bld)
	command(t, r.cmake, "--install", r.bld, "--prefix", filepath.Join(r.bld, "installed"))
	return command(t, filepath.Join(r.bld, "a"))
}

// talk returns CMake's output without the lines of detection.
func talk(text string) string {
	words := regexp.MustCompile(`(?m)^-- (The .* compiler identification is|Detecting .* compile|Check for working|` +
		`Found assembler|Checking whether).*\n| \([0-9.]+s\)`)
	return words.ReplaceAllString(text, "")
}

func isMulti(bld string) bool {
	_, err := os.Stat(filepath.Join(bld, "build-Debug.ninja"))
	return err == nil
}
