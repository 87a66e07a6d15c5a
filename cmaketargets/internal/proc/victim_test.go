//go:build unix

package proc_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// The test binary is also a program that runs commands and dies meanwhile. Its arguments are the way
// ("exit" by itself, others by a signal, and with "turns" the commands run one after the other) and
// the commands' scripts.
const victimVar = "PROC_TEST_VICTIM"

func init() { roles[victimVar] = victim }

func victim(args []string) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		panic(err)
	}
	var all sync.WaitGroup
	for i, script := range args[1:] {
		run := all.Go
		if args[0] == "turns" {
			run = func(f func()) { f() }
		}
		run(func() {
			c := proc.Command{Path: sh, Args: []string{"-c", script}, Env: os.Environ(), Output: &bytes.Buffer{}}
			if err := c.Run(context.Background()); err != nil {
				panic(fmt.Sprint(i, err))
			}
		})
	}
	if args[0] == "exit" {
		// As mage leaves at a second Ctrl-C.
		for len(files("pid*")) < len(args)-1 {
			time.Sleep(time.Millisecond)
		}
		os.Exit(130)
	}
	all.Wait()
}

func files(pattern string) []string {
	list, _ := filepath.Glob(pattern)
	return list
}
