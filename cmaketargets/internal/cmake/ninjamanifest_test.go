package cmake_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

func TestReadExamined(t *testing.T) {
	const rules = "rule cc\n  depfile = $DEP_FILE\n  deps = gcc\nrule ln\nrule scan\n  depfile = $out.d\n"
	for _, test := range []struct {
		name, file     string
		targets        []string
		times, present string // joined with commas
		sources        string
		err            string
	}{
		{
			name: "closure", file: "build a.o: cc /s/a.c || gen order\nbuild gen: ln in\nbuild other: ln x\nbuild all: phony a.o\ndefault all\n",
			times: "build.ninja,all,a.o,/s/a.c,gen,in", present: "order", sources: "/s/a.c,in",
		},
		{
			name: "escapes and variables", file: "dir = /b$ c/\nbuild a$:b | ${dir}x $\n    $dir/y: cc d$$e $unset\n# no $\ndefault a$:b\n",
			times: "build.ninja,a:b,d$e,/b c/x,/b c/y", sources: "d$e",
		},
		{name: "targets", file: "build a: ln b\nbuild c: ln d\ndefault a\n", targets: []string{"c"}, times: "build.ninja,c,d", sources: "d"},
		{name: "phony without inputs", file: "build a: ln b\nbuild b c: phony\ndefault a\n", times: "build.ninja,a,b", sources: "b"},
		{name: "validation", file: "build a: ln b |@ v\nbuild v: ln w\ndefault a\n", times: "build.ninja,a,b,v,w", sources: "b,w"},
		{name: "circle", file: "build a: phony b\nbuild b: phony a\ndefault a\n", times: "build.ninja,a,b"},
		{name: "unlogged dependencies", file: "build a: scan b\ndefault a\n", err: "what a depends on is not in .ninja_deps"},
		{name: "dyndep", file: "build a: cc b || d\n  dyndep = d\ndefault a\n", err: "what a depends on"},
		{name: "dyndep elsewhere", file: "build a: cc b || d\n  dyndep = d\nbuild c: ln b\ndefault c\n", times: "build.ninja,c,b", sources: "b"},
		{name: "no default", file: "build a: cc b\n", err: "no default target"},
		{name: "no such target", file: "build a: cc b\n", targets: []string{"z"}, err: "no target z"},
		{name: "log elsewhere", file: "builddir = x\nbuild a: cc b\ndefault a\n", err: "builddir = x"},
		{name: "damaged", file: "build a cc b\ndefault a\n", err: "only Ninja can decide"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "rules.ninja"), rules)
			write(t, filepath.Join(dir, "build.ninja"), "include rules.ninja\nbuild build.ninja: phony\n"+test.file)
			got, err := cmake.ReadExamined(dir, "", test.targets)
			if test.err != "" || err != nil {
				if test.err == "" || err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want %q", err, test.err)
				}
				return
			}
			var sources []string
			for _, path := range got.Times {
				if got.Sources[path] && path != "build.ninja" {
					sources = append(sources, path)
				}
			}
			for _, c := range []struct {
				what string
				got  []string
				want string
			}{{"times", got.Times, test.times}, {"present", got.Present, test.present}, {"sources", sources, test.sources}} {
				want := strings.FieldsFunc(c.want, func(r rune) bool { return r == ',' })
				slices.Sort(want)
				slices.Sort(c.got)
				if diff := cmp.Diff(want, slices.Compact(c.got)); diff != "" && len(want)+len(c.got) > 0 {
					t.Errorf("%s (-want +got):\n%s", c.what, diff)
				}
			}
		})
	}
}

// deps returns a log of dependencies: one of the first path on all others.
func deps(version uint32, paths ...string) []byte {
	log := binary.LittleEndian.AppendUint32([]byte("# ninjadeps\n"), version)
	for i, path := range paths {
		record := append([]byte(path), make([]byte, (4-len(path)%4)%4)...)
		record = binary.LittleEndian.AppendUint32(record, ^uint32(i))
		log = append(binary.LittleEndian.AppendUint32(log, uint32(len(record))), record...)
	}
	record := make([]byte, 4, 32)
	record = append(record, make([]byte, map[uint32]int{3: 4, 4: 8}[version])...)
	for i := range paths[1:] {
		record = binary.LittleEndian.AppendUint32(record, uint32(i+1))
	}
	return append(binary.LittleEndian.AppendUint32(log, uint32(len(record))|1<<31), record...)
}

func TestReadNinjaDeps(t *testing.T) {
	want := map[string][]string{"a.o": {"/s/a.c", "h.h"}}
	for name, test := range map[string]struct {
		log  []byte
		want map[string][]string
		err  bool
	}{
		"version 4":       {log: deps(4, "a.o", "/s/a.c", "h.h"), want: want},
		"version 3":       {log: deps(3, "a.o", "/s/a.c", "h.h"), want: want},
		"cut":             {log: append(deps(4, "a.o", "/s/a.c", "h.h"), 12, 0, 0, 0, 'x'), want: want},
		"unknown version": {log: deps(5, "a.o"), err: true},
		"other":           {log: []byte("other"), err: true},
		"none":            {want: nil},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if test.log != nil {
				if err := os.WriteFile(filepath.Join(dir, ".ninja_deps"), test.log, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			got, err := cmake.ReadNinjaDeps(dir)
			if diff := cmp.Diff(test.want, got); diff != "" || (err != nil) != test.err {
				t.Errorf("error %v, (-want +got):\n%s", err, diff)
			}
		})
	}
}

// FuzzReadExamined looks for a build file or a log at which reading ends in a panic, or never.
func FuzzReadExamined(f *testing.F) {
	f.Add("rule a\n  deps = gcc\nbuild x | y: a ${z}$ $\n b || c |@ d\ndefault x\n", deps(4, "x", "y"))
	f.Add("include build.ninja\n", deps(3, "x"))
	f.Add("$", []byte("# ninjadeps\n\x04\x00\x00\x00\x04\x00\x00\x80"))
	f.Fuzz(func(t *testing.T, file string, log []byte) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "build.ninja"), file)
		write(t, filepath.Join(dir, ".ninja_deps"), string(log))
		found, err := cmake.ReadExamined(dir, "", nil)
		if err == nil && !slices.Contains(found.Times, "build.ninja") {
			t.Errorf("%q: build.ninja is not examined", file)
		}
	})
}
