package cmaketargets_test

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// compiled is a project in which detection, checks and twelve files use a compiler.
func compiled(r *repository, dir string) {
	r.write(dir+"/CMakeLists.txt", `cmake_minimum_required(VERSION 3.16)
project(p C CXX)
include(CheckCSourceCompiles)
check_c_source_compiles("int main(void) { return 0; }" WORKS)
file(WRITE ${CMAKE_BINARY_DIR}/made.h "#define MADE 1\n")
include_directories(${CMAKE_BINARY_DIR} inc)
file(GLOB sources *.c)
add_library(p STATIC ${sources} last.cpp)
add_executable(run ${CMAKE_BINARY_DIR}/main.c)
file(WRITE ${CMAKE_BINARY_DIR}/main.c "int main(void) { return 0; }\n")
`)
	r.write(dir+"/inc/p.h", "int p(int);\n")
	r.write(dir+"/last.cpp", "#include <string>\nstd::string last(std::string s) { return s + \"!\"; }\n")
	for i := range 10 {
		r.write(fmt.Sprintf("%s/f%d.c", dir, i), fmt.Sprintf("#include <made.h>\n#include \"p.h\"\nint f%d(int n) { return p(n) + MADE + %d; }\n", i, i))
	}
}

// A launcher starts the compilers of builds, and none of a configure step, whose detections are the same
// as without one.
func TestLauncherIsForBuilds(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		compiled(r, "plain")
		calls := filepath.Join(t.TempDir(), "calls")
		wrap := filepath.Join(filepath.Dir(r.cmake), "wrap")
		must(t, exec.Command("sh", "-c", `printf '#!/bin/sh\necho "$@" >>%s\nexec "$@"\n' "$1" >"$2" && chmod +x "$2"`, "sh", calls, wrap).Run())
		_, err := r.run(cmaketargets.Config{}, cmaketargets.StepBuild)
		must(t, err)
		compiled(r, "launched")
		config := cmaketargets.Config{Launcher: wrap, Include: []string{"launched"}}
		report, err := r.run(config, cmaketargets.StepConfigure)
		must(t, err)
		if data, err := os.ReadFile(calls); err == nil {
			t.Errorf("the configure step used the launcher: %s", data)
		}
		version := filepath.Base(t.Name())
		for _, name := range []string{"CMakeCCompiler.cmake", "CMakeCXXCompiler.cmake", "CMakeSystem.cmake"} {
			if name = "/CMakeFiles/" + version + "/" + name; r.read("build/launched"+name) != r.read("build/plain"+name) {
				t.Errorf("%s differs", name)
			}
		}
		if targets := report.ForStep(cmaketargets.StepConfigure)[0].Targets; len(targets) != 2 {
			t.Errorf("%v, want two targets", targets)
		}
		_, err = r.run(config, cmaketargets.StepBuild)
		must(t, err)
		if data, err := os.ReadFile(calls); err != nil || bytes.Count(data, []byte("\n")) != 12 {
			t.Errorf("the build has launched %s, want 12 compiles: %v", data, err)
		}
		report, err = r.run(config, cmaketargets.StepClean, cmaketargets.StepConfigure)
		must(t, err)
		if d := report.ForStep(cmaketargets.StepConfigure)[0].Detection; len(d.Reused) != 2 && d.Note == "" {
			t.Errorf("detection %q, want that of the first time", d)
		}
	})
}

// A compiler that is a link to ccache is not launched by another one.
func TestLauncherAsCompiler(t *testing.T) {
	withCMakes(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		compiled(r, "p")
		ccache, err := exec.LookPath("ccache")
		must(t, err)
		dir := t.TempDir()
		must(t, os.Symlink(ccache, filepath.Join(dir, "gcc")))
		config := cmaketargets.Config{Launcher: "ccache", Variants: []cmaketargets.Variant{{Env: map[string]string{
			"CC": filepath.Join(dir, "gcc"), "CCACHE_DIR": filepath.Join(dir, "cache"),
		}}}}
		report, err := r.run(config, cmaketargets.StepBuild)
		must(t, err)
		if l := report.ForStep(cmaketargets.StepBuild)[0].Launched; l.Hits+l.Misses != 12 {
			t.Errorf("%v, want each compile once", l)
		}
		cache := r.read("build/p/CMakeCache.txt")
		if strings.Contains(cache, "CMAKE_C_COMPILER_LAUNCHER") || !strings.Contains(cache, "CMAKE_CXX_COMPILER_LAUNCHER") {
			t.Error("want a launcher for C++ only")
		}
		r.started()
		_, err = r.run(config, cmaketargets.StepBuild)
		must(t, err)
		if calls := r.started(); len(calls) > 0 {
			t.Errorf("once more: %q", calls)
		}
		delete(config.Variants[0].Env, "CC")
		report, err = r.run(config, cmaketargets.StepBuild)
		must(t, err)
		if got := report.ForStep(cmaketargets.StepBuild)[0]; got.Launched.Hits+got.Launched.Misses != 11 {
			t.Errorf("with another compiler: %v %s", got.Launched, report.ForStep(cmaketargets.StepConfigure)[0].Reason)
		}
		r.started()
		_, err = r.run(config, cmaketargets.StepBuild)
		must(t, err)
		if calls := r.started(); len(calls) > 0 {
			t.Errorf("once more: %q", calls)
		}
	})
}

// objects returns the object files in the build tree of a project, by path.
func objects(t *testing.T, root, project string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	dir := filepath.Join(root, "build", project)
	must(t, filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".o") {
			var data []byte
			data, err = os.ReadFile(path)
			name, _ := filepath.Rel(dir, path)
			found[name] = data
		}
		return err
	}))
	return found
}

// same fails the test where some object differs from the same one that no launcher made.
func same(t *testing.T, got, want map[string][]byte) {
	t.Helper()
	if len(got) == 0 || !maps.EqualFunc(got, want, bytes.Equal) {
		t.Errorf("of %d and %d objects some differ", len(got), len(want))
	}
}

// With an empty local cache, in another worktree, ccache has all from its remote storage, and the objects
// are those that the compiler makes.
func TestCcache(t *testing.T) {
	for name, serve := range map[string]func(t *testing.T) (url string){"Redis": serveRedis, "HTTP": serveHTTP} {
		t.Run(name, func(t *testing.T) {
			withFirstCMake(t, func(t *testing.T, cmake string) {
				r := newRepository(t, cmake)
				compiled(r, "libs/p")
				git := func(args ...string) {
					t.Helper()
					cmd := exec.Command("git", append([]string{"-C", r.root, "-c", "user.name=n", "-c", "user.email=e"}, args...)...)
					if out, err := cmd.CombinedOutput(); err != nil {
						t.Fatalf("%v\n%s", err, out)
					}
				}
				git("init", "--quiet")
				git("add", ".")
				git("commit", "--quiet", "--message=all")
				url, dir := serve(t), t.TempDir()
				second := *r
				second.root = filepath.Join(dir, "elsewhere", "second")
				git("worktree", "add", "--quiet", second.root)
				build := func(r *repository, launcher, local string) (cmaketargets.Launched, map[string][]byte) {
					t.Helper()
					report, err := r.run(cmaketargets.Config{Launcher: launcher, Variants: []cmaketargets.Variant{{
						BuildType: "Release", Env: map[string]string{"CCACHE_DIR": filepath.Join(dir, local), "CCACHE_REMOTE_STORAGE": url},
					}}}, cmaketargets.StepClean, cmaketargets.StepBuild)
					must(t, err)
					return report.ForStep(cmaketargets.StepBuild)[0].Launched, objects(t, r.root, "libs/p")
				}
				_, plain := build(&second, "", "")
				if l, _ := build(r, "ccache", "one"); l.Name != "ccache" || l.Hits != 0 || l.Misses != 12 {
					t.Errorf("cold: %v", l)
				}
				l, cached := build(&second, "ccache", "two")
				if l.Hits < 11 || l.Remote != l.Hits || l.Hits+l.Misses != 12 {
					t.Errorf("in a second worktree: %v", l)
				}
				same(t, cached, plain)
				if l, cached = build(&second, "ccache", "two"); l.Hits != 12 || l.Remote != 0 {
					t.Errorf("once more: %v", l)
				}
				same(t, cached, plain)
			})
		})
	}
}

// port returns a TCP port of the loopback interface that was free.
func port(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = listener.Close() }()
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return port
}

// start starts a server, and ends it after the test.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
}

// serve is start, and waits until the server listens.
func serve(t *testing.T, port string, cmd *exec.Cmd) {
	t.Helper()
	start(t, cmd)
	for range 1000 {
		if conn, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("%s does not listen", cmd)
}

func serveRedis(t *testing.T) string {
	port := port(t)
	serve(t, port, exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", t.TempDir()))
	return "redis://127.0.0.1:" + port
}

func serveHTTP(t *testing.T) string {
	var mu sync.Mutex
	stored := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		data, ok := stored[req.URL.Path]
		switch {
		case req.Method == http.MethodPut:
			stored[req.URL.Path], _ = io.ReadAll(req.Body)
			w.WriteHeader(http.StatusCreated)
		case !ok:
			w.WriteHeader(http.StatusNotFound)
		default:
			_, _ = w.Write(data)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// Two servers of distcc compile all, and the objects are those that the compiler makes here.
func TestDistcc(t *testing.T) {
	withFirstCMake(t, func(t *testing.T, cmake string) {
		r := newRepository(t, cmake)
		compiled(r, "p")
		dir := t.TempDir()
		var hosts, logs []string
		for i := range 2 {
			port, log := port(t), filepath.Join(dir, fmt.Sprint("log", i))
			file, err := os.Create(log)
			must(t, err)
			cmd := exec.Command("distccd", "--no-detach", "--listen=127.0.0.1", "--allow=127.0.0.1", "--port="+port, "--jobs=2",
				"--user=nobody", "--enable-tcp-insecure", "--log-stderr", "--log-level=info") // of root it takes that user
			cmd.Stderr = file
			serve(t, port, cmd)
			hosts, logs = append(hosts, "127.0.0.1:"+port+"/2"), append(logs, log)
		}
		build := func(launcher string, remote int) map[string][]byte {
			t.Helper()
			report, err := r.run(cmaketargets.Config{Jobs: 2, RemoteJobs: remote, Launcher: launcher, Variants: []cmaketargets.Variant{{
				BuildType: "Release", Env: map[string]string{"DISTCC_HOSTS": strings.Join(hosts, " "), "DISTCC_FALLBACK": "0", "DISTCC_DIR": dir},
			}}}, cmaketargets.StepClean, cmaketargets.StepBuild)
			if err != nil {
				t.Fatalf("%v\n%v", err, report.Failed()[0].Diagnostics)
			}
			return objects(t, r.root, "p")
		}
		plain := build("", 0)
		same(t, build("distcc", 4), plain)
		all := 0
		for _, log := range logs {
			data, err := os.ReadFile(log)
			must(t, err)
			compiled := bytes.Count(data, []byte("COMPILE_OK"))
			if all += compiled; compiled == 0 {
				t.Errorf("one server has compiled nothing:\n%s", data)
			}
		}
		if all != 12 {
			t.Errorf("the servers have compiled %d files of 12", all)
		}
	})
}
