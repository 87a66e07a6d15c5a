package cmaketargets_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
)

// With any amount of free space a configure step fails with a reason or succeeds, is done again
// after it failed, and once there is space, leads to the usual build tree.
func TestDiskFullWhileConfiguring(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	levels := []int64{1536 << 10, 1 << 20}
	for free := int64(0); free <= 80<<10; free += 8 << 10 {
		levels = append(levels, free)
	}
	f.configureWith(levels, func(free int64) (undo func()) { return f.fill("build", free) })
}

// noRoom is the system's message for a full disk.
var noRoom = regexp.MustCompile(`(?i)no space left on device|disk quota exceeded`)

// configureWith configures once with each amount of room below the build root, the first of which is enough, and once
// more with all of it.
func (f faulty) configureWith(levels []int64, leave func(free int64) (undo func())) {
	t := f.t
	t.Helper()
	// Without a detection CMake writes fewer inputs into build.ninja: in its second run, and where the
	// store has one.
	var want [][]string
	for range 2 {
		f.expect("configure n ok: never configured\n", configure)
		want = append(want, f.files("build/n"))
		f.must(os.Remove(f.path("build/n/build.ninja")))
		f.expect("configure n ok: build.ninja in the build tree is gone\n", configure)
		want = append(want, f.files("build/n"))
		f.expect("clean n ok: removed\n", clean)
	}
	failures, enough := map[string]int{}, int64(math.MaxInt64)
	for _, free := range levels {
		undo := leave(free)
		first := f.do(configure)
		undo()
		switch {
		case first == "configure n ok: never configured\n":
			enough = min(enough, free)
			f.expect("configure n up-to-date: up to date\n", configure)
		case strings.HasPrefix(first, "configure n failed: "):
			failures[first]++
			if second := f.do(configure); !noRoom.MatchString(first) || !strings.HasPrefix(second, "configure n ok: ") {
				t.Errorf("with %d bytes free: %s, then %s", free, first, second)
			}
		default:
			t.Errorf("with %d bytes free: %s", free, first)
		}
		if got := f.files("build/n"); !slices.ContainsFunc(want, func(w []string) bool { return slices.Equal(w, got) }) {
			t.Errorf("with %d bytes free: %s", free, cmp.Diff(want[0], got))
		}
		f.expect("clean n ok: removed\n", clean)
	}
	for first, n := range failures {
		t.Logf("%d times %s", n, first)
	}
	if len(failures) < 3 || enough > levels[0] {
		t.Errorf("only these failures, and success with %d: %v", enough, failures)
	}
}

// A configured build tree on a full disk stays usable for every tool, and can be removed.
func TestDiskFullAfterwards(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.expect("configure n ok: never configured\nbuild n ok: requested\n", build)
	undo := f.fill("build", 0)
	f.expect("configure n up-to-date: up to date\n", configure)
	// Ninja has nothing to do; it is chance whether it has room for its log.
	if said := f.do(build); !strings.HasPrefix(said, "configure n up-to-date: up to date\n") || strings.Contains(said, "failed") && !strings.Contains(said, "no space left on device") {
		t.Errorf("build said %s", said)
	}
	f.write("n/flags.cmake", "set(FLAG 1)\n")
	if said := f.do(configure); !strings.HasPrefix(said, "configure n failed: flags.cmake changed\n") || !strings.Contains(said, "no space left on device") {
		t.Errorf("configure said %s", said)
	}
	undo()
	if said := f.do(configure); !strings.HasPrefix(said, "configure n ok: ") || !exists(f.path("build/n/flag-is-1")) {
		t.Errorf("with space again, configure said %s", said)
	}
	f.fill("build", 0)
	f.expect("clean n ok: removed\n", clean)
	if left, _ := os.ReadDir(f.path("build")); len(left) != 1 || left[0].Name() != "ballast" {
		t.Errorf("Clean left %v", left)
	}
}

// When Ninja's file could not be written the old one, or none, is there, however much room there is later.
func TestBuildFileNotWritten(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=12m")
	big := listText + `string(REPEAT "x" 13000 long)
foreach(i RANGE 300)
  add_custom_target(t${i} COMMAND echo ${long}${FLAG})
endforeach()
`
	const want = "configure n: cmake exited with 0, but wrote no build.ninja\n"
	for _, text := range []string{big, listText, big} {
		undo := f.fill("build", 3500<<10)
		f.write("n/CMakeLists.txt", text)
		said := f.do(configure)
		undo()
		if text == listText {
			f.times(time.Now().Add(-time.Hour), "build/n/build.ninja")
		} else if !strings.Contains(said, want) {
			t.Errorf("configure said %swant %s", said, want)
		}
	}
	f.expect("configure n ok: the last configure failed\n", configure)
	f.expect("configure n up-to-date: up to date\n", configure)
}

// No more files than there is room for names.
func TestNoInodesLeft(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	for _, inodes := range []int{4, 12, 20, 30} {
		f.small("build", fmt.Sprintf("size=4m,nr_inodes=%d", inodes))
		said := f.do(configure)
		if !strings.HasPrefix(said, "configure n failed: ") {
			t.Errorf("with %d inodes: %s", inodes, said)
		}
		f.must(unix.Mount("", f.path("build"), "", unix.MS_REMOUNT, "size=4m,nr_inodes=0"))
		if said := f.do(configure); !strings.HasPrefix(said, "configure n ok: ") {
			t.Errorf("after %d inodes: %s", inodes, said)
		}
		f.expect("configure n up-to-date: up to date\n", configure)
		f.expect("clean n ok: removed\n", clean)
		f.must(unix.Unmount(f.path("build"), 0))
	}
}

// A tree for whose lock there was no room when it was cleaned is locked for the steps after that.
func TestLockedOnceThereIsRoom(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.expect("configure n ok: never configured\n", configure)
	for i := range 100 {
		f.write(fmt.Sprint("build/n/object", i), "")
	}
	f.must(os.RemoveAll(f.path("build/n/.cmaketargets")))
	f.noMoreFiles("build")
	f.expect("clean n ok: removed\nconfigure n ok: never configured\n", clean, configure)
	if !exists(f.path("build/n/.cmaketargets/lock")) {
		t.Error("it was configured without a lock")
	}
}

// Where Clean cannot record the files that stay, it removes nothing: otherwise the Clean after a
// stopped one would remove all.
func TestNoRoomToNoteWhatStays(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.write("build/n/mine", "mine")
	f.expect("configure n ok: never configured\n", configure)
	f.noMoreFiles("build")
	want := f.files("build/n")
	if said := f.do(clean); !strings.Contains(said, "record what stays of build/n: no space left on device\n") || !slices.Equal(f.files("build/n"), want) {
		t.Errorf("Clean said %s", said)
	}
	f.must(unix.Mount("", f.path("build"), "", unix.MS_REMOUNT, "size=4m,nr_inodes=0"))
	f.do(clean)
	if got := f.files("build/n"); !slices.Equal(got, []string{".", "mine 4"}) {
		t.Errorf("Clean left %q", got)
	}
}

// noMoreFiles leaves no room for another name on a file system that small has mounted.
func (f faulty) noMoreFiles(at string) {
	f.t.Helper()
	var s unix.Statfs_t
	f.must(unix.Statfs(f.path(at), &s))
	f.must(unix.Mount("", f.path(at), "", unix.MS_REMOUNT, fmt.Sprintf("size=4m,nr_inodes=%d", s.Files-s.Ffree)))
}

// A store on a full disk behaves as an empty one.
func TestDiskFullInStore(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := faulty{newRepository(t, realCMakes(t)[0], "c-only")}
	f.must(os.MkdirAll(f.cache, 0o777))
	mount(t, "none", f.cache, "tmpfs", 0, "size=48k")
	report, err := f.run(cmaketargets.Config{}, build)
	if err != nil || report[0].Detection.String() != "C: there is no room" && !strings.Contains(report[0].Detection.String(), "no space left on device") {
		t.Errorf("%v\n%s%s", err, lines(report), report[0].Detection.String())
	}
	f.must(unix.Mount("", f.cache, "", unix.MS_REMOUNT, "size=8m"))
	for _, want := range []string{"stored for C", "reused for C"} {
		f.expect("clean c-only ok: removed\n", clean)
		report, err = f.run(cmaketargets.Config{}, configure)
		if err != nil || report[0].Detection.String() != want {
			t.Errorf("%v: %s, want %s", err, report[0].Detection.String(), want)
		}
	}
}

// With any amount of free space a build fails with a reason that names the file that could not be
// written, or succeeds, and once there is space, leads to the usual result.
func TestDiskFullWhileBuilding(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	// Two objects of 1 MiB each, and a program of two.
	f.write("n/CMakeLists.txt", "cmake_minimum_required(VERSION 3.16)\nproject(n C)\nadd_executable(n a.c b.c)\n")
	f.write("n/a.c", "char a[1 << 20] = {1};\n")
	f.write("n/b.c", "char b[1 << 20] = {1};\nint main(void) { return 0; }\n")
	f.small("build", "size=8m")
	f.expect("configure n ok: never configured\nbuild n ok: requested\n", build)
	forget := func() {
		for _, made := range []string{"n", "CMakeFiles/n.dir/a.c.o", "CMakeFiles/n.dir/b.c.o", ".ninja_deps", ".ninja_log"} {
			f.must(os.Remove(f.path("build/n/" + made)))
		}
	}
	want := f.files("build/n")
	forget()
	failures := map[string]int{}
	for _, free := range []int64{0, 32 << 10, 600 << 10, 1600 << 10, 2400 << 10, 3600 << 10, 5 << 20} {
		undo := f.fill("build", free)
		first := f.do(build)
		undo()
		if failed := strings.Contains(first, "build n failed: "); failed != (free < 4<<20) {
			t.Errorf("with %d bytes free: %s", free, first)
		} else if failed {
			if !strings.Contains(strings.ToLower(first), "no space left on device") || !diskFullPlace.MatchString(first) {
				t.Errorf("with %d bytes free, it does not say what could not be written: %s", free, first)
			}
			failures[first]++
		}
		said := "build n up-to-date: "
		if strings.Contains(first, "build n failed: ") {
			said = "build n ok: "
		}
		if second := f.do(build); !strings.Contains(second, said) {
			t.Errorf("with %d bytes free: %s, then %s", free, first, second)
		}
		if out, err := exec.Command(f.path("build/n/n")).CombinedOutput(); err != nil {
			t.Errorf("with %d bytes free, the program: %v %s", free, err, out)
		}
		if got := f.files("build/n"); !slices.Equal(got, want) {
			t.Errorf("with %d bytes free: %s", free, cmp.Diff(want, got))
		}
		forget()
	}
	for first, n := range failures {
		t.Logf("%d times %s", n, first)
	}
}

// diskFullPlace matches the file that such an error names: an object, a program, or a state file of
// Ninja or of ours.
var diskFullPlace = regexp.MustCompile(`CMakeFiles/n\.dir/[ab]\.c\.o|\| \S+ld: |\| Error writing to (?:build|deps) log: |ROOT/build/n/`)

// Reports that have no room fail the run, and the old ones stay whole.
func TestDiskFullWhileReporting(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.must(os.Mkdir(f.path("reports"), 0o777))
	mount(t, "none", f.path("reports"), "tmpfs", 0, "size=256k")
	var reports []string
	for _, ending := range []string{".json", ".junit.xml", ".trace.json", ".html", ".codequality.json", ".md"} {
		reports = append(reports, "reports/r"+ending)
	}
	config := cmaketargets.Config{Reports: reports}
	if _, err := f.run(config, build); err != nil {
		t.Fatal(err)
	}
	old := snapshot(t, f.path("reports"))
	delete(old, f.path("reports"))
	undo := f.fill("reports", 0)
	report, err := f.run(config, build)
	undo()
	if got := lines(report); got != "configure n up-to-date: up to date\nbuild n up-to-date: up to date\n" {
		t.Errorf("the run itself: %s", got)
	}
	for _, name := range reports {
		if want := "write report " + f.path(name) + ": no space left on device"; err == nil || strings.Count(err.Error()+";", want+";") != 1 {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	left := snapshot(t, f.path("reports"))
	delete(left, f.path("reports"))
	if diff := cmp.Diff(old, left); diff != "" {
		t.Error(diff)
	}
	if _, err := f.run(config, build); err != nil {
		t.Error(err)
	}
	for _, name := range reports {
		if f.read(name) == "" {
			t.Errorf("%s is empty", name)
		}
	}
}
