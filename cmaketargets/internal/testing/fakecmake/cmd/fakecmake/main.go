// Command fakecmake is the fake under the name that it is called by: link or copy it to cmake, ctest or ninja.
//
// Tests do not need it, their own binary stands in; it is for trying things by hand and for benchmarks that start
// thousands of commands, as it starts faster than a test binary.
package main

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

func main() {
	fakecmake.Main(strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"))
}
