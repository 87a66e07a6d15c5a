package diagnose

import (
	"strings"
	"testing"
)

// The outputs are those of CMake 3.25.1 and 4.3.1 with git 2.39.5, of projects that were configured
// at once and share a directory, and of downloads that fail by themselves.
func TestCollision(t *testing.T) {
	const clone = "CMake Error at up-subbuild/up-populate-prefix/tmp/up-populate-gitclone.cmake:39 (message):\n" +
		"  Failed to clone repository: 'file:///up'\n\nFAILED: up-populate-prefix/src/up-populate-stamp/up-populate-download " +
		"$BASE/up-subbuild/up-populate-prefix/src/up-populate-stamp/up-populate-download \n"
	shared := strings.ReplaceAll(clone, "$BASE", "/repo/third_party_cache")
	own := strings.ReplaceAll(clone, "$BASE", "/repo/build/a/_deps")
	inSource := strings.ReplaceAll(clone, "$BASE", "/repo/a/external")
	for name, test := range map[string]struct{ output, want string }{
		"shared": {"error: could not set 'x'\n" + shared, "other steps seem to have downloaded into /repo/third_party_cache at the same time; "},
		"shared, in CMake": {"CMake Error at /usr/share/cmake-3.25/Modules/CMakeDetermineSystem.cmake:192 (configure_file):\n  No such file or directory\n" +
			"See also \"/repo/third_party_cache/up-subbuild/CMakeFiles/CMakeOutput.log\".\n", "other steps seem to have downloaded into /repo/third_party_cache"},
		"shared, with dots": {"'/repo/p4/../third_party_cache/up-subbuild/x'", "other steps seem to have downloaded into /repo/third_party_cache"},
		"no host":           {"fatal: unable to access 'https://example.org/up/': Could not resolve host: example.org\n" + shared, ""},
		"no repository":     {"fatal: repository '/up' does not exist\n" + shared, ""},
		"no tag":            {"error: pathspec 'v9' did not match any file(s) known to git\n" + shared, ""},
		"own directory":     {"error: RPC failed\n" + own, ""},
		"in the source":     {"error: RPC failed\n" + inSource, ""},
		"destination":       {"fatal: destination path 'up-src' already exists and is not an empty directory.\n", "other steps seem to have downloaded into the same directory (destination path"},
		"remove":            {"  Failed to remove directory: '/cache/up-src'\n", "other steps seem to have downloaded into the same directory"},
		"index": {
			"fatal: Unable to create '/repo/.git/modules/lib/index.lock': File exists.\n\nAnother git process seems to be running in this repository\n",
			"other steps seem to have used git in the same directory (Unable to create '/repo/.git/modules/lib/index.lock': File exists); update submodules",
		},
		"config":         {"error: could not lock config file .git/config: File exists\n", "other steps seem to have used git in the same directory"},
		"own repository": {"fatal: Unable to create '/repo/a/.git/index.lock': File exists.\n", ""},
		"own clone":      {"fatal: destination path '/repo/build/a/up' already exists and is not an empty directory.\n", ""},
		"quiet": {
			"CMake Error at CMakeLists.txt:9 (message):\n  git submodule update --init failed with 128, please checkout submodules\n",
			"other steps seem to have used git in the same directory; update submodules",
		},
		"submodule, no host": {"fatal: unable to access 'https://example.org/up/'\ngit submodule update failed with 1\n", ""},
		"submodule, destination": {
			"fatal: destination path '/repo/ext/m' already exists and is not an empty directory.\ngit submodule update failed with 1\n",
			"other steps seem to have used git in the same directory (destination path '/repo/ext/m' already exists",
		},
		"vanished": {
			"CMake Error at /usr/share/cmake-3.25/Modules/FetchContent.cmake:1592 (configure_file):\n  No such file or directory\n",
			"other steps seem to have downloaded into the same directory; give",
		},
		"no template": {"CMake Error at CMakeLists.txt:2 (configure_file):\n  No such file or directory\n", ""},
		"hash":        {"  file DOWNLOAD HASH mismatch\n\n    for file: [/cache/up.tar.gz]\n      expected hash: [1]\n", "other steps seem to have downloaded into /cache at"},
		"own hash":    {"    for file: [/repo/build/a/up.tar.gz]\n", ""},
		"no rights":   {"error: could not lock config file .git/config: Permission denied\n", ""},
		"own mistake": {"CMake Error at CMakeLists.txt:3 (message):\n  no lunch\n", ""},
		"file exists": {"mkdir: cannot create directory 'x': File exists\n", ""},
		"no package":  {"Could not find a package configuration file provided by \"Qt6\"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := Collision([]byte(test.output), []string{"/repo/build/a", "/repo/a"})
			if !strings.HasPrefix(got, test.want) || (test.want == "") != (got == "") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
