package detect_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestTestdata compares this repository's own projects as each CMake configures them for Ninja and for Make. CI has time for
// those that are detected in different ways, each with one CMake; CMAKETARGETS_TEST_ALL does all.
func TestTestdata(t *testing.T) {
	root := filepath.Join("..", "..", "..", "testdata", "projects")
	languages := map[string][]string{
		"c-only": {"C"}, "checks": {"C"}, "codegen": {"C"}, "cxx": {"CXX"}, "header-only": {"CXX"},
		"late-language": {"C", "CXX"}, "library": {"C"}, "mixed": {"C", "CXX"}, "nested": {"C"}, "presets": {"C"},
		"toolchain": {"C"}, "warning": {"C"},
	}
	different := map[string][]string{
		"Ninja": {"checks", "cxx", "late-language", "mixed", "presets", "toolchain"}, "Unix Makefiles": {"mixed"},
	}
	eachCMake(t, func(t *testing.T, cmake string) {
		for _, generator := range []string{"Ninja", "Unix Makefiles"} {
			for name := range languages {
				i := slices.Index(different[generator], name)
				if !everything() && (i < 0 || cmake != cmakes(t)[i%len(cmakes(t))]) {
					continue
				}
				t.Run(generator+"/"+name, func(t *testing.T) {
					files := map[string]string{}
					dir := os.DirFS(filepath.Join(root, name))
					err := fs.WalkDir(dir, ".", func(path string, d fs.DirEntry, err error) error {
						if err != nil || d.IsDir() {
							return err
						}
						text, err := fs.ReadFile(dir, path)
						files[path] = string(text)
						return err
					})
					if err != nil {
						t.Fatal(err)
					}
					parity{
						files: files, seeds: []seed{{lists: files["CMakeLists.txt"]}}, languages: languages[name],
						generator: generator, test: generator == "Ninja",
					}.check(t, cmake)
				})
			}
		}
	})
}
