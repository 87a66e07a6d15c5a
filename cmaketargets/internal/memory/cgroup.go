package memory

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// System is a Linux system. All of its methods may be called from several goroutines.
type System struct {
	root   string   // where proc and sys are, "/" but for tests
	groups []string // the directories of the control groups of this process, its own first
	second bool     // they are of version 2

	mu   sync.Mutex
	last measurement
}

// New returns the system whose files are below root.
func New(root string) *System {
	s := &System{root: root}
	s.find()
	return s
}

// find sets groups. Version 1 counts only where it has a controller for memory.
func (s *System) find() {
	own := map[bool]string{} // by version 2
	for line := range strings.Lines(s.read("proc/self/cgroup")) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) < 3 {
			continue
		}
		if second := parts[0] == "0" && parts[1] == ""; second || hasWord(parts[1], "memory") {
			own[second] = parts[2]
		}
	}
	_, first := own[false]
	s.second = !first
	path, ok := own[s.second]
	if !ok {
		return
	}
	// "31 30 0:28 /docker/x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory"
	for line := range strings.Lines(s.read("proc/self/mountinfo")) {
		before, after, _ := strings.Cut(line, " - ")
		words, kind := strings.Fields(before), strings.Fields(after)
		if len(words) < 5 || len(kind) < 3 || s.second != (kind[0] == "cgroup2") || !s.second && (kind[0] != "cgroup" || !hasWord(kind[2], "memory")) {
			continue
		}
		top := filepath.Join(s.root, words[4])
		rel, ok := fsutil.Within(path, words[3])
		if !ok || strings.HasPrefix(path, "/..") { // of another namespace
			rel = "."
		}
		for dir := filepath.Join(top, rel); ; dir = filepath.Dir(dir) {
			s.groups = append(s.groups, dir)
			if dir == top || len(dir) <= len(top) {
				return
			}
		}
	}
}

// hasWord reports whether a list with commas has a word.
func hasWord(list, word string) bool {
	return strings.Contains(","+list+",", ","+word+",")
}

// Kills returns how many processes of its control group, else of the whole system, the kernel has
// killed for lack of memory. Only the difference of two calls has a meaning.
func (s *System) Kills() int64 {
	if s == nil {
		return 0
	}
	if len(s.groups) > 0 {
		name := "memory.oom_control"
		if s.second {
			name = "memory.events"
		}
		if n, ok := field(s.readFile(filepath.Join(s.groups[0], name)), "oom_kill"); ok {
			return n
		}
	}
	n, _ := field(s.read("proc/vmstat"), "oom_kill")
	return n
}

// read returns the content of a file below root, "" for one that cannot be read.
func (s *System) read(name string) string { return s.readFile(filepath.Join(s.root, name)) }

func (s *System) readFile(path string) string {
	data, _ := os.ReadFile(path) // such files have no size
	return string(data)
}

// field returns the number after a word at the beginning of a line: "oom_kill 3",
// "MemAvailable:   123 kB".
func field(content, name string) (int64, bool) {
	for line := range strings.Lines(content) {
		if words := strings.Fields(line); len(words) >= 2 && strings.TrimSuffix(words[0], ":") == name {
			n, ok := number(words[1])
			if len(words) > 2 && words[2] == "kB" {
				n = min(n, math.MaxInt64>>10) << 10
			}
			return n, ok
		}
	}
	return 0, false
}

// number parses a number of bytes. It returns false for "max", and for more than any machine has.
func number(text string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n, err == nil && n >= 0 && n < 1<<60
}
