package ui_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/magecmake/magecmake/cmaketargets/internal/ui"
)

func TestDigest(t *testing.T) {
	var many []string
	for i := range 12 {
		many = append(many, fmt.Sprint("libs/p", i))
	}
	digest := ui.Digest{
		Failures: []ui.Failure{
			{
				Step: "build", Names: many, Error: "a.c:3:5: boom", Context: []string{"     2 | int b;", ">    3 | int a = b"}, More: 2,
				Hint: "apt-get install it", Log: "a.log", Paste: "env API_TOKEN=... cmake --build a", FillIn: []string{"API_TOKEN", "KEY"},
			},
			{Step: "test", Names: []string{"a"}, Error: "one (Failed)", More: 1, Others: []string{"##[error]"}},
			{Step: "test", Names: []string{"b"}, Error: "one (Failed)", More: 400, Others: many},
		},
		Cancelled: []string{"build x"}, Unbegun: 3, Cause: "interrupted",
		Warnings: []ui.Count{{Where: "libs/a", N: 12}, {Where: "libs/b", N: 1}},
		Slowest:  []ui.Slow{{Name: "build x", Duration: 90 * time.Second}, {Name: "build y", Duration: 30 * time.Second}},
		Total:    3 * time.Minute,
	}
	const wide = `
FAILED  build libs/p0, libs/p1, libs/p2, libs/p3, libs/p4, libs/p5, libs/p6, libs/p7, libs/p8, libs/p9 and 2 more
  a.c:3:5: boom
         2 | int b;
    >    3 | int a = b
  and 2 more errors
  hint: apt-get install it
  log: a.log
  run: env API_TOKEN=... cmake --build a
       fill in API_TOKEN, KEY

FAILED  test a
  one (Failed)
  and 1 more: \x23#[error]

FAILED  test b
  one (Failed)
  and 400 more: libs/p0, libs/p1, libs/p2, libs/p3, libs/p4, libs/p5, libs/p6, libs/p7, libs/p8, libs/p9, ...

cancelled  build x; 3 not begun  (interrupted)

new warnings
    12  libs/a
     1  libs/b

slowest
    1m30s   50%  build x
    30.0s   17%  build y

`
	// On a terminal a row ends between two names.
	narrow := strings.NewReplacer(
		"libs/p2, libs/p3", "libs/p2,\n    libs/p3", "libs/p6, libs/p7", "libs/p6,\n    libs/p7", "begun  (", "begun\n    (",
	).Replace(wide)
	for _, test := range []struct {
		columns int
		want    string
	}{{0, wide}, {200, wide}, {42, narrow}} {
		var out bytes.Buffer
		o := ui.Options{Out: &out}
		if test.columns > 0 {
			o.Size = size(test.columns, 40)
		}
		ui.New(o).Digest(digest)
		if diff := cmp.Diff(test.want, out.String()); diff != "" {
			t.Errorf("in %d columns:\n%s", test.columns, diff)
		}
	}
}
