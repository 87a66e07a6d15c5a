package cmake_test

import (
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestParseVersion(t *testing.T) {
	for output, want := range map[string]string{
		"cmake version 3.25.1\n\nCMake suite maintained": "3.25.1",
		"cmake version 4.3.1":                            "4.3.1",
		"cmake3 version 3.17.5\r\n":                      "3.17.5",
		"cmake version 4.0.0-rc2":                        "4.0.0",
		"cmake version 3.22.1-g37088a8-dirty":            "3.22.1",
		"cmake version 3.20":                             "3.20.0",
		"cmake version 3.20.20210401-g1234":              "3.20.20210401",
		"cmake version 3.31.6-msvc6":                     "3.31.6",
		"wrapper: using /opt\ncmake version 3.16.3\n":    "3.16.3",
		"cmake version 3.16.":                            "3.16.0",
	} {
		got, err := cmake.ParseVersion(output)
		if err != nil || got.String() != want {
			t.Errorf("ParseVersion(%q) = %v, %v, want %s", output, got, err, want)
		}
	}
	for _, output := range []string{
		"", "cmake", "cmake version", "cmake version x.y", "cmake version 3", "GNU Make 4.3", "ninja version 1.11.1",
		"the cmake version 3.25.1", "cmake version 99999999999999999999.1", "ctest version 3.25.1",
	} {
		if got, err := cmake.ParseVersion(output); err == nil {
			t.Errorf("ParseVersion(%q) = %v, want an error", output, got)
		}
	}
}

func TestVersionOrder(t *testing.T) {
	order := []cmake.Version{{3, 16, 0}, {3, 16, 3}, {3, 20, 0}, {3, 20, 1}, {4, 0, 0}, {4, 3, 1}}
	for i, a := range order {
		for j, b := range order {
			if got, want := a.Compare(b), compare(i, j); got != want {
				t.Errorf("%v.Compare(%v) = %d, want %d", a, b, got, want)
			}
		}
	}
}

func compare(i, j int) int {
	switch {
	case i < j:
		return -1
	case i > j:
		return 1
	}
	return 0
}

func TestRequire(t *testing.T) {
	old := cmake.Version{Major: 3, Minor: 20, Patch: 5}
	err := old.Require(cmake.CTestJUnit)
	if got, want := err.Error(), "use ctest --output-junit: needs cmake 3.21, have 3.20.5"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if err := (cmake.Version{Major: 3, Minor: 21}).Require(cmake.CTestJUnit); err != nil {
		t.Errorf("3.21.0: %v", err)
	}
	for _, f := range []cmake.Feature{cmake.Profiling, cmake.PresetFlag, cmake.CTestDir, cmake.ToolchainFlag, cmake.CTestJUnit} {
		if f.Since.Compare(cmake.Minimum) <= 0 || f.Name == "" {
			t.Errorf("%+v is no feature beyond the minimum", f)
		}
	}
}

func FuzzParseVersion(f *testing.F) {
	f.Add("cmake version 3.25.1\n")
	f.Add("cmake3 version 3.22.1-g37088a8-dirty")
	f.Add("x\ncmake version 4.3\n")
	f.Fuzz(func(t *testing.T, output string) {
		v, err := cmake.ParseVersion(output)
		if err != nil {
			if len(err.Error()) > 2000 {
				t.Errorf("error of %d bytes", len(err.Error()))
			}
			return
		}
		again, err := cmake.ParseVersion("cmake version " + v.String())
		if err != nil || again != v {
			t.Errorf("%q: %v does not survive its own form: %v, %v", output, v, again, err)
		}
		if !strings.Contains(output, " version ") {
			t.Errorf("%q has no version, got %v", output, v)
		}
	})
}
