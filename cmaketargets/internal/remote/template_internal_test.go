package remote

import (
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	for _, test := range []struct {
		template string
		job      Job
		want     []string // with an error, the end of it
		fails    bool
	}{
		{"srun -c {jobs}", Job{Jobs: 3}, []string{"srun", "-c", "3"}, false},
		{"srun", Job{}, []string{"srun"}, false},
		{"srun --mem={memory} --exclude={lost} -c{jobs}", Job{}, []string{"srun", "-c1"}, false},
		{"srun --mem={memory} --exclude={lost}", Job{Memory: gib + 1, Lost: []string{"a", "b"}}, []string{"srun", "--mem=1025", "--exclude=a,b"}, false},
		{`srun '--job-name={name}'`, Job{Name: "build a {jobs} b"}, []string{"srun", "--job-name=build a {jobs} b"}, false},
		{"ssh  {host:a,b}\t-v", Job{}, []string{"ssh", "a", "-v"}, false},
		{`"my run" 'it''s' a\ b "\$\"" ''`, Job{}, []string{"my run", "its", "a b", `\$"`, ""}, false},
		{"awk {print} {}", Job{}, []string{`"{print}" is no placeholder`}, true},
		{"srun {job}", Job{}, []string{`"{job}" is no placeholder`}, true},
		{"srun {memory:3}", Job{}, []string{`"{memory:3}" is no placeholder`}, true},
		{"srun {jobs:0}", Job{}, []string{`"{jobs:0}" is no placeholder`}, true},
		{"ssh {host}", Job{}, []string{`"{host}" is no placeholder`}, true},
		{"ssh {host:a} {host:b}", Job{}, []string{`"{host:b}" is no placeholder`}, true},
		{"ssh {host:a,,b}", Job{}, []string{"a host without a name"}, true},
		{"{host:a}", Job{}, []string{"the program is {host:a}"}, true},
		{"srun 'a", Job{}, []string{"a quote ' has no end"}, true},
		{"  ", Job{}, []string{"no program"}, true},
	} {
		r, err := Parse(test.template, 2)
		if test.fails {
			if err == nil || !strings.Contains(err.Error(), test.want[0]) {
				t.Errorf("Parse(%s) = %v, want %s", test.template, err, test.want[0])
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%s) = %v", test.template, err)
			continue
		}
		if got, _, _ := r.args(test.job); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.template, got, test.want)
		}
	}
	for template, want := range map[string]int{"": 0, "OFF": 0, "srun": 2, "srun {jobs}": 2, "srun {jobs:64}": 64} {
		if r, err := Parse(template, 2); err != nil || r.MaxJobs() != want {
			t.Errorf("Parse(%s): at most %d jobs, %v, want %d", template, r.MaxJobs(), err, want)
		}
	}
}

// The least busy of the hosts is taken, of those that were not lost.
func TestHosts(t *testing.T) {
	t.Parallel()
	r, err := Parse("ssh {host:a,b,c}", 1)
	if err != nil {
		t.Fatal(err)
	}
	var done []func(bool)
	next := func(want string) {
		t.Helper()
		_, host, f := r.args(Job{})
		if done = append(done, f); host != want {
			t.Fatalf("host %s, want %s", host, want)
		}
	}
	next("a")
	next("b")
	next("c")
	next("a")
	done[1](true)
	done[2](false)
	next("c")
	next("c")
	next("a")
	done[3](true)
	done[0](true)
	next("c") // b was lost once, a twice
	done[2](true)
	next("b")
}
