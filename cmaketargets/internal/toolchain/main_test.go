package toolchain

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// TestMain lets the test binary stand in for a tool: with roleVariable set, it plays that role and
// runs no tests.
func TestMain(m *testing.M) {
	if role, ok := os.LookupEnv(roleVariable); ok {
		play(role)
	}
	goleak.VerifyTestMain(m)
}

// roleVariable selects the behaviour of the stand-in for cmake.
const roleVariable = "CMAKE_TEST_ROLE"

func play(role string) {
	switch kind, text, _ := strings.Cut(role, ":"); kind {
	case "prints":
		fmt.Println(text)
	case "fails":
		fmt.Fprintln(os.Stderr, text)
		os.Exit(3)
	case "hangs":
		fmt.Println(text)
		time.Sleep(time.Hour)
	case "floods":
		for {
			fmt.Println(strings.Repeat("x", 1<<10))
		}
	case "crashes":
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		panic(err)
	}
	os.Exit(0)
}

// standIn puts the test binary into dir under a name, as an executable.
func standIn(t *testing.T, dir, name string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(self, path); err == nil {
		return path
	}
	data, err := os.ReadFile(self)
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// playing returns an environment in which stand-ins play a role, and PATH holds dirs.
func playing(t *testing.T, role string, dirs ...string) []string {
	t.Helper()
	return []string{
		roleVariable + "=" + role,
		"PATH=" + strings.Join(dirs, string(filepath.ListSeparator)),
		"SystemRoot=" + os.Getenv("SystemRoot"),
		"GORACE=atexit_sleep_ms=0",  // Else the race detector waits a second.
		"GOCOVERDIR=" + t.TempDir(), // Else there is a warning, with -cover.
	}
}

// contains fails the test unless err is an error with every part in its text.
func contains(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
