package memory

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// outdated is the age from which a measurement is made again: jobs begin in bursts.
	outdated = 100 * time.Millisecond
	// stalled is the share of the last ten seconds, in percent, in which every process of the
	// system, or of the control group, waited for memory, from which on it has no room.
	stalled = 10
)

// measurement is the state of the memory, in bytes.
type measurement struct {
	at      time.Time
	free    int64 // that jobs could begin to use; math.MaxInt64 where it is unknown
	total   int64 // as much
	pressed bool  // processes wait for memory
	used    int64 // by the descendants of this process, -1 before it was measured
}

// Room returns how many of so many jobs that need weight bytes each have room beside those that run,
// to which promised bytes were left. Those may not have begun to use them, so the room is the free memory
// and that of the descendants of this process, less the promised bytes. A job can need more than its weight.
func (s *System) Room(limit Limit, jobs int, weight, promised int64) int {
	if limit.Off || weight <= 0 {
		return jobs
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.last.at) > outdated {
		s.last = s.measure()
	}
	m := &s.last
	if promised > 0 && m.pressed {
		return 0
	}
	bound := int64(math.MaxInt64)
	if limit.Bytes > 0 {
		bound = limit.Bytes
	}
	if limit.Percent > 0 && m.total < math.MaxInt64 {
		bound = m.total / 100 * limit.Percent
	}
	fit := func(room int64) int { return int(max(0, min(int64(jobs), room/weight))) }
	// Most often there is room without the memory of descendants, which takes longer to measure.
	if n := fit(min(m.free, bound) - promised); n == jobs && bound == math.MaxInt64 {
		return n
	}
	if m.used < 0 {
		m.used = s.descendants()
	}
	all := bound
	if m.free < math.MaxInt64 {
		all = min(all, m.free+m.used)
	}
	return fit(all - max(promised, m.used))
}

// measure measures all but the memory of descendants.
func (s *System) measure() measurement {
	m := measurement{at: time.Now(), free: math.MaxInt64, total: math.MaxInt64, used: -1}
	info := s.read("proc/meminfo")
	if n, ok := field(info, "MemAvailable"); ok { // since Linux 3.14
		m.free = n
	}
	if n, ok := field(info, "MemTotal"); ok {
		m.total = n
	}
	names := [4]string{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file", "total_active_file"}
	if s.second {
		names = [4]string{"memory.max", "memory.current", "inactive_file", "active_file"}
	}
	for _, dir := range s.groups {
		limit, limited := number(s.readFile(filepath.Join(dir, names[0])))
		if high, ok := number(s.readFile(filepath.Join(dir, "memory.high"))); ok && s.second && (!limited || high < limit) {
			limit, limited = high, true
		}
		current, ok := number(s.readFile(filepath.Join(dir, names[1])))
		if !limited || !ok {
			continue
		}
		// The kernel drops pages of files, but while half of those that are read again and again are there, the same files
		// need not be read from the disk for each compiler.
		stat := s.readFile(filepath.Join(dir, "memory.stat"))
		inactive, _ := field(stat, names[2])
		active, _ := field(stat, names[3])
		m.total, m.free = min(m.total, limit), min(m.free, max(0, limit-max(0, current-inactive-active/2)))
	}
	pressure := s.read("proc/pressure/memory")
	if s.second && len(s.groups) > 0 {
		if own := s.readFile(filepath.Join(s.groups[0], "memory.pressure")); own != "" {
			pressure = own
		}
	}
	if _, full, ok := strings.Cut(pressure, "full avg10="); ok {
		whole, _, _ := strings.Cut(full, ".")
		percent, _ := number(whole)
		m.pressed = percent >= stalled
	}
	return m
}

// descendants returns the memory that the descendants of this process use, without files, which
// several share.
func (s *System) descendants() (bytes int64) {
	page := int64(os.Getpagesize())
	for queue := s.children("self"); len(queue) > 0; queue = queue[1:] {
		if words := strings.Fields(s.read("proc/" + queue[0] + "/statm")); len(words) > 2 {
			resident, _ := number(words[1])
			shared, _ := number(words[2])
			bytes += max(0, resident-shared) * page
		}
		queue = append(queue, s.children(queue[0])...)
	}
	return bytes
}

// children returns the numbers of the processes that a process has started. A kernel without
// CONFIG_PROC_CHILDREN lists none.
func (s *System) children(pid string) (list []string) {
	tasks := filepath.Join(s.root, "proc", pid, "task")
	threads, _ := os.ReadDir(tasks)
	for _, thread := range threads {
		list = append(list, strings.Fields(s.readFile(filepath.Join(tasks, thread.Name(), "children")))...)
	}
	return list
}
