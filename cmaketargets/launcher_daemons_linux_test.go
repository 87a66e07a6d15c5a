package cmaketargets_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// The server of sccache is started before the first build, and outlives the run, also one that is cancelled. It compiles
// a file once, and then answers from its cache.
func TestSccache(t *testing.T) {
	port := port(t)
	t.Setenv("SCCACHE_SERVER_PORT", port)
	t.Setenv("SCCACHE_DIR", t.TempDir())
	t.Setenv("SCCACHE_CONF", filepath.Join(t.TempDir(), "none"))
	t.Setenv("SCCACHE_IDLE_TIMEOUT", "600")
	t.Cleanup(func() { _ = exec.Command("sccache", "--stop-server").Run() })
	r := newRepository(t, realCMakes(t)[0])
	compiled(r, "p")
	var output bytes.Buffer
	config := cmaketargets.Config{Output: &output, Variants: []cmaketargets.Variant{{BuildType: "Release"}}}
	build := func(launcher, counts string) map[string][]byte {
		t.Helper()
		output.Reset()
		config.Launcher = launcher
		_, err := r.run(config, cmaketargets.StepClean, cmaketargets.StepBuild)
		must(t, err)
		if !strings.Contains(output.String(), counts) {
			t.Errorf("want %q in\n%s", counts, output.String())
		}
		return objects(t, r.root, "p")
	}
	requests := func() int {
		t.Helper()
		data, err := exec.Command("sccache", "--show-stats", "--stats-format=json").Output()
		must(t, err)
		var got struct {
			Stats struct {
				Requests int `json:"compile_requests"`
			} `json:"stats"`
		}
		must(t, json.Unmarshal(data, &got))
		return got.Stats.Requests
	}
	plain := build("", "1 built")
	same(t, build("sccache", "; sccache 0 hits, 12 misses\n"), plain)
	same(t, build("sccache", "; sccache 12 hits, 0 misses\n"), plain)
	if n := requests(); n != 24 {
		t.Errorf("the server has had %d requests, want 24", n)
	}

	r.write("p/slow.cmake", "execute_process(COMMAND sleep 30)\n")
	r.write("p/CMakeLists.txt", r.read("p/CMakeLists.txt")+"add_custom_target(slow ALL COMMAND ${CMAKE_COMMAND} -P ${CMAKE_SOURCE_DIR}/slow.cmake DEPENDS p)\nadd_dependencies(slow p)\n")
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	config.Root, config.CMake, config.Store = r.root, r.cmake, r.cache
	if _, err := cmaketargets.New(config).Run(ctx, cmaketargets.StepClean, cmaketargets.StepBuild); err == nil {
		t.Error("a build of 30 seconds ended in three")
	}
	if n := requests(); n <= 24 {
		t.Errorf("the server has had %d requests, want more than 24, or another one has started", n)
	}
}

// A daemon of icecc compiles all for another one, and the objects are those that the compiler makes here. A daemon that root has
// not started does not compile for others, so that all is compiled here then.
func TestIcecc(t *testing.T) {
	dir, err := os.MkdirTemp("", "icecc") // not that of the test, which other users cannot enter
	must(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	path := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.Chmod(dir, 0o755))
	must(t, errors.Join(os.Mkdir(path("here"), 0o755), os.Mkdir(path("there"), 0o755)))
	var owner []string
	if os.Geteuid() == 0 {
		icecc, err := user.Lookup("icecc")
		must(t, err)
		uid, _ := strconv.Atoi(icecc.Uid)
		gid, _ := strconv.Atoi(icecc.Gid)
		must(t, errors.Join(os.Chown(dir, uid, gid), os.Chown(path("here"), uid, gid), os.Chown(path("there"), uid, gid)))
		owner = []string{"-u", "icecc"}
	}
	command := func(name string, args ...string) *exec.Cmd {
		for _, path := range []string{name, "/usr/sbin/" + name} { // which is not in the PATH of all users
			if found, err := exec.LookPath(path); err == nil {
				return exec.Command(found, append(args, owner...)...)
			}
		}
		t.Fatalf("%s is not installed", name)
		return nil
	}
	scheduler := port(t)
	// Not serve, because the scheduler would wait half a minute for data on a connection that sends none.
	start(t, command("icecc-scheduler", "-n", "test", "-i", "lo", "-p", scheduler, "-l", path("scheduler.log")))
	daemon := func(name string, args ...string) {
		t.Helper()
		args = append([]string{"-n", "test", "-s", "127.0.0.1:" + scheduler, "-p", port(t), "-N", name, "-b", path(name), "-l", path(name + ".log"), "-vvv"}, args...)
		cmd := command("iceccd", args...)
		cmd.Env = append(os.Environ(), "ICECC_TEST_SOCKET="+path(name+".socket"))
		start(t, cmd)
		for range 600 {
			if data, _ := os.ReadFile(path(name + ".log")); bytes.Contains(data, []byte("Connected to scheduler")) {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
		t.Fatalf("the daemon %s has found no scheduler", name)
	}
	daemon("here", "--no-remote", "-m", "2")
	daemon("there", "-m", "4")
	r := newRepository(t, realCMakes(t)[0])
	compiled(r, "p")
	build := func(config cmaketargets.Config) map[string][]byte {
		t.Helper()
		config.Jobs = 2
		config.Variants = []cmaketargets.Variant{{BuildType: "Release", Env: map[string]string{
			"ICECC_TEST_SOCKET": path("here.socket"), "ICECC_PREFERRED_HOST": "there", "ICECC_TEST_REMOTEBUILD": "1", // although that is on loopback
		}}}
		report, err := r.run(config, cmaketargets.StepClean, cmaketargets.StepBuild)
		if err != nil {
			t.Fatalf("%v\n%v", err, report.Failed()[0].Diagnostics)
		}
		return objects(t, r.root, "p")
	}
	plain := build(cmaketargets.Config{})
	same(t, build(cmaketargets.Config{Launcher: "icecc", RemoteJobs: 4}), plain)
	if os.Geteuid() != 0 {
		return
	}
	data, err := os.ReadFile(path("there.log"))
	must(t, err)
	if n := bytes.Count(data, []byte("Remote compilation completed with exit code 0")); n != 12 {
		t.Errorf("the other daemon has compiled %d files of 12:\n%s", n, fmt.Sprintf("%.3000s", data))
	}
}
