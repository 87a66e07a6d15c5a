package proc_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

// The test binary is also a command for every system. Its first argument selects its behaviour.
const childVar = "PROC_TEST_CHILD"

func child(args []string) {
	switch args[0] {
	case "speak":
		fmt.Fprintln(os.Stdout, "out")
		fmt.Fprintln(os.Stderr, "err")
	case "echo":
		for _, arg := range args[1:] {
			fmt.Println(arg)
		}
	case "read":
		_, _ = io.Copy(os.Stdout, os.Stdin)
		fmt.Println("end")
	case "exit":
		status, _ := strconv.Atoi(args[1])
		os.Exit(status)
	case "stay", "stay deaf", "parent", "deaf parent":
		if args[0] == "stay deaf" || args[0] == "deaf parent" {
			signal.Ignore(os.Interrupt, syscall.SIGTERM)
		}
		if args[0] == "parent" || args[0] == "deaf parent" {
			if err := exec.Command(os.Args[0], "stay deaf", args[1]).Start(); err != nil {
				panic(err)
			}
		}
		conn, err := net.Dial("tcp", args[1])
		if err != nil {
			panic(err)
		}
		_, _ = io.Copy(io.Discard, conn) // the peer never writes
	}
}

// self is a command that is one of the above.
func self(t *testing.T, out *bytes.Buffer, args ...string) proc.Command {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return proc.Command{Path: path, Args: args, Dir: t.TempDir(), Env: append(os.Environ(), childVar+"=1"), Output: out, Grace: 300 * time.Millisecond}
}
