package remote

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// The lines of the worker are found however the output is divided, and its own output stays as it is.
func TestOutput(t *testing.T) {
	t.Parallel()
	failed := &proc.ExitError{Code: 1}
	for _, test := range []struct {
		output, want string
		status       int
		peak         int64
		lost         string // with the error failed
	}{
		{"queued\nM; began 1 n1\na\nM; ex\nunfinishedM; exit 3 2048\nsrun: error: 3\n", "a\nM; ex\nunfinished", 3, 2 << 20, ""},
		{"M; began 1 n1\nM; exit 0 \n", "", 0, 0, ""},
		{"M; began busy n2\nsrun: error: 1\n", "", ended, 0, ""},
		{"M; began 1 n1\na\nsrun: error: Node failure\nsrun: bye\n", "a\nsrun: error: Node failure\nsrun: bye\n", running, 0, "n1 was lost: srun exited with status 1: srun: error: Node failure"},
		{"M; began 1 n1\nMM; exi", "MM; exi", running, 0, "n1 was lost: srun exited with status 1"},
		{"M; began 1 n1", "M; began 1 n1", running, 0, "the command did not start: srun exited with status 1"},
		{"srun: error: no\nsrun: bye\n", "srun: error: no\nsrun: bye\n", running, 0, "the command did not start: srun exited with status 1: srun: error: no"},
		{"ssh: no route\n\n", "ssh: no route\n\n", running, 0, "the command did not start: srun exited with status 1: ssh: no route"},
		{"", "", running, 0, "the command did not start: srun exited with status 1"},
	} {
		for size := 1; size <= len(test.output)+1; size++ {
			var to bytes.Buffer
			host := ""
			o := newOutput(&to, "M;")
			o.began = func(held, h string) { host = held + h }
			for rest := test.output; rest != ""; rest = rest[min(size, len(rest)):] {
				if _, err := o.Write([]byte(rest[:min(size, len(rest))])); err != nil {
					t.Fatal(err)
				}
			}
			if err := o.flush(); err != nil || to.String() != test.want || o.status != test.status || o.peak != test.peak {
				t.Fatalf("%q by %d: %q, status %d, peak %d, %v; want %q, %d, %d", test.output, size, &to, o.status, o.peak, err, test.want, test.status, test.peak)
			}
			if begun := strings.Contains(test.output, "began 1 n1\n"); (host == "1n1") != begun {
				t.Fatalf("%q by %d: began on %q", test.output, size, host)
			}
			if err := o.lost("srun", "", failed); test.lost != "" && err.Error() != test.lost {
				t.Fatalf("%q by %d: %v, want %s", test.output, size, err, test.lost)
			}
		}
	}
	to := &full{}
	o := newOutput(to, "M;")
	o.began = func(string, string) {}
	if _, err := o.Write([]byte("M; began 1 n1\na\n")); !errors.Is(err, errFull) {
		t.Errorf("Write = %v", err)
	}
}

type full struct{}

var errFull = errors.New("full")

func (*full) Write([]byte) (int, error) { return 0, errFull }
