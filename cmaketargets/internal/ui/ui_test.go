package ui_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

func TestPlain(t *testing.T) {
	var out bytes.Buffer
	s := ui.New(ui.Options{Out: &out})
	s.Block(ui.Block{Verdict: "ok", Step: "configure", Name: "a", Duration: 310 * time.Millisecond, Output: []byte("quiet"), Detail: true})
	s.Block(ui.Block{
		Verdict: "FAILED", Step: "build", Name: "b\n::error::x", Duration: 12400 * time.Millisecond, Note: "cmake exited with status 1",
		Output: []byte("one\r\n10%\r50%\r100%\nlast without end"), Cut: true, Log: "build/b/.cmaketargets/build.log",
	})
	s.Digest(ui.Digest{Failures: []ui.Failure{{Step: "build", Names: []string{"b", "c"}, Error: "b.c:1:2: wrong", Hint: "apt install it", Context: []string{"> 1 | x"}, Log: "log", Paste: "cmake --build x"}}})
	s.Digest(ui.Digest{})
	s.Line("1 built")
	want := `ok          configure  a  0.31s
FAILED      build      b\n::error::x  12.4s  (cmake exited with status 1)
    | ... the beginning is in build/b/.cmaketargets/build.log
    | one
    | 100%
    | last without end

FAILED  build b, c
  b.c:1:2: wrong
    > 1 | x
  hint: apt install it
  log: log
  run: cmake --build x

1 built
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &out, want)
	}
}
