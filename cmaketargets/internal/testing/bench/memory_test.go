package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hungry is a project whose build holds memory as a compiler does: it grows to its peak.
const hungry = `
add_custom_target(hold ALL COMMAND %s 700)
`

// holdMain grows to so many MiB in two seconds.
func holdMain() {
	mebibytes, err := strconv.Atoi(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "hold:", err)
		os.Exit(2)
	}
	held := make([][]byte, 0, mebibytes)
	for range mebibytes {
		part := make([]byte, 1<<20)
		for i := 0; i < len(part); i += os.Getpagesize() {
			part[i] = 1
		}
		held = append(held, part)
		time.Sleep(2 * time.Second / time.Duration(mebibytes))
	}
	fmt.Println(len(held), "MiB")
}

// BenchmarkMemory builds in a control group projects that need more memory than the group has: eight projects of one
// job, and one project of eight jobs for each build program, of which GNU Make 4.3 and Ninja 1.13 get their jobs while
// they run.
func BenchmarkMemory(b *testing.B) {
	group := os.Getenv("BENCH_CGROUP")
	if group == "" {
		b.Skip("BENCH_CGROUP is not set to the directory of a control group")
	}
	hold := filepath.Join(commandDir, "hold")
	b.Run("projects", func(b *testing.B) {
		benchmarkMemory(b, group, project(fmt.Sprintf(hungry, hold)), size(b, 8), nil, func(jobs string) string {
			return "ls build | xargs -P " + jobs + " -I{} cmake --build build/{} --parallel 1"
		})
	})
	for name, how := range buildPrograms(b) {
		b.Run("jobs/"+name, func(b *testing.B) {
			text := new(strings.Builder)
			fmt.Fprintln(text)
			for i := range size(b, 8) {
				fmt.Fprintf(text, "add_custom_target(hold%d ALL COMMAND %s 700)\n", i, hold)
			}
			env := []string{"CMAKE_GENERATOR=" + how.generator}
			if how.program != "" {
				env = append(env, "PATH="+filepath.Dir(how.program)+string(filepath.ListSeparator)+os.Getenv("PATH"))
			}
			benchmarkMemory(b, group, project(text.String()), 1, env, func(jobs string) string {
				return "cmake --build build/* --parallel " + jobs
			})
		})
	}
}

// benchmarkMemory compares a build with those that have a number of jobs which fits, and with one that is healed after
// its jobs were killed.
func benchmarkMemory(b *testing.B, group string, kind project, count int, env []string, fixed func(jobs string) string) {
	join := "echo $$ >'" + filepath.Join(group, "cgroup.procs") + "' && "
	r := &race{count: count, dir: scratchDir(b, "race"), kinds: []project{kind}}
	r.env = append(environ(filepath.Join(r.dir, "home")), env...)
	targets := compileMagefile(b)
	configure := contender{name: "configure", command: []string{targets, "configure"}}
	for _, jobs := range []string{"1", "2"} {
		r.contenders = append(r.contenders, contender{name: "fixed-" + jobs, command: []string{"sh", "-c", join + fixed(jobs)}, dir: r.after(b, configure)})
	}
	ours := []string{"sh", "-c", join + "exec '" + targets + "' build"}
	jobs := []string{"CMAKETARGETS_JOBS=8"}
	r.contenders = append(r.contenders,
		contender{name: "ours", command: ours, env: jobs, dir: r.after(b, configure)},
		contender{name: "healed", command: ours, env: append(jobs, "CMAKETARGETS_MEMORY=off"), dir: r.after(b, configure)})
	compare(b, "builds whose jobs need 700 MiB", r, []goal{{over: "ours", under: "fixed-2", most: 1.3}, {over: "healed", under: "fixed-1"}})
}
