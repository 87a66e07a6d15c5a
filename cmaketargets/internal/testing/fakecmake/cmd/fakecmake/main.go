// Command fakecmake is the fake under the name that it is called by: link or copy it to cmake or ctest.
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
