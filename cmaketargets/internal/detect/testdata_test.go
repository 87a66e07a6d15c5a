package detect_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestTestdata compares this repository's own projects as the first CMake configures them for Ninja, and some of them as
// the other CMakes do and as Make builds them. CMAKETARGETS_TEST_ALL has each CMake and Make do all.
func TestTestdata(t *testing.T) {
	root := filepath.Join("..", "..", "..", "testdata", "projects")
	languages := map[string][]string{
		"c-only": {"C"}, "checks": {"C"}, "codegen": {"C"}, "cxx": {"CXX"}, "header-only": {"CXX"},
		"late-language": {"C", "CXX"}, "library": {"C"}, "mixed": {"C", "CXX"}, "nested": {"C"}, "presets": {"C"},
		"toolchain": {"C"}, "warning": {"C"},
	}
	// Their detection has the most parts.
	always := map[string][]string{"Ninja": {"mixed", "toolchain"}, "Unix Makefiles": {"mixed"}}
	all := everything()
	eachCMake(t, func(t *testing.T, cmake string) {
		for _, generator := range []string{"Ninja", "Unix Makefiles"} {
			for name := range languages {
				usual := generator == "Ninja" && cmake == cmakes(t)[0]
				if !all && !usual && !slices.Contains(always[generator], name) {
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
