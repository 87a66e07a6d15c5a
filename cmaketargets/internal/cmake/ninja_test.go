package cmake_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

const (
	logHead  = "# ninja log v5\n"
	logFirst = "1\t57\t1795357716128885531\ta.o\t51fcf09d3b7f8735\n57\t86\t1795357716155782181\ta\td468c1c32810d428\n"
)

func TestEdges(t *testing.T) {
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	first := []cmake.Edge{{[]string{"a.o"}, ms(1), ms(57)}, {[]string{"a"}, ms(57), ms(86)}}
	again := cmake.Edge{Outputs: []string{"b.o"}, Start: ms(2), End: ms(9)}
	const second = "2\t9\t0\tb.o\tff\n"
	for _, test := range []struct {
		name          string
		before, after string // the log; "" for none
		rewritten     bool   // Ninja replaced the file
		want          []cmake.Edge
	}{
		{name: "no log", want: nil},
		{name: "a first build", after: logHead + logFirst, want: first},
		{name: "nothing to do", before: logHead + logFirst, after: logHead + logFirst, want: nil},
		{name: "a second build", before: logHead + logFirst, after: logHead + logFirst + second, want: []cmake.Edge{again}},
		{name: "rewritten", before: logHead + logFirst + logFirst, after: logHead + logFirst + second, rewritten: true, want: []cmake.Edge{again}},
		{
			name: "two outputs", after: logHead + "1\t5\t0\tx.c\tab\n1\t5\t0\tx.h\tab\n",
			want: []cmake.Edge{{[]string{"x.c", "x.h"}, ms(1), ms(5)}},
		},
		{
			name: "other lines", after: "\x00\xff\n1\t2\n9\t3\t0\tback\tab\n-1\t3\t0\tminus\tab\nx\ty\tz\ta\tb\n" + logFirst + "3\t4\t0\tcut",
			want: first,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			log := filepath.Join(dir, ".ninja_log")
			if test.before != "" {
				write(t, log, test.before)
			}
			before := cmake.NinjaLog(dir)
			if test.rewritten {
				write(t, log+".recompact", test.after)
				if err := os.Rename(log+".recompact", log); err != nil {
					t.Fatal(err)
				}
			} else if test.after != "" {
				write(t, log, test.after)
			}
			if diff := cmp.Diff(test.want, cmake.Edges(dir, before)); diff != "" {
				t.Errorf("edges (-want +got):\n%s", diff)
			}
		})
	}
}

// An edge ends after it began in any log.
func FuzzEdges(f *testing.F) {
	f.Add(logHead + logFirst)
	f.Add("1\t2\t3\t4\t5\n1\t2\t3\t4\t5")
	f.Fuzz(func(t *testing.T, log string) {
		dir := t.TempDir()
		write(t, filepath.Join(dir, ".ninja_log"), log)
		for _, e := range cmake.Edges(dir, nil) {
			if e.Start < 0 || e.End < e.Start || len(e.Outputs) == 0 {
				t.Errorf("edge %+v", e)
			}
		}
	})
}
