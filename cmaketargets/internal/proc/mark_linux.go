//go:build !portable

package proc

import (
	"bytes"
	"slices"
	"strings"
)

// markName is the environment variable with the marks of the commands that a process descends from.
// It is not one of CMAKETARGETS_*, which are settings, so that a command may itself run mage.
const markName = "_CMAKETARGETS_COMMAND"

// withMark adds a command's mark to its environment. Every descendant inherits it, also a daemon, which
// leaves its session and its parents. Marks of commands around this one stay.
func withMark(env []string, mark string) []string {
	for _, kv := range slices.Backward(env) {
		if outer, ok := strings.CutPrefix(kv, markName+"="); ok {
			if outer != "" && !strings.HasSuffix(outer, ";") { // Not written by us, and not to be part of our mark.
				outer += ";"
			}
			mark = outer + mark
			break
		}
	}
	return append(env, markName+"="+mark)
}

// Within reports whether env is the environment of a descendant of the process with this Identity.
func Within(env []string, identity string) bool {
	for _, kv := range env {
		marks, ok := strings.CutPrefix(kv, markName+"=")
		for mark := range strings.SplitSeq(marks, ";") {
			if i := strings.LastIndexByte(mark, '.'); ok && i > 0 && mark[:i] == identity {
				return true
			}
		}
	}
	return false
}

// hasMark reports whether an environment in the form of proc(5), environ, has a mark that is, or
// begins with, one of these.
func hasMark(environ []byte, marks []string) bool {
	for kv := range bytes.SplitSeq(environ, []byte{0}) {
		list, ok := bytes.CutPrefix(kv, []byte(markName+"="))
		for mark := range bytes.SplitAfterSeq(list, []byte(";")) {
			if ok && slices.ContainsFunc(marks, func(m string) bool { return bytes.HasPrefix(mark, []byte(m)) }) {
				return true
			}
		}
	}
	return false
}
