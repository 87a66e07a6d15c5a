package cmaketargets_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/lock"
)

// TestHostileHolder lets the files of locks, which anybody may have written who can write to a build tree, say who holds
// them: one that lives, one that was killed, and the one that started the very run.
func TestHostileHolder(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	words := append(slices.Clone(hostile), strings.Repeat("PWNED ", 200), strings.Repeat("PWNED ", 500<<10))
	for _, test := range []struct {
		name   string
		holder func(word string) lock.Holder
		busy   bool
		env    func(word string) string
		says   string // of each holder, in a line of its own
	}{
		{
			"lives", func(word string) lock.Holder { return lock.Holder{Host: word, Does: word, Identity: word} }, true, nil,
			"\nwaiting     for ",
		},
		{
			"was killed", func(word string) lock.Holder {
				return lock.Holder{Host: host, Does: word, Identity: word, Leader: os.Getpid()}
			}, false, nil,
			"\nfound       unfinished work of process ",
		},
		{
			"started this run", func(word string) lock.Holder { return lock.Holder{Host: word, Does: word, Identity: word} }, true,
			func(word string) string { return "_CMAKETARGETS_COMMAND=" + word + ".1" }, "it would wait for ever",
		},
	} {
		for _, env := range [][]string{nil, {"GITHUB_ACTIONS=true", "CI=true"}} {
			t.Run(fmt.Sprint(test.name, env), func(t *testing.T) {
				t.Parallel()
				root, told := t.TempDir(), words
				if test.env != nil {
					told = words[:1] // which is the one in the environment
					env = append(slices.Clone(env), test.env(words[0]))
				}
				var held []*lock.Lock
				for i, word := range told {
					project := filepath.Join(root, fmt.Sprint("p", i))
					path := filepath.Join(root, "build", fmt.Sprint("p", i), ".cmaketargets", "lock")
					must(t, os.Mkdir(project, 0o777))
					must(t, os.WriteFile(filepath.Join(project, "CMakeLists.txt"), []byte("cmake_minimum_required(VERSION 3.16)\nproject(p NONE)\n"), 0o666))
					l, err := lock.Try(path)
					must(t, err)
					holder := test.holder(word)
					holder.PID = i + 1
					text, err := json.Marshal(holder)
					must(t, err)
					must(t, os.WriteFile(path, append([]byte{0}, text...), 0o666))
					if test.busy {
						held = append(held, l)
					} else {
						must(t, l.Release())
					}
				}
				out, err := os.Create(filepath.Join(root, "out"))
				must(t, err)
				defer out.Close()
				cmd := exec.Command(filepath.Join(commandBin, "targets"), "configure")
				cmd.Dir, cmd.Stdout, cmd.Stderr = root, out, out
				cmd.Env = append([]string{
					"PATH=" + fakeBin(), "FAKECMAKE_PATH=" + realPath(realCMakes(t)[0]), "HOME=" + root, "CMAKETARGETS_STORE=off", "CMAKETARGETS_JOBS=2", "GORACE=atexit_sleep_ms=0",
				}, env...)
				must(t, cmd.Start())
				said := func() int {
					text, err := os.ReadFile(out.Name())
					must(t, err)
					return strings.Count("\n"+string(text), test.says)
				}
				for deadline := time.Now().Add(time.Minute); test.busy && said() < len(told) && time.Now().Before(deadline); {
					time.Sleep(5 * time.Millisecond)
				}
				for _, l := range held {
					must(t, l.Release())
				}
				failed := cmd.Wait() != nil
				text, err := os.ReadFile(out.Name())
				must(t, err)
				// Of the longest nothing can be read.
				if n := said(); n < len(told)-len(told)/22 || failed != (test.env != nil) || !strings.Contains(string(text), "PWNED") {
					t.Errorf("%d of %d holders were told of, failed: %v\n%.5000s", n, len(told), failed, text)
				}
				if len(text) > 200<<10 {
					t.Errorf("it printed %d bytes", len(text))
				}
				harmless(t, "it", string(text))
			})
		}
	}
}
