package diagnose_test

import (
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// TestKey compares the first errors in the outputs of two projects.
func TestKey(t *testing.T) {
	for _, test := range []struct {
		name, a, b string
		same       bool
	}{
		{
			"a package, at other lines",
			"CMake Error at CMakeLists.txt:3 (find_package):\n  Could NOT find Boost (missing: a)\n",
			"CMake Error at src/CMakeLists.txt:7 (find_package):\n  Could NOT find Boost (missing: a b)\n", true,
		},
		{
			"two packages",
			"CMake Error at CMakeLists.txt:3 (find_package):\n  Could NOT find Boost (missing: a)\n",
			"CMake Error at CMakeLists.txt:3 (find_package):\n  Could NOT find ZLIB (missing: a)\n", false,
		},
		{
			"a path of the project's own",
			"CMake Error: The source directory \"/r/a\" is odd, /r/build/a\n",
			"CMake Error: The source directory \"/r/b\" is odd, /r/build/b\n", true,
		},
		{"a header that both include", "/r/common.h:3:1: error: e\n", "/r/common.h:3:1: error: e\n", true},
		{"files of the same name", "/r/a/x.c:3:1: error: e\n", "/r/b/x.c:9:1: error: e\n", true},
		{"files of other names", "/r/a/x.c:3:1: error: e\n", "/r/b/y.c:3:1: error: e\n", false},
		{"a header that is missing", "/r/a/x.c:3:1: fatal error: z.h: No such file or directory\n", "/r/b/y.c:3:1: fatal error: z.h: No such file or directory\n", true},
		{"a library", "/usr/bin/ld: cannot find -lz: No such file or directory\n", "/usr/bin/ld.gold: error: cannot find -lz\n", true},
		{"a symbol", "/usr/bin/ld: /r/a/x.c:3: undefined reference to `f'\n", "/usr/bin/ld: /r/b/y.c:4: undefined reference to `f'\n", true},
		{"other warnings as errors", "/r/a/x.c:3:1: error: e [-Werror=a]\n", "/r/b/x.c:3:1: error: e [-Werror=b]\n", false},
	} {
		key := func(project, output string) string {
			report, err := diagnose.Read("build", strings.NewReader(output))
			if err != nil || report.First < 0 {
				t.Fatalf("%s: no error in %q: %v", test.name, output, err)
			}
			return diagnose.Key(report.List[report.First], "/r/"+project, "/r/build/"+project)
		}
		if a, b := key("a", test.a), key("b", test.b); (a == b) != test.same {
			t.Errorf("%s: keys %q and %q", test.name, a, b)
		}
	}
}
