package detect_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/detect"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// cmakes returns the CMake executables to test with: those in CMAKETARGETS_TEST_CMAKES, else the one on PATH.
func cmakes(t testing.TB) []string {
	if testing.Short() {
		t.Skip("it detects compilers")
	}
	t.Helper()
	if list := os.Getenv("CMAKETARGETS_TEST_CMAKES"); list != "" {
		return filepath.SplitList(list)
	}
	path, err := exec.LookPath("cmake")
	if err != nil {
		t.Fatal(err)
	}
	return []string{path}
}

// eachCMake runs f as a subtest for every CMake.
func eachCMake(t *testing.T, f func(t *testing.T, cmake string)) { with(t, cmakes(t), f) }

// lastCMake is eachCMake for a test that takes long: CI runs it with the last one alone, which is the newest.
func lastCMake(t *testing.T, f func(t *testing.T, cmake string)) {
	list := cmakes(t)
	if !everything() {
		list = list[len(list)-1:]
	}
	with(t, list, f)
}

// everything reports whether tests do all that they can do, for which CI has no time.
func everything() bool { return os.Getenv("CMAKETARGETS_TEST_ALL") != "" }

func with(t *testing.T, cmakes []string, f func(t *testing.T, cmake string)) {
	for _, cmake := range cmakes {
		t.Run(versionOf(t, cmake), func(t *testing.T) {
			t.Parallel()
			f(t, cmake)
		})
	}
}

func versionOf(t testing.TB, cmake string) string {
	t.Helper()
	out, err := exec.Command(cmake, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimPrefix(strings.TrimSpace(line), "cmake version ")
}

// tree writes the files of one project, by slash-separated path, and returns its directory.
func tree(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.HasPrefix(text, "#!") {
			mode = 0o755
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run is one configure.
type run struct {
	cmake     string
	src, bld  string
	generator string
	args      []string
	env       []string // Added to the process's own.
	fails     bool
	reason    string // Why there is no session, where none is expected.
	project   string
	audit     bool
}

// plain configures without a store.
func (r run) plain(t testing.TB) string {
	t.Helper()
	return r.start(t, nil, nil)
}

// with configures with a store.
func (r run) with(t testing.TB, store *detect.Store) (model.Detection, string) {
	t.Helper()
	session, reason := store.Begin(r.tree(t))
	if session == nil {
		if r.reason == "" || !strings.Contains(reason, r.reason) {
			t.Fatalf("no session: %s", reason)
		}
		return model.Detection{Note: reason}, r.plain(t)
	}
	out := r.start(t, session.Args(), session.Env())
	outcome, err := session.End(!r.fails)
	store.Flush()
	if err != nil {
		t.Fatal(err)
	}
	return outcome, out
}

func (r run) tree(t testing.TB) detect.Tree {
	t.Helper()
	return detect.Tree{
		BuildDir: r.bld, SourceDir: r.src, StateDir: filepath.Join(r.bld, ".cmaketargets"),
		CMake: r.cmake, Version: versionOf(t, r.cmake), Args: r.args, Env: append(environ(), r.env...),
		Project: r.project, Audit: r.audit,
	}
}

func (r run) start(t testing.TB, args, env []string) string {
	t.Helper()
	generator := r.generator
	if generator == "" {
		generator = "Ninja"
	}
	query := filepath.Join(r.bld, ".cmake", "api", "v1", "query")
	if err := os.MkdirAll(query, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, object := range []string{"codemodel-v2", "toolchains-v1", "cache-v2", "cmakeFiles-v1"} {
		if err := os.WriteFile(filepath.Join(query, object), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	line := append([]string{"-S", r.src, "-B", r.bld, "-G", generator}, r.args...)
	cmd := exec.Command(r.cmake, append(line, args...)...)
	cmd.Env = append(append(environ(), r.env...), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); (err != nil) != r.fails {
		t.Fatalf("%s: %v\n%s", cmd, err, out.String())
	}
	return out.String()
}

// environ returns the process's environment without variables that change compilers or generators.
func environ() []string {
	var env []string
	for _, entry := range os.Environ() {
		switch name, _, _ := strings.Cut(entry, "="); name {
		case "CC", "CXX", "CFLAGS", "CXXFLAGS", "LDFLAGS", "FC", "FFLAGS", "CMAKE_GENERATOR", "CMAKE_BUILD_TYPE":
		default:
			env = append(env, entry)
		}
	}
	return env
}

func command(t testing.TB, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}
