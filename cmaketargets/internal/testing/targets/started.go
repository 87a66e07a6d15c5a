package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/magecmake/magecmake/cmaketargets/internal/testing/fakecmake"
)

// printStarted prints the commands that the fake logged, in the order in which they began, a line each: those of the
// steps named, or all that do a project's work. With -peak or -jobs it prints how many of them ran at once, or with
// how many jobs together.
func printStarted() {
	peak := flag.Bool("peak", false, "print the highest number that ran at once")
	jobs := flag.Bool("jobs", false, "print the highest sum of their jobs")
	alive := flag.Bool("alive", false, "print only those that have no end")
	living := flag.Bool("living", false, "print only those that still run")
	flag.Parse()
	events, err := fakecmake.ReadLog(os.Getenv("FAKECMAKE_LOG"))
	fatal(err)
	switch {
	case *peak:
		fmt.Println(fakecmake.Peak(events, flag.Args()...))
	case *jobs:
		fmt.Println(fakecmake.PeakJobs(events, flag.Args()...))
	default:
		ended := map[int]bool{}
		for _, e := range events {
			if e.Kind == "end" {
				ended[e.Pid] = true
			}
		}
		for _, e := range fakecmake.Begun(events, flag.Args()...) {
			if !(*alive && ended[e.Pid] || *living && !lives(e.Pid)) {
				fmt.Println(commandLine(e.Argv))
			}
		}
	}
}

// lives reports whether a process runs; one that ended and was not waited for does not.
func lives(pid int) bool {
	if runtime.GOOS == "linux" {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		return regexp.MustCompile(`(?m)^State:\t[^ZX]`).Match(status)
	}
	process, err := os.FindProcess(pid)
	return err == nil && process.Signal(syscall.Signal(0)) == nil
}

// commandLine quotes only arguments that would be misread otherwise.
func commandLine(args []string) string {
	var words []string
	for _, a := range args {
		if a == "" || strings.ContainsAny(a, " \t\"'") {
			a = strconv.Quote(a)
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
