package fakecmake

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Build puts the program cmd/fakecmake into dir, as cmake and as ctest. It needs the go command, and a
// second. The program starts three times faster than a test binary, of which tests start hundreds.
func Build(dir string) error {
	suffix := ""
	if runtime.GOOS == "windows" {
		suffix = ".exe"
	}
	cmake := filepath.Join(dir, "cmake"+suffix)
	const program = "github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake/cmd/fakecmake"
	if out, err := exec.Command("go", "build", "-o", cmake, program).CombinedOutput(); err != nil {
		return fmt.Errorf("build the fake cmake: %w\n%s", err, out)
	}
	return os.Link(cmake, filepath.Join(dir, "ctest"+suffix))
}
