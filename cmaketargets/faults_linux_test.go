package cmaketargets_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
)

// faulty is a repository with a project n, without languages so that it is quick, on a machine with
// a fault.
type faulty struct{ *repository }

func newFaulty(t *testing.T) faulty {
	t.Helper()
	f := faulty{newRepository(t, realCMakes(t)[0])}
	f.project("n")
	return f
}

const listText = `cmake_minimum_required(VERSION 3.16)
project(n NONE)
include(flags.cmake)
file(WRITE "${CMAKE_BINARY_DIR}/flag-is-${FLAG}" "")
add_custom_command(OUTPUT out.txt COMMAND "${CMAKE_COMMAND}" -E touch out.txt)
add_custom_target(everything ALL DEPENDS out.txt)
install(FILES flags.cmake DESTINATION share)
`

func (f faulty) project(name string) {
	f.t.Helper()
	f.write(name+"/CMakeLists.txt", listText)
	f.write(name+"/flags.cmake", "set(FLAG 0)\n")
	old := time.Now().Add(-time.Hour)
	for _, path := range []string{name + "/CMakeLists.txt", name + "/flags.cmake", name} {
		f.must(os.Chtimes(f.path(path), old, old))
	}
}

func (f faulty) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f faulty) path(name string) string { return filepath.Join(f.root, name) }

// do does steps, and returns their outcome without the repository's place.
func (f faulty) do(steps ...cmaketargets.Step) string {
	f.t.Helper()
	report, err := f.run(cmaketargets.Config{Jobs: 2}, steps...)
	if report == nil {
		return fmt.Sprint(err)
	}
	said := lines(report)
	for _, res := range report.Failed() {
		said += fmt.Sprintln(res.Err)
		for _, d := range res.Diagnostics {
			said += fmt.Sprintln("|", d.Message)
		}
	}
	return strings.ReplaceAll(said, f.root, "ROOT")
}

// expect does steps and compares.
func (f faulty) expect(want string, steps ...cmaketargets.Step) {
	f.t.Helper()
	if got := f.do(steps...); got != want {
		f.t.Errorf("%s said\n%swant\n%s", steps, got, want)
	}
}

const (
	configure = cmaketargets.StepConfigure
	build     = cmaketargets.StepBuild

	clean = cmaketargets.StepClean
)

// mounts a small file system at a place in the repository.
func (f faulty) small(name, options string) {
	f.t.Helper()
	f.must(os.MkdirAll(f.path(name), 0o777))
	mount(f.t, "none", f.path(name), "tmpfs", 0, options)
}

// fill leaves so many bytes free in the file system of a directory, and returns how to free the others.
func (f faulty) fill(dir string, free int64) (undo func()) {
	f.t.Helper()
	var s unix.Statfs_t
	f.must(unix.Statfs(f.path(dir), &s))
	file, err := os.Create(f.path(dir + "/ballast"))
	f.must(err)
	defer file.Close()
	f.must(unix.Fallocate(int(file.Fd()), 0, 0, max(1, int64(s.Bavail)*s.Bsize-free))) //nolint:unconvert // Their types differ by processor.
	return func() { f.must(os.Remove(file.Name())) }
}

// files are the names in a tree, but those that carry a time or a hash, with their sizes, but those of our own.
func (f faulty) files(dir string) []string {
	f.t.Helper()
	var names []string
	f.must(filepath.WalkDir(f.path(dir), func(path string, e fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(f.path(dir), path); err == nil && !strings.HasPrefix(rel, ".cmake") {
			info, infoErr := e.Info()
			f.must(infoErr)
			if e.IsDir() || rel == ".ninja_log" || strings.HasSuffix(rel, ".log") || strings.HasPrefix(rel, ".cmaketargets") {
				names = append(names, rel)
			} else {
				names = append(names, fmt.Sprint(rel, " ", info.Size()))
			}
		}
		return err
	}))
	return names
}

// readOnly makes a path read-only, until undone.
func (f faulty) readOnly(path string) (undo func()) {
	f.t.Helper()
	f.must(os.MkdirAll(path, 0o777))
	mount(f.t, path, path, "", unix.MS_BIND, "")
	f.must(unix.Mount("", path, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	return func() { f.must(unix.Unmount(path, unix.MNT_DETACH)) }
}

func TestReadOnlySource(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.must(os.MkdirAll(f.path("build"), 0o777))
	f.must(os.MkdirAll(f.path("out"), 0o777))
	mount(t, f.root, f.root, "", unix.MS_BIND|unix.MS_REC, "")
	f.small("build", "size=4m")
	f.must(unix.Mount("", f.root, "", unix.MS_BIND|unix.MS_REMOUNT|unix.MS_RDONLY, ""))
	f.expect("configure n ok: never configured\nbuild n ok: requested\ninstall n ok: requested\n", cmaketargets.StepInstall)
	f.expect("configure n up-to-date: up to date\n", configure)
	f.expect("clean n ok: removed\n", clean)
	if left, _ := os.ReadDir(f.path("build")); len(left) != 1 || left[0].Name() != "_install" {
		t.Errorf("Clean left %v", left)
	}
}

func TestReadOnlyBuildRoot(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	undo := f.readOnly(f.path("build"))
	if said := f.do(configure); !strings.HasPrefix(said, "configure n failed: ") || !strings.Contains(said, "ROOT/build/n: read-only file system") {
		t.Errorf("configure said %s", said)
	}
	undo()
	f.expect("configure n ok: never configured\nbuild n ok: requested\n", build)
	undo = f.readOnly(f.path("build"))
	f.expect("configure n up-to-date: up to date\nbuild n up-to-date: up to date\n", build)
	undo()
	f.must(os.Remove(f.path("build/n/out.txt"))) // something to build
	before := f.files("build")
	undo = f.readOnly(f.path("build"))
	f.expect("configure n up-to-date: up to date\n", configure)
	for step, want := range map[cmaketargets.Step]string{
		build: "build n: begin build: open ROOT/build/n/.cmaketargets/build.running: ",
		clean: "clean n: remove build/n: ",
	} {
		if said := f.do(step); !strings.Contains(said, want) || !strings.Contains(said, "read-only file system") {
			t.Errorf("%s said %s, want %s", step, said, want)
		}
	}
	f.write("n/flags.cmake", "set(FLAG 1)\n")
	if said := f.do(configure); !strings.HasPrefix(said, "configure n failed: flags.cmake changed\n") || !strings.Contains(said, "ROOT/build/n/.cmaketargets") {
		t.Errorf("configure said %s", said)
	}
	undo()
	if got := f.files("build"); !slices.Equal(got, before) {
		t.Error(cmp.Diff(before, got))
	}
	f.expect("configure n ok: flags.cmake changed\n", configure)
}

func TestBuildRootOnAnotherFileSystem(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.expect("configure n ok: never configured\nbuild n ok: requested\ninstall n ok: requested\n", cmaketargets.StepInstall)
	f.expect("configure n up-to-date: up to date\n", configure)
	f.expect("clean n ok: removed\nconfigure n ok: never configured\nbuild n ok: requested\n", clean, build)
}

// With room for 64 open files, fifty projects are a matter of patience.
func TestFewOpenFiles(t *testing.T) {
	if !withFewFiles(t) {
		return
	}
	f := newFaulty(t)
	const projects = 50
	for i := range projects - 1 {
		f.project(fmt.Sprintf("p/%02d", i))
	}
	for _, test := range []struct {
		step   cmaketargets.Step
		status cmaketargets.Status
		want   int
	}{
		{build, cmaketargets.StatusOK, 2 * projects}, {configure, cmaketargets.StatusUpToDate, projects}, {clean, cmaketargets.StatusOK, projects},
	} {
		if test.step == clean {
			// An entry that Clean keeps elsewhere does not make it hold all of a deep tree open.
			f.must(os.MkdirAll(f.path("build/_install"), 0o777))
			f.must(os.MkdirAll(f.path("build/n"+strings.Repeat("/d", 300)), 0o777))
		}
		report, err := f.run(cmaketargets.Config{Jobs: 8}, test.step)
		if err != nil || len(report.WithStatus(test.status)) != test.want {
			t.Fatalf("%s: %v\n%s", test.step, err, lines(report))
		}
	}
	if exists(f.path("build/n")) {
		t.Error("build/n is still there")
	}
}

// A store that cannot be written is no reason to fail.
func TestNoPlaceForTheStore(t *testing.T) {
	if !mounting(t) {
		return
	}
	for _, test := range []struct {
		name string
		make func(f faulty, at string)
		says string
	}{
		{"no HOME", func(f faulty, _ string) {
			f.t.Setenv("HOME", "")
			f.t.Setenv("XDG_CACHE_HOME", "")
		}, "there is no cache directory"},
		{"HOME is not there", func(f faulty, at string) {
			f.t.Setenv("HOME", "/proc/nobody")
			f.t.Setenv("XDG_CACHE_HOME", "")
		}, "/proc/nobody"},
		{"read-only", func(f faulty, at string) { f.t.Setenv("XDG_CACHE_HOME", at); f.readOnly(at) }, "read-only file system"},
		{"a file", func(f faulty, at string) {
			f.must(os.WriteFile(at, nil, 0o666))
			f.t.Setenv("XDG_CACHE_HOME", at)
		}, "not a directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := faulty{newRepository(t, realCMakes(t)[0], "c-only")}
			f.cache = "" // the user's own
			test.make(f, filepath.Join(t.TempDir(), "cache"))
			report, err := f.run(cmaketargets.Config{}, build)
			if err != nil || !strings.Contains(report[0].Detection.String(), test.says) {
				t.Errorf("%v\n%s%s", err, lines(report), report[0].Detection.String())
			}
			f.expect("configure c-only up-to-date: up to date\n", configure)
		})
	}
}

// Temporary files of compilers go elsewhere when TMPDIR is of no use; we need none.
func TestUnwritableTemporaryDirectory(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := faulty{newRepository(t, realCMakes(t)[0], "c-only")}
	at := t.TempDir()
	f.readOnly(at)
	t.Setenv("TMPDIR", at)
	f.expect("configure c-only ok: never configured\nbuild c-only ok: requested\n", build)
	f.expect("configure c-only up-to-date: up to date\n", configure)
	f.expect("clean c-only ok: removed\n", clean)
}

// times sets when files were changed.
func (f faulty) times(at time.Time, names ...string) {
	f.t.Helper()
	for _, name := range names {
		f.must(os.Chtimes(f.path(name), at, at))
	}
}

// On a file system that counts in seconds, a change in the second of the configure step is noticed.
func TestCoarseTimes(t *testing.T) {
	t.Setenv(cmaketargets.EnvWarm, "off") // it sets times
	f := newFaulty(t)
	all := []string{"n/CMakeLists.txt", "n/flags.cmake", "n"}
	second := time.Now().Truncate(time.Second)
	f.times(second, all...)
	f.expect("configure n ok: never configured\n", configure)
	f.do(configure) // the directories may have changed during the last one
	change := func(flag int) {
		f.write("n/flags.cmake", fmt.Sprintf("set(FLAG %d)\n", flag))
		f.times(second, all...)
	}
	for flag, noticed := 10, 0; noticed < 3; flag += 2 {
		if flag == 90 {
			t.Fatal("no configure step began within a second of the change before it")
		}
		second = time.Now().Truncate(time.Second)
		change(flag)
		began := time.Since(second) < time.Second
		f.do(configure)
		change(flag + 1)
		if !began {
			continue
		}
		noticed++
		f.expect("configure n ok: flags.cmake changed\n", configure)
		if !exists(f.path(fmt.Sprintf("build/n/flag-is-%d", flag+1))) {
			t.Errorf("flag %d did not come through", flag+1)
		}
	}
}

// A clock that was set back makes files that are newer than now; a change is noticed all the same,
// and no step is repeated for ever.
func TestClockSetBack(t *testing.T) {
	f := newFaulty(t)
	tomorrow := time.Now().Add(24 * time.Hour)
	all := []string{"n/CMakeLists.txt", "n/flags.cmake", "n"}
	f.times(tomorrow, all...)
	f.expect("configure n ok: never configured\n", configure)
	f.expect("configure n ok: CMakeLists.txt may have changed during the last configure\n", configure)
	f.expect("configure n up-to-date: up to date\n", configure)
	f.write("n/flags.cmake", "set(FLAG 1)\n") // of today
	f.expect("configure n ok: flags.cmake changed\n", configure)
	f.expect("configure n up-to-date: up to date\n", configure)
	f.write("n/flags.cmake", "set(FLAG 2)\n")
	f.times(tomorrow, all...)
	f.expect("configure n ok: flags.cmake changed\n", configure)
	f.expect("configure n up-to-date: up to date\n", configure)

	// Another program ran CMake, tomorrow.
	f.times(time.Now().Add(-time.Hour), all...)
	f.do(configure)
	if out, err := exec.Command(f.cmake, f.path("build/n")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f.must(filepath.WalkDir(f.path("build/n"), func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chtimes(path, tomorrow, tomorrow))
	}))
	f.write("n/flags.cmake", "set(FLAG 3)\n")
	f.expect("configure n ok: CMake was run outside cmaketargets\n", configure)
	if !exists(f.path("build/n/flag-is-3")) {
		t.Error("flag 3 did not come through")
	}
	f.expect("configure n up-to-date: up to date\n", configure)
}
