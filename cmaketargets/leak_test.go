package cmaketargets_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestGoroutinesAreWatched checks that the TestMain of every package with tests looks for leaked
// goroutines: by goleak, or by internal/testing/suite, which calls it.
func TestGoroutinesAreWatched(t *testing.T) {
	watched := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		dir := filepath.Dir(path)
		watched[dir] = watched[dir] || slices.ContainsFunc(file.Decls, isTestMain) && slices.ContainsFunc(file.Imports, findsLeaks)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, yes := range watched {
		if !yes {
			t.Errorf("%s has no TestMain beside an import of goleak", dir)
		}
	}
	if len(watched) < 15 {
		t.Errorf("only %d packages were found to have tests", len(watched))
	}
}

func isTestMain(d ast.Decl) bool {
	f, ok := d.(*ast.FuncDecl)
	return ok && f.Name.Name == "TestMain"
}

func findsLeaks(imported *ast.ImportSpec) bool {
	path := strings.Trim(imported.Path.Value, `"`)
	return path == "go.uber.org/goleak" || strings.HasSuffix(path, "/internal/testing/suite")
}
