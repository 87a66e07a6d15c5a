package cmaketargets_test

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// cluster is Slurm with two nodes in this machine; see testdata/cluster/slurm.sh.
type cluster struct {
	t    *testing.T
	dir  string
	root string // of the repository
	env  []string
}

func newCluster(t *testing.T, cmake string) *cluster {
	t.Helper()
	for _, program := range []string{"munged", "slurmctld", "slurmd", "srun"} {
		_, err := exec.LookPath(program)
		if _, there := os.Stat("/usr/sbin/" + program); err != nil && there != nil { // which is in the PATH of slurm.sh
			t.Skip("it needs slurm-wlm and munge:", err)
		}
	}
	dir, err := os.MkdirTemp("", "cluster") // the path of a socket must be short
	must(t, err)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	port := free.Addr().(*net.TCPAddr).Port
	must(t, free.Close())
	c := &cluster{t: t, dir: dir, root: t.TempDir()}
	c.env = append(os.Environ(), "SLURM_CONF="+filepath.Join(dir, "slurm.conf"), "PATH="+commandBin+":"+realPath(cmake), "CMAKETARGETS_JOBS=4", "CMAKETARGETS_PROGRESS=plain")
	t.Cleanup(func() {
		c.script("stop")
		_ = os.RemoveAll(dir)
	})
	c.script("start", fmt.Sprint(port))
	return c
}

func (c *cluster) script(verb string, args ...string) {
	c.t.Helper()
	c.output(filepath.Join("..", "testdata", "cluster", "slurm.sh"), append([]string{verb, c.dir}, args...)...)
}

func (c *cluster) output(name string, args ...string) string {
	c.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = c.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		c.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// begin starts a run of mage test without build trees. out returns its output so far.
func (c *cluster) begin(runner, report string) (cmd *exec.Cmd, out func() string) {
	c.t.Helper()
	file, err := os.Create(report + ".out")
	must(c.t, err)
	defer func() { _ = file.Close() }()
	must(c.t, os.RemoveAll(filepath.Join(c.root, "build")))
	cmd = exec.Command(filepath.Join(commandBin, "targets"), "test")
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.root, file, file
	cmd.Env = append(c.env[:len(c.env):len(c.env)], "CMAKETARGETS_RUNNER="+runner, "CMAKETARGETS_REPORT="+report)
	must(c.t, cmd.Start())
	c.t.Cleanup(func() { _ = cmd.Process.Kill() }) // where the test has not waited for its end
	return cmd, func() string {
		data, err := os.ReadFile(file.Name())
		must(c.t, err)
		return string(data)
	}
}

// await waits until something holds. Its limit is long, as other tests may have the CPUs.
func (c *cluster) await(what string, holds func() bool) {
	c.t.Helper()
	for end := time.Now().Add(3 * time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			c.t.Fatalf("never: %s; the queue:\n%s", what, c.output("squeue", "--all", "--format=%i %j %T %r %M %N"))
		}
	}
}

// empty waits until no job is left, running or queued.
func (c *cluster) empty() {
	c.t.Helper()
	c.await("the queue is empty", func() bool { return c.output("squeue", "--noheader") == "" })
}

// results returns the results in a report without the parts that may differ between a local run and one on a cluster.
func (c *cluster) results(path string) (results []any, hosts map[string]int, retried int) {
	c.t.Helper()
	data, err := os.ReadFile(path)
	must(c.t, err)
	var report struct{ Results []any }
	must(c.t, json.Unmarshal(seconds.ReplaceAll(data, []byte("N sec")), &report))
	hosts = map[string]int{}
	var strip func(any)
	strip = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if host, ok := v["host"].(string); ok {
				hosts[host]++
			}
			if v["retried"] != nil {
				retried++
			}
			for _, key := range []string{"host", "start", "duration", "jobs", "retried", "spans"} {
				delete(v, key)
			}
			for _, value := range v {
				strip(value)
			}
		case []any:
			for _, value := range v {
				strip(value)
			}
		}
	}
	strip(report.Results)
	return report.Results, hosts, retried
}

var seconds = regexp.MustCompile(`\d+\.\d+ sec`)

// A run on a cluster has the report of a local one but for hosts and times, also when a node is lost, and leaves nothing in the
// queue when it is interrupted or killed.
func TestCluster(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes half a minute")
	}
	t.Parallel() // most of that is waiting
	c := newCluster(t, realCMakes(t)[0])
	const projects, slow = 40, 20
	begun := filepath.Join(c.root, fmt.Sprintf("p%02d", slow), "begun")
	for i := range projects {
		dir := filepath.Join(c.root, fmt.Sprintf("p%02d", i))
		must(t, os.Mkdir(dir, 0o777))
		build, test := "-E touch made", "-E true"
		switch i {
		case 7:
			build = "-E cat there-is-none"
		case slow:
			build = "-P ${CMAKE_SOURCE_DIR}/slow.cmake"
			must(t, os.WriteFile(filepath.Join(dir, "slow.cmake"), []byte(`if(NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/begun)
  file(TOUCH ${CMAKE_CURRENT_LIST_DIR}/begun)
  execute_process(COMMAND ${CMAKE_COMMAND} -E sleep 60)
endif()
`), 0o666))
		case 11:
			test = "-E false"
		}
		must(t, os.WriteFile(filepath.Join(dir, "CMakeLists.txt"), fmt.Appendf(nil, `cmake_minimum_required(VERSION 3.16)
project(p%d NONE)
add_custom_target(made ALL COMMAND ${CMAKE_COMMAND} %s COMMAND ${CMAKE_COMMAND} -E sleep 0.1)
enable_testing()
add_test(NAME t COMMAND ${CMAKE_COMMAND} %s)
`, i, build, test), 0o666))
	}
	must(t, os.WriteFile(begun, nil, 0o666)) // so that it is not slow
	const runner = "srun --quiet --export=NONE --cpus-per-task={jobs:2} --mem={memory} --exclude={lost} --job-name={name}"
	report := func(name string) string { return filepath.Join(c.dir, name+".json") }

	for name, signal := range map[string]syscall.Signal{"interrupted": syscall.SIGINT, "killed": syscall.SIGKILL} {
		cmd, out := c.begin(runner, report(name))
		c.await("builds run", func() bool { return strings.Count(out(), "ok          build") >= 4 })
		must(t, cmd.Process.Signal(signal))
		err := cmd.Wait()
		if signal == syscall.SIGINT {
			if status := cmd.ProcessState.ExitCode(); status != 130 || !strings.Contains(out(), " cancelled in ") {
				t.Errorf("%s: %v\n%s", name, err, out())
			}
			if left := c.output("squeue", "--noheader", "--states=pending,running"); left != "" {
				t.Errorf("%s: left in the queue when the run has ended:\n%s", name, left)
			}
		}
		c.empty()
	}

	local, _ := c.begin("off", report("local"))
	_ = local.Wait()
	want, _, _ := c.results(report("local"))

	must(t, os.Remove(begun))
	cmd, out := c.begin(runner, report("cluster"))
	c.await("the slow build runs", func() bool { _, err := os.Stat(begun); return err == nil })
	lost := strings.TrimSpace(c.output("squeue", "--noheader", "--format=%N", fmt.Sprintf("--name=build p%02d", slow)))
	c.script("lose", lost)
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != local.ProcessState.ExitCode() {
		t.Errorf("the run on the cluster: %v, the local one exited with status %d\n%s", err, local.ProcessState.ExitCode(), out())
	}
	got, hosts, retried := c.results(report("cluster"))
	if retried == 0 || hosts["node1"] == 0 || hosts["node2"] == 0 || len(hosts) != 2 || !strings.Contains(out(), "  "+lost+" was lost: srun exited with status") {
		t.Errorf("%s was lost: %d steps were done again, hosts %v\n%s", lost, retried, hosts, out())
	}
	if len(want) != 3*projects || len(got) != len(want) {
		t.Fatalf("%d results, of a local run %d, want %d", len(got), len(want), 3*projects)
	}
	for i := range want {
		if !reflect.DeepEqual(got[i], want[i]) {
			there, _ := json.MarshalIndent(got[i], "", "  ")
			here, _ := json.MarshalIndent(want[i], "", "  ")
			t.Errorf("on the cluster:\n%s\nhere:\n%s", there, here)
		}
	}
	c.empty()
}
