package proc_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

func TestAlive(t *testing.T) {
	name := proc.Name()
	number, rest, _ := strings.Cut(name, ".")
	_, at, _ := strings.Cut(rest, ".")
	for name, want := range map[string]bool{
		name:                       true,
		number + ".1." + at:        false, // the number was given again
		"999999999." + rest:        false,
		number + ".." + at:         false,
		number:                     false,
		"":                         false,
		"x" + name:                 false,
		number + "." + at + ".1.1": false,
	} {
		if got := proc.Alive(name); got != want {
			t.Errorf("Alive(%q) = %v", name, got)
		}
	}
}

// Only a mark gives a process away, and not the same text elsewhere in its environment, nor a part of a mark.
func TestEndOrphans(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	cmd.Env = []string{"_CMAKETARGETS_COMMAND=3.1.4.1;15.9.2.6;", "VERSION=5.3.5.8;"}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for _, stranger := range []string{"5.3.5", "9.2", "5.9.2", "3.1.4.1", ""} {
		proc.EndOrphans(t.Context(), stranger, 0)
		if !alive(cmd.Process.Pid) {
			t.Fatalf("the orphans of %q were ended", stranger)
		}
	}
	proc.EndOrphans(t.Context(), "15.9.2", 0)
	if err := cmd.Wait(); err == nil || err.Error() != "signal: killed" {
		t.Errorf("an orphan ended with %v", err)
	}
}
