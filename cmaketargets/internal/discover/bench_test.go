package discover_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
)

// BenchmarkFind walks 100,000 files in 5,000 directories, every fiftieth of
// them a project, without git and within a repository that tracks them all.
func BenchmarkFind(b *testing.B) {
	const dirs, files = 5000, 20
	root := b.TempDir()
	for i := range dirs {
		dir := filepath.Join(root, fmt.Sprintf("group%d", i%50), fmt.Sprintf("part%d", i/50%10), fmt.Sprintf("d%d", i))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range files {
			name, text := fmt.Sprintf("f%d.c", j), ""
			if j == 0 && i%50 == 0 {
				name, text = "CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(p LANGUAGES C)\n"
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	find := func(b *testing.B) {
		for b.Loop() {
			r, err := discover.Find(b.Context(), discover.Options{Root: root})
			if err != nil || len(r.Projects) != dirs/50 || len(r.Warnings) != 0 {
				b.Fatal(len(r.Projects), r.Warnings, err)
			}
		}
	}
	b.Run("plain", find)
	write(b, root, ".gitignore", "*.o\nbuild/\n/out*\n*~\n")
	write(b, root, "group0/build/x.txt", "")
	git(b, root, "init", "-q")
	git(b, root, "add", ".")
	b.Run("git", find)
}
