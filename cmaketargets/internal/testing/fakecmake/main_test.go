package fakecmake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/suite"
)

// TestMain puts the fake in front of PATH.
func TestMain(m *testing.M) {
	var bin string
	suite.Main(&bin, nil, func() int {
		if err := suite.Build(bin, suite.FakeCMake, "cmake", "ctest"); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		os.Setenv("FAKECMAKE_PATH", os.Getenv("PATH"))
		os.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
		return m.Run()
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("FAKECMAKE_PATH", os.Getenv("FAKECMAKE_PATH"))
			return nil
		},
	})
}
