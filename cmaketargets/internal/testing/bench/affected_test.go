package bench_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/discover"
	"github.com/magecmake/magecmake/cmaketargets/internal/engine"
	"github.com/magecmake/magecmake/cmaketargets/internal/graph"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// BenchmarkAffected decides which of many projects the changes in a work tree affect, from their build
// trees and from a file of manifests: all of a dry run, which plans the one that is. Files are 20 for
// each project.
func BenchmarkAffected(b *testing.B) {
	n := size(b, 500)
	root := scratchDir(b, "affected")
	write(b, root, 1, small)
	for i := range 17 {
		must(b, os.WriteFile(filepath.Join(root, "p0000", fmt.Sprintf("f%d.h", i)), nil, 0o666))
	}
	cmake, err := exec.LookPath("cmake")
	must(b, err)
	log, manifest := filepath.Join(b.TempDir(), "log"), filepath.Join(b.TempDir(), "m.json")
	env := append(os.Environ(), "PATH="+commandDir+string(filepath.ListSeparator)+os.Getenv("PATH"), countedCMake+"="+cmake, countedLog+"="+log,
		"XDG_CACHE_HOME="+b.TempDir(), settings.EnvManifest+"="+manifest)
	run := func(env ...string) (*bytes.Buffer, []model.Result) {
		out := &bytes.Buffer{}
		process := engine.NewProcess(&engine.Process{Output: func() io.Writer { return out }, Env: func() []string { return env }, StartDir: root})
		results, err := process.New(settings.Settings{CompileCommands: "off"}).Run(context.Background(), []model.Step{model.Build})
		if err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		return out, results
	}
	run(env...)
	for i := 1; i < n; i++ {
		name := fmt.Sprintf("p%04d", i)
		for _, dir := range []string{"", "build"} {
			must(b, clone(filepath.Join(root, dir, "p0000"), filepath.Join(root, dir, name), name))
		}
	}
	must(b, os.WriteFile(filepath.Join(root, ".gitignore"), []byte("build/\n"), 0o666))
	for _, args := range [][]string{{"init", "-q"}, {"add", "."}, {"-c", "user.name=x", "-c", "user.email=x", "commit", "-qm", "x"}} {
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		must(b, cmd.Run())
	}
	run(append(env, settings.EnvDryRun+"=1")...)
	run(append(env, settings.EnvProjects+"=p0000")...) // writes the manifests
	must(b, os.WriteFile(filepath.Join(root, "p0000", "lib.c"), []byte("int answer(void) { return 43; }\n"), 0o666))

	decide := func(b *testing.B) {
		must(b, os.RemoveAll(log))
		least(b, func() {
			out, results := run(append(env, settings.EnvDryRun+"=1", settings.EnvProjects+"=[HEAD]")...)
			for _, r := range results {
				if r.Project.Path != "p0000" {
					b.Fatalf("%s is selected\n%s", r.Project.Path, out)
				}
			}
		})
		if starts, err := os.ReadFile(log); err == nil {
			b.Fatalf("cmake was started: %s", starts)
		}
	}
	b.Run("trees", decide)
	b.Run("discovery and read", func(b *testing.B) {
		least(b, func() {
			found, err := discover.Find(b.Context(), discover.Options{Root: root, Env: env, Skip: []string{filepath.Join(root, "build")}})
			must(b, err)
			_, err = graph.Find(found.Projects, graph.Options{Jobs: cpus()})
			must(b, err)
		})
	})
	must(b, os.RemoveAll(filepath.Join(root, "build")))
	b.Run("manifests", decide)
}

// least reports the least time and CPU time of this process that a function took, as a busy machine adds to
// both.
func least(b *testing.B, f func()) {
	wall, cpu := time.Hour, time.Hour
	for b.Loop() {
		used, _, err := ownUsage()
		must(b, err)
		start := time.Now()
		f()
		wall = min(wall, time.Since(start))
		after, _, err := ownUsage()
		must(b, err)
		cpu = min(cpu, after-used)
	}
	b.ReportMetric(wall.Seconds()*1000, "least-ms")
	b.ReportMetric(cpu.Seconds()*1000, "least-CPU-ms")
}

// clone copies the directory of a project or of its build tree for another one, with all times.
func clone(from, to, name string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		target := strings.ReplaceAll(filepath.Join(to, strings.TrimPrefix(path, from)), "p0000", name)
		if e.IsDir() {
			return os.MkdirAll(target, 0o777)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, bytes.ReplaceAll(data, []byte("p0000"), []byte(name)), info.Mode()); err != nil {
			return err
		}
		return os.Chtimes(target, time.Time{}, info.ModTime())
	})
}
