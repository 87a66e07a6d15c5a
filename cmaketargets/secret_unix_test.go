//go:build unix

package cmaketargets_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsStayWhereTheyAre runs everything with secrets in the environment of the process and of a variant, with real
// CMake and an empty store of detections, and looks for them in every file below the repository and the home directory
// and in all that was printed.
//
// What may be found, because CMake itself writes it there: Variant.Defines and Args, which are a command line, and the
// flags in CFLAGS, LDFLAGS and the like, which are cache entries. They are no place for a secret.
func TestSecretsStayWhereTheyAre(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a compiler")
	}
	t.Parallel()
	const canary = "canary-2f9c1e"
	root, home := t.TempDir(), t.TempDir()
	// The project keeps what lies beside the build while it is configured.
	write(t, filepath.Join(root, "a", "CMakeLists.txt"), `cmake_minimum_required(VERSION 3.16)
project(a C)
file(COPY ${CMAKE_BINARY_DIR}/.cmaketargets DESTINATION ${CMAKE_BINARY_DIR}/kept)
enable_testing()
add_executable(a a.c)
add_test(NAME t COMMAND a)
install(TARGETS a)
`)
	write(t, filepath.Join(root, "a", "a.c"), "int main(void) { return 0; }\n")
	write(t, filepath.Join(root, "b", "CMakeLists.txt"), "cmake_minimum_required(VERSION 3.16)\nproject(b C)\nmessage(FATAL_ERROR no)\n")
	targets := func(fails bool, env string, args ...string) {
		cmd := exec.Command(filepath.Join(commandBin, "targets"), append([]string{
			"-config", `{"Variants":[{"Name":"v"}]}`, "-env", "v:API_TOKEN=" + canary + "-variant", "-env", "v:DATABASE_URL=" + canary + "-url", "-env", "v:X=" + canary + "-x", "-report",
		}, args...)...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(),
			"HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"), "MAGEFILE_VERBOSE=1", "GORACE=atexit_sleep_ms=0",
			"CMAKETARGETS_REPORT=r.json,r.junit.xml,r.md,r.trace.json,r.codequality.json,r.html",
			"DEPLOY_PASSWORD="+canary+"-unread", "CMAKE_LICENSE="+canary+"-read", "VENDOR_ROOT="+canary+"-root", "PKG_CONFIG_PATH=/"+canary,
			"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY="+filepath.Join(root, "summary.md"), env,
		)
		out, err := cmd.CombinedOutput()
		if (err != nil) != fails || fails && !strings.Contains(string(out), "2 failed") && !strings.Contains(string(out), "1 failed") {
			t.Fatalf("%v\n%s", err, out)
		}
		if bytes.Contains(out, []byte(canary)) {
			t.Errorf("printed:\n%s", lineWith(out, canary))
		}
	}
	targets(true, "A=1", "install")
	targets(true, "A=1", "test")
	targets(false, "A=1", "list")
	targets(false, "CMAKETARGETS_DRY_RUN=1", "rebuild")
	for _, dir := range []string{root, home} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() {
				return err
			}
			data, err := os.ReadFile(path)
			if bytes.Contains(data, []byte(canary)) {
				t.Errorf("%s has it:\n%s", path, lineWith(data, canary))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, must := range []string{
		filepath.Join(root, "build", "v", "a", "kept"), filepath.Join(root, "build", "_install", "v"), filepath.Join(root, "r.json"),
		filepath.Join(root, "build", "v", "a", ".cmaketargets", "test.log"), filepath.Join(home, "cache", "cmaketargets"),
	} {
		if _, err := os.Stat(must); err != nil {
			t.Error(err)
		}
	}
}

func lineWith(text []byte, word string) []byte {
	for line := range bytes.Lines(text) {
		if bytes.Contains(line, []byte(word)) {
			return line
		}
	}
	return nil
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
