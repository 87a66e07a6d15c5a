package cmake_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

func TestProgress(t *testing.T) {
	for _, test := range []struct {
		step   model.Step
		line   string
		status bool
		want   string
	}{
		{"build", "[37/120] Building C object a.o", false, "[37/120] Building C object a.o"},
		{"build", "[ 31%] Building C object a.o", false, "[ 31%] Building C object a.o"},
		{"build", "[100%] Built target a", false, "[100%] Built target a"},
		{"build", "[note] nothing", false, ""},
		{"build", "a.c:1:1: warning: [-Wx]", false, ""},
		{"build", "3.1s 37 of 120 a.o", true, "3.1s 37 of 120 a.o"},
		{"build", "  ", true, ""},
		{"test", " 7/30 Test  #7: name .............   Passed    0.01 sec", false, "7/30 name"},
		{"test", "10/30 Test #12: a name with dots... in it ...***Failed    0.01 sec", false, "10/30 a name with dots"},
		{"test", "      Start  8: name", false, ""},
		{"configure", "-- Looking for stdio.h", false, "Looking for stdio.h"},
		{"configure", "--", false, ""},
		{"configure", "[1/2] something", false, ""},
		{"install", "-- Installing: /usr/bin/a", false, "Installing: /usr/bin/a"},
	} {
		got, ok := cmake.Progress(test.step, test.line, test.status)
		if ok != (test.want != "") || ok && got != test.want {
			t.Errorf("Progress(%q, %q, %v) = %q, %v; want %q", test.step, test.line, test.status, got, ok, test.want)
		}
	}
}
