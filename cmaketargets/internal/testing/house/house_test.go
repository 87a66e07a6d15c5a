// Package house_test checks the rules of ARCHITECTURE.md on the source itself: the direction of
// imports, the sizes of files and types, circles of files, and access to the process's streams and
// environment. `go test -v` prints the figures of each package.
package house_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	face     = "github.com/magecmake/magecmake/cmaketargets"
	internal = face + "/internal/"
	tests    = internal + "testing"

	maxCircle  = 12  // files of a package that reach each other
	maxMethods = 25  // of a type
	maxLines   = 400 // of a file
)

// layers holds the packages below internal, lowest layer first. A package imports its own layer and
// those below it.
var layers = []string{
	"model fsutil text",
	"affected clean cmake cmakelang compdb detect diagnose discover graph inputs interrupt jobserver lock logfile memory proc remote report toolchain treestate ui warm",
	"merge retry selection settings shard",
	"buildtree console plan schedule",
	"engine",
}

// ofFace holds the names that only the face and commands use: streams and the environment are handed
// to all others.
var ofFace = []string{"os.Stdout", "os.Stderr", "os.Environ"}

// notEmbedded holds the types that no struct embeds, as their fields would become those of the struct.
var notEmbedded = []string{face + ".Config", internal + "settings.Settings"}

// exceptions holds violations that stay, each with its reason. One that excuses nothing is an error.
var exceptions = map[string]string{
	"testing/fakecmake: command.go uses os.Stdout": "the body of a command, called by its main",
	"testing/fakecmake: command.go uses os.Stderr": "the body of a command, called by its main",
	"testing/suite: suite.go uses os.Stderr":       "the body of each TestMain",
}

func TestHouse(t *testing.T) {
	t.Parallel()
	type listed struct {
		ImportPath, Name, Dir, Export string
		GoFiles, IgnoredGoFiles       []string
	}
	// With -export go list compiles packages that are not compiled yet: only this module is parsed here.
	list := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,GoFiles,IgnoredGoFiles", face+"/...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	exports := map[string]string{}
	fset := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	excused := map[string]bool{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			t.Fatalf("decode the output of go list: %v", err)
		}
		exports[p.ImportPath] = p.Export // go list prints a package after those that it imports.
		if p.ImportPath != face && !strings.HasPrefix(p.ImportPath, internal) {
			continue
		}
		report := func(format string, args ...any) {
			v := strings.TrimPrefix(p.ImportPath, internal) + ": " + fmt.Sprintf(format, args...)
			if _, excused[v] = exceptions[v]; !excused[v] {
				t.Error(v)
			}
		}
		if layer(p.ImportPath) < 0 && !strings.HasPrefix(p.ImportPath, tests) {
			report("has no layer")
		}
		var files []*ast.File
		lines := 0
		for i, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			n := fset.File(file.FileStart).LineCount()
			if lines += n; n > maxLines {
				report("%s has %d lines, more than %d", name, n, maxLines)
			}
			checkImports(p.ImportPath, name, file, report)
			if p.ImportPath != face && p.Name != "main" {
				checkNames(name, file, report)
			}
			if i < len(p.GoFiles) { // Files of other systems may use identifiers that are not declared here.
				files = append(files, file)
			}
		}
		info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
		pkg, err := config.Check(p.ImportPath, fset, files, info)
		if err != nil {
			t.Fatal(err)
		}
		checkEmbedded(info, report)
		circle := largestCircle(fset, pkg, files, info)
		if len(circle) > maxCircle {
			report("%d files reach each other, more than %d: %s", len(circle), maxCircle, strings.Join(circle, " "))
		}
		most := mostMethods(pkg)
		for _, m := range most {
			if m.Count > maxMethods {
				report("%s has %d methods, more than %d", m.Type, m.Count, maxMethods)
			}
		}
		t.Logf("%-24s %2d files %4d lines, circle of %2d, methods %v", strings.TrimPrefix(p.ImportPath, internal),
			len(files), lines, len(circle), most[:min(5, len(most))])
	}
	for v, reason := range exceptions {
		if !excused[v] {
			t.Errorf("the exception %q (%s) excuses nothing", v, reason)
		}
	}
}

// checkImports reports imports of a higher layer, and imports of the tests' tools.
func checkImports(from, name string, file *ast.File, report func(string, ...any)) {
	for _, spec := range file.Imports {
		to, _ := strconv.Unquote(spec.Path.Value)
		switch {
		case strings.HasPrefix(from, tests), to != face && !strings.HasPrefix(to, internal):
		case strings.HasPrefix(to, tests):
			report("%s imports %s, which is for tests", name, to)
		case layer(to) > layer(from):
			report("%s imports %s, which is above it", name, to)
		}
	}
}

// layer returns the layer of a package, from the bottom, or -1.
func layer(path string) int {
	if path == face {
		return len(layers)
	}
	return slices.IndexFunc(layers, func(names string) bool {
		return slices.Contains(strings.Fields(names), strings.TrimPrefix(path, internal))
	})
}

// checkNames reports uses of names that only the face uses.
func checkNames(name string, file *ast.File, report func(string, ...any)) {
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if used := types.ExprString(s); slices.Contains(ofFace, used) {
				report("%s uses %s", name, used)
			}
		}
		return true
	})
}

// checkEmbedded reports structs that embed a type of notEmbedded, or a pointer to it.
func checkEmbedded(info *types.Info, report func(string, ...any)) {
	for _, object := range info.Defs {
		if field, ok := object.(*types.Var); ok && field.Embedded() {
			if of := strings.TrimPrefix(types.Unalias(field.Type()).String(), "*"); slices.Contains(notEmbedded, of) {
				report("a struct embeds %s", of)
			}
		}
	}
}

// largestCircle returns the largest set of files in which each refers to each, directly or through
// others of the set. A reference is a use of anything that is declared in another file.
func largestCircle(fset *token.FileSet, pkg *types.Package, files []*ast.File, info *types.Info) []string {
	name := func(pos token.Pos) string { return filepath.Base(fset.File(pos).Name()) }
	reaches := map[string]map[string]bool{}
	for _, file := range files {
		reaches[name(file.FileStart)] = map[string]bool{}
	}
	for use, object := range info.Uses {
		if object.Pkg() == pkg && object.Pos().IsValid() {
			reaches[name(use.Pos())][name(object.Pos())] = true
		}
	}
	for via := range reaches { // the transitive closure
		for from := range reaches {
			if reaches[from][via] {
				maps.Copy(reaches[from], reaches[via])
			}
		}
	}
	var largest []string
	for file := range reaches {
		circle := []string{file}
		for other := range reaches[file] {
			if other != file && reaches[other][file] {
				circle = append(circle, other)
			}
		}
		if len(circle) > len(largest) {
			largest = circle
		}
	}
	slices.Sort(largest)
	return largest
}

type methods struct {
	Type  string
	Count int
}

// mostMethods returns the types of a package that declare methods, those with the most first.
func mostMethods(pkg *types.Package) []methods {
	var all []methods
	for _, name := range pkg.Scope().Names() {
		if named, ok := pkg.Scope().Lookup(name).Type().(*types.Named); ok && named.NumMethods() > 0 && named.Obj().Name() == name {
			all = append(all, methods{name, named.NumMethods()})
		}
	}
	slices.SortStableFunc(all, func(a, b methods) int { return cmp.Compare(b.Count, a.Count) })
	return all
}
