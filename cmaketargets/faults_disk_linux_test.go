package cmaketargets_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/magecmake/magecmake/cmaketargets"
)

// However little space is left, a configure step fails with a reason or succeeds, is not believed when it failed, and
// once there is space, leads to the tree that it always leads to.
func TestDiskFullWhileConfiguring(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	var want []string
	for range 2 { // The second time the store knows the system.
		f.expect("configure n ok: never configured\n", configure)
		want = f.files("build/n")
		f.expect("clean n ok: removed\n", clean)
	}
	failures, enough := map[string]int{}, int64(math.MaxInt64)
	levels := []int64{1536 << 10, 1 << 20}
	for free := int64(0); free <= 80<<10; free += 8 << 10 {
		levels = append(levels, free)
	}
	for _, free := range levels {
		undo := f.fill("build", free)
		first := f.do(configure)
		undo()
		switch {
		case first == "configure n ok: never configured\n":
			enough = min(enough, free)
			f.expect("configure n up to date: up to date\n", configure)
		case strings.HasPrefix(first, "configure n failed: "):
			failures[first]++
			if second := f.do(configure); !strings.HasPrefix(second, "configure n ok: ") {
				t.Errorf("with %d bytes free: %s, then %s", free, first, second)
			}
		default:
			t.Errorf("with %d bytes free: %s", free, first)
		}
		if got := f.files("build/n"); !slices.Equal(got, want) {
			t.Errorf("with %d bytes free: %s", free, cmp.Diff(want, got))
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

// A configured tree whose disk is full stays what it was to everybody, and gives its space back.
func TestDiskFullAfterwards(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := newFaulty(t)
	f.small("build", "size=4m")
	f.expect("configure n ok: never configured\nbuild n ok: asked for\n", build)
	undo := f.fill("build", 0)
	f.expect("configure n up to date: up to date\n", configure)
	// Ninja has nothing to do; whether there is room to say so is chance.
	if said := f.do(build); !strings.HasPrefix(said, "configure n up to date: up to date\n") || strings.Contains(said, "failed") && !strings.Contains(said, "no space left on device") {
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
	const want = "configure n: cmake said that it succeeded, but wrote no build.ninja\n"
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
	f.expect("configure n up to date: up to date\n", configure)
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
		f.expect("configure n up to date: up to date\n", configure)
		f.expect("clean n ok: removed\n", clean)
		f.must(unix.Unmount(f.path("build"), 0))
	}
}

// A store of detections on a full disk is one that has nothing.
func TestDiskFullInStore(t *testing.T) {
	if !mounting(t) {
		return
	}
	f := faulty{newRepository(t, realCMakes(t)[0], "c-only")}
	f.must(os.MkdirAll(f.cache, 0o777))
	mount(t, "none", f.cache, "tmpfs", 0, "size=48k")
	report, err := f.run(cmaketargets.Config{}, build)
	if err != nil || report[0].Detection != "C: there is no room" && !strings.Contains(report[0].Detection, "no space left on device") {
		t.Errorf("%v\n%s%s", err, lines(report), report[0].Detection)
	}
	f.must(unix.Mount("", f.cache, "", unix.MS_REMOUNT, "size=8m"))
	for _, want := range []string{"stored for C", "reused for C"} {
		f.expect("clean c-only ok: removed\n", clean)
		report, err = f.run(cmaketargets.Config{}, configure)
		if err != nil || report[0].Detection != want {
			t.Errorf("%v: %s, want %s", err, report[0].Detection, want)
		}
	}
}
