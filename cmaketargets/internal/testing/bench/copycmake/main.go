// Command copycmake is a cmake that configures by copying a tree that the real one has configured, so that a benchmark of
// thousands of projects measures the program that starts it. The tree is build/p0000 below the repository that
// BENCH_TEMPLATE names, and all projects are like p0000. A line in the file BENCH_LOG, if that is set, counts each
// configure step.
package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "copycmake:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	root := os.Getenv("BENCH_TEMPLATE")
	template := filepath.Join(root, "build", "p0000")
	s, b := slices.Index(args, "-S"), slices.Index(args, "-B")
	if s < 0 || b < 0 {
		return printVersion(template)
	}
	source, build := args[s+1], args[b+1]
	like := strings.NewReplacer(root, filepath.Dir(source), "p0000", filepath.Base(source)).Replace
	err := filepath.WalkDir(template, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(template, path)
		if err != nil || rel == ".cmaketargets" || rel == "CMakeFiles" {
			return skip(err)
		}
		to := filepath.Join(build, like(rel))
		if d.IsDir() {
			return os.MkdirAll(to, 0o777)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, []byte(like(string(text))), 0o666)
	})
	if err != nil {
		return err
	}
	return count()
}

// skip returns err, or the error that leaves a directory out.
func skip(err error) error {
	if err != nil {
		return err
	}
	return filepath.SkipDir
}

// printVersion prints the version of the cmake that made the template.
func printVersion(template string) error {
	cache, err := os.ReadFile(filepath.Join(template, "CMakeCache.txt"))
	var n []any
	for _, m := range regexp.MustCompile(`(?m)^CMAKE_CACHE_(?:MAJOR|MINOR|PATCH)_VERSION:INTERNAL=(\d+)$`).FindAllSubmatch(cache, -1) {
		n = append(n, m[1])
	}
	if err != nil || len(n) != 3 {
		return fmt.Errorf("read the version of %s: %q, %w", template, n, err)
	}
	fmt.Printf("cmake version %s.%s.%s\n", n...)
	return nil
}

// count writes a line into the log.
func count() error {
	path := os.Getenv("BENCH_LOG")
	if path == "" {
		return nil
	}
	log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(log, strings.Join(os.Args[1:], " "))
	return err
}
