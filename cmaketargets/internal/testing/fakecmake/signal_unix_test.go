//go:build unix

package fakecmake_test

import (
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

// configured makes a project with directives, configures it, and returns the command that builds it and its log.
func configured(t *testing.T, directives string) (build *exec.Cmd, log string) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "CMakeLists.txt"), head+directives)
	run(t, "cmake", "-S", dir, "-B", dir+"/b")
	log = filepath.Join(dir, "log")
	build = exec.Command("cmake", "--build", dir+"/b")
	build.Env = append(build.Environ(), "FAKECMAKE_LOG="+log)
	return build, log
}

func TestSignal(t *testing.T) {
	for name, want := range map[string]syscall.Signal{
		"SEGV": syscall.SIGSEGV, "KILL": syscall.SIGKILL, "ABRT": syscall.SIGABRT, "TERM": syscall.SIGTERM, "INT": syscall.SIGINT,
	} {
		build, log := configured(t, "# fake: build signal="+name)
		_ = build.Run()
		status := build.ProcessState.Sys().(syscall.WaitStatus)
		if !status.Signaled() || status.Signal() != want {
			t.Errorf("signal=%s ended with %v, want %v", name, build.ProcessState, want)
		}
		if events, err := fakecmake.ReadLog(log); err != nil || len(events) != 2 || events[1].Signal != want.String() {
			t.Errorf("signal=%s logged %+v, %v, want an end with %q", name, events, err, want)
		}
	}
}

// TestTerm sends TERM to a build that waits: it dies of it and logs so, or is deaf and goes on.
func TestTerm(t *testing.T) {
	for _, deaf := range []bool{false, true} {
		directives := "# fake: build touch=ready wait-file=go print=went"
		if deaf {
			directives = "# fake: build ignore=TERM touch=ready wait-file=go"
		}
		build, log := configured(t, directives)
		if err := build.Start(); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Dir(log)
		awaitFile(t, filepath.Join(dir, "ready"))
		if err := build.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if deaf {
			writeFile(t, filepath.Join(dir, "go"), "")
		}
		_ = build.Wait()
		status := build.ProcessState.Sys().(syscall.WaitStatus)
		events, err := fakecmake.ReadLog(log)
		if err != nil || len(events) != 2 {
			t.Fatalf("log holds %+v, %v, want begin and end", events, err)
		}
		switch {
		case deaf && (status.ExitStatus() != 0 || events[1].Signal != ""):
			t.Errorf("a deaf build ended with %v, want success", build.ProcessState)
		case !deaf && (status.Signal() != syscall.SIGTERM || events[1].Signal != "terminated"):
			t.Errorf("a build ended with %v and logged %q, want SIGTERM in both", build.ProcessState, events[1].Signal)
		}
	}
}

// TestSpawn leaves a deaf child in its own process group behind, which holds the output.
func TestSpawn(t *testing.T) {
	build, log := configured(t, "# fake: build spawn=30s,deaf,group")
	if err := build.Run(); err != nil {
		t.Fatal(err)
	}
	events, err := fakecmake.ReadLog(log)
	if err != nil {
		t.Fatal(err)
	}
	var orphan fakecmake.Event
	for _, e := range fakecmake.Begun(events, "child") {
		if e.Argv[len(e.Argv)-1] == "deaf" {
			orphan = e
		}
	}
	if orphan.Pid == 0 {
		t.Fatal("the child never began")
	}
	if group, err := syscall.Getpgid(orphan.Pid); group != orphan.Pid {
		t.Errorf("the child is in group %d (%v), want its own, %d", group, err, orphan.Pid)
	}
	if err := syscall.Kill(orphan.Pid, syscall.SIGTERM); err != nil {
		t.Errorf("the child had ended: %v", err)
	}
	if err := syscall.Kill(orphan.Pid, syscall.SIGKILL); err != nil {
		t.Errorf("the child had ended: %v", err)
	}
}

func awaitFile(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		if matches, _ := filepath.Glob(path); len(matches) > 0 {
			return
		}
	}
	t.Fatalf("%s never came", path)
}
