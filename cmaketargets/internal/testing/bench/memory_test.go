package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// hungry is a project whose build holds memory as a compiler does: it grows to its peak.
const hungry project = `
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

func BenchmarkMemory(b *testing.B) {
	group := os.Getenv("BENCH_CGROUP")
	if group == "" {
		b.Skip("BENCH_CGROUP is not set to the directory of a control group")
	}
	join := "echo $$ >'" + filepath.Join(group, "cgroup.procs") + "' && "
	r := &race{count: size(b, 8), dir: scratchDir(b, "race")}
	r.kinds = []project{project(fmt.Sprintf(string(hungry), filepath.Join(commandDir, "hold")))}
	r.env = environ(filepath.Join(r.dir, "home"))
	targets := compileMagefile(b)
	configure := contender{name: "configure", command: []string{targets, "configure"}}
	for _, jobs := range []string{"1", "2"} {
		fixed := join + "ls build | xargs -P " + jobs + " -I{} cmake --build build/{} --parallel 1"
		r.contenders = append(r.contenders, contender{name: "fixed-" + jobs, command: []string{"sh", "-c", fixed}, dir: r.after(b, configure)})
	}
	ours := []string{"sh", "-c", join + "exec '" + targets + "' build"}
	jobs := []string{"CMAKETARGETS_JOBS=8"}
	r.contenders = append(r.contenders,
		contender{name: "ours", command: ours, env: jobs, dir: r.after(b, configure)},
		contender{name: "healed", command: ours, env: append(jobs, "CMAKETARGETS_MEMORY=off"), dir: r.after(b, configure)})
	compare(b, "projects of one job of 700 MiB", r, []goal{{over: "ours", under: "fixed-2", most: 1.3}, {over: "healed", under: "fixed-1"}})
}
