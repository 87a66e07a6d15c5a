package cmaketargets_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoroutinesAreWatched makes sure that a package which starts goroutines, be it to run a program, also looks in its
// TestMain whether its tests have left any behind.
func TestGoroutinesAreWatched(t *testing.T) {
	starts, watched := map[string]string{}, map[string]bool{}
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil || file.Name.Name == "main" {
			return err
		}
		dir := filepath.Dir(path)
		if strings.HasSuffix(path, "_test.go") {
			for _, imported := range file.Imports {
				path := strings.Trim(imported.Path.Value, `"`)
				watched[dir] = watched[dir] || path == "go.uber.org/goleak" || strings.HasSuffix(path, "/internal/suite")
			}
			return nil
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				starts[dir] = path
			case *ast.SelectorExpr:
				from, _ := n.X.(*ast.Ident)
				if n.Sel.Name == "Go" || n.Sel.Name == "AfterFunc" || from != nil && from.Name == "exec" && strings.HasPrefix(n.Sel.Name, "Command") {
					starts[dir] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, path := range starts {
		if !watched[dir] {
			t.Errorf("%s starts a goroutine, and no test of %s imports goleak", path, dir)
		}
	}
	if len(starts) < 5 {
		t.Errorf("only %d packages were found to start any", len(starts))
	}
}
