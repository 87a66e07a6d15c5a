// Package remote runs commands on other machines, by a runner: a command such as srun or ssh that starts
// /bin/sh there, with its standard input and output. All machines share the file system.
package remote

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Runner starts a shell on other machines. A nil Runner is none.
type Runner struct {
	words []string // with placeholders
	most  int      // of the jobs of a command
	hosts []string // of {host:...}

	mu   sync.Mutex
	busy map[string]int // commands on each of the hosts
	lost map[string]int // how often each was lost
}

// Job has the properties of a command that placeholders stand for.
type Job struct {
	Name   string
	Jobs   int
	Memory int64    // bytes, 0 where it is unknown
	Lost   []string // hosts that were lost while the same step ran on them
}

// placeholder matches the placeholders that args replaces, and those that Parse refuses.
var placeholder = text.Regexp(`\{([a-z]+)(?::([^{}]*))?\}`)

// Parse reads a template: words in which placeholders stand for properties of a command, separated by blanks as in
// a shell, with its quotes and backslashes, but no expansions. {jobs} is the number of jobs, at most cpus or the N
// of {jobs:N}; {memory} the memory in MiB, {name} a name, {lost} the hosts that were lost, with commas between
// them; {host:A,B} one of these hosts. A word with {memory} or {lost} is left out where there is none.
// An empty template and "off" are no runner.
func Parse(template string, cpus int) (*Runner, error) {
	if template == "" || strings.EqualFold(template, "off") {
		return nil, nil
	}
	if runtime.GOOS == "windows" {
		return nil, errors.New("there are no runners on Windows")
	}
	words, err := split(template)
	if err != nil {
		return nil, err
	}
	r := &Runner{words: words, most: cpus, busy: map[string]int{}, lost: map[string]int{}}
	for i, word := range words {
		for _, found := range placeholder().FindAllStringSubmatch(word, -1) {
			name, arg := found[1], found[2]
			n, err := strconv.Atoi(arg)
			switch {
			case i == 0:
				return nil, fmt.Errorf("the program is %s; name one", found[0])
			case name == "jobs" && err == nil && n > 0:
				r.most = n
			case name == "host" && arg != "" && len(r.hosts) == 0:
				r.hosts = strings.Split(arg, ",")
			case arg != "" || !slices.Contains([]string{"jobs", "memory", "name", "lost"}, name):
				return nil, fmt.Errorf("%s is no placeholder; there are {jobs}, {jobs:N}, {memory}, {name}, {lost} and, once, {host:A,B}", text.Quoted(found[0]))
			}
		}
	}
	if len(words) == 0 || slices.Contains(r.hosts, "") {
		return nil, errors.New("it has no program, or a host without a name")
	}
	return r, nil
}

// MaxJobs returns the most jobs that one command may have, 0 for no bound.
func (r *Runner) MaxJobs() int {
	if r == nil {
		return 0
	}
	return r.most
}

// args returns the words for a job, and the host that it is to run on, "" where the runner chooses one. done is
// to be called at the end, with whether that host was lost.
func (r *Runner) args(j Job) (args []string, host string, done func(lost bool)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, h := range r.hosts {
		if i == 0 || r.lost[h] < r.lost[host] || r.lost[h] == r.lost[host] && r.busy[h] < r.busy[host] {
			host = h
		}
	}
	r.busy[host]++
	values := map[string]string{"jobs": strconv.Itoa(max(1, j.Jobs)), "name": j.Name, "host": host, "lost": strings.Join(j.Lost, ",")}
	if j.Memory > 0 {
		values["memory"] = strconv.FormatInt((j.Memory+1<<20-1)>>20, 10)
	}
	for _, word := range r.words {
		missing := false
		word = placeholder().ReplaceAllStringFunc(word, func(found string) string {
			value := values[placeholder().FindStringSubmatch(found)[1]]
			missing = missing || value == ""
			return value
		})
		if !missing {
			args = append(args, word)
		}
	}
	return args, host, func(lost bool) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.busy[host]--
		if lost {
			r.lost[host]++
		}
	}
}

// split divides a line into words as a POSIX shell does, without expansions.
func split(line string) (words []string, err error) {
	var word strings.Builder
	quote, begun := rune(0), false
	runes := []rune(line)
	for i := 0; i < len(runes); i++ {
		c := runes[i]
		switch {
		case quote == 0 && strings.ContainsRune(" \t\n", c):
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
			continue
		case c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '\\' && quote != '\'' && i+1 < len(runes) && (quote == 0 || strings.ContainsRune(`"\`, runes[i+1])):
			i++
			word.WriteRune(runes[i])
		default:
			word.WriteRune(c)
		}
		begun = true
	}
	if quote != 0 {
		return nil, fmt.Errorf("a quote %c has no end", quote)
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}
