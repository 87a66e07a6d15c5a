//go:build linux

package differential_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestAffected makes random edits in a repository of many projects. A git revision selects each in which
// a build of all runs a command, with build trees and by a file of manifests.
func TestAffected(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	t.Parallel()
	seed, size, edits := uint64(2), 8, 10
	if text := os.Getenv("AFFECTED_EDITS"); text != "" {
		var err error
		edits, err = strconv.Atoi(text)
		must(t, err)
		seed, size = uint64(time.Now().Unix()), 60
	}
	if text := os.Getenv("AFFECTED_PROJECTS"); text != "" {
		var err error
		size, err = strconv.Atoi(text)
		must(t, err)
	}
	if text := os.Getenv("AFFECTED_SEED"); text != "" {
		n, err := strconv.Atoi(text)
		must(t, err)
		seed = uint64(n)
	}
	v := newMonorepo(t, rand.New(rand.NewPCG(seed, 0)), size)
	if _, _, ok := v.build(""); !ok {
		t.Fatalf("the first build failed\n%s", v.out)
	}
	v.commit()
	count := map[string]*[3]int{} // selected, needless, edits
	for i := range edits {
		if i > 0 && i%50 == 0 {
			summarize(t, seed, count)
		}
		kind := v.kinds()[v.random.IntN(len(v.kinds()))]
		if kind.rare && v.random.IntN(4) > 0 {
			kind = v.kinds()[v.random.IntN(5)]
		}
		good := v.git("rev-parse", "HEAD")
		what := fmt.Sprintf("seed %d, edit %d: %s", seed, i, kind.do(v))
		revision := "HEAD"
		if i%2 == 1 {
			v.commit()
			revision = "HEAD~1"
		}
		if count[kind.name] == nil {
			count[kind.name] = &[3]int{}
		}
		count[kind.name][2]++
		selected, elsewhere := v.decide(revision), v.decideElsewhere(revision)
		changed, configured, ok := v.build(revision)
		for path, why := range selected {
			if elsewhere[path] == "" {
				t.Errorf("%s: the file of manifests does not select %s: %s", what, path, why)
			}
			count[kind.name][0]++
			if changed[path] == "" && configured[path] == "" {
				count[kind.name][1]++
				if os.Getenv("AFFECTED_NEEDLESS") != "" {
					t.Logf("%s: %s is selected needlessly: %s", what, path, why)
				}
			}
		}
		for path, why := range changed {
			if selected[path] == "" {
				t.Errorf("%s: %s was not selected, but %s", what, path, why)
			}
		}
		if kind.breaks {
			v.git("reset", "-q", "--hard", good)
		} else if !ok {
			t.Fatalf("%s: the build failed\n%s", what, v.out)
		}
		if !kind.breaks {
			for path, why := range v.outdated() {
				t.Errorf("%s: %s was not selected, but %s", what, path, why)
			}
			v.commit()
		}
		if kind.breaks || t.Failed() || i == edits-1 {
			changed, _, ok := v.build("")
			if !ok {
				t.Fatalf("%s: the build of all failed\n%s", what, v.out)
			}
			for path, why := range changed {
				if !kind.breaks {
					t.Errorf("%s: %s was not selected, but in a build of all %s", what, path, why)
				}
			}
		}
	}
	total := summarize(t, seed, count)
	if os.Getenv("AFFECTED_EDITS") != "" && 20*total[1] > total[0] {
		t.Errorf("more than 5 %% of the selected projects had nothing to do")
	}
}

// summarize logs how many edits of each kind were made, and how many projects were selected, and needlessly.
func summarize(t *testing.T, seed uint64, count map[string]*[3]int) (total [3]int) {
	var lines []string
	for name, n := range count {
		lines = append(lines, fmt.Sprintf("%s: %d edits, %d selected, %d needlessly", name, n[2], n[0], n[1]))
		for i := range n {
			total[i] += n[i]
		}
	}
	slices.Sort(lines)
	t.Logf("seed %d: %d edits, %d selected, %d needlessly\n%s", seed, total[2], total[0], total[1], strings.Join(lines, "\n"))
	return total
}

// change is a kind of edits.
type change struct {
	name   string
	do     func(v *monorepo) string
	breaks bool // some builds, and is undone
	rare   bool
}

func (v *monorepo) kinds() []change {
	some := func(format string) string { return fmt.Sprintf(format, v.random.IntN(shared)) }
	edit := func(path, line string) string {
		v.add(path, line)
		return "change " + path
	}
	pick := func() *house { return v.one(v.houses) }
	inC := func() *house {
		for {
			if h := pick(); h.language == "C" {
				return h
			}
		}
	}
	return []change{
		{name: "source", do: func(v *monorepo) string {
			h := pick()
			return edit(h.dir+"/"+h.sources[v.random.IntN(len(h.sources))], "NEXT")
		}},
		{name: "script", do: func(v *monorepo) string { return edit(pick().dir+"/make.sh", "echo NEXT") }},
		{name: "template", do: func(v *monorepo) string { return edit(pick().dir+"/in.txt", "NEXT") }},
		{name: "read", do: func(v *monorepo) string { return edit(some("common/read%d.txt"), "NEXT") }},
		{name: "C", do: func(v *monorepo) string { return edit(inC().dir+"/main.c", "// NEXT") }},
		{name: "code", do: func(v *monorepo) string {
			h := pick()
			v.serial++
			h.extra = fmt.Sprintf("set(CODE %d)\nconfigure_file(in.txt conf.txt)\n", v.serial)
			v.plan(h)
			return "code in " + h.dir
		}},
		{name: "installed header", do: func(v *monorepo) string { return edit(pick().dir+"/inc/x.h", "// NEXT") }},
		{name: "comment", rare: true, do: func(v *monorepo) string { return edit(pick().dir+"/CMakeLists.txt", "# NEXT") }},
		{name: "config", rare: true, do: func(v *monorepo) string {
			h := pick()
			return edit(h.dir+"/"+h.name+"Config.cmake", "set("+h.name+"_X NEXT)")
		}},
		{name: "module", do: func(v *monorepo) string { return edit(some("cmake/module%d.cmake"), "set(MODULE NEXT)") }},
		{name: "toolchain", rare: true, do: func(v *monorepo) string {
			return edit([]string{"cmake/toolchain.cmake", "cmake/flags.cmake"}[v.random.IntN(2)], "set(FLAG NEXT)")
		}},
		{name: "linked", do: func(v *monorepo) string { return edit(some("common/linked%d.txt"), "NEXT") }},
		{name: "generated header", do: func(v *monorepo) string { return edit(some("common/gen%d.txt"), "// NEXT") }},
		{name: "header", do: func(v *monorepo) string {
			n := v.random.IntN(shared)
			return edit(fmt.Sprintf("include%d/shared%d.h", n, n), "// NEXT")
		}},
		{name: "elsewhere", rare: true, do: func(v *monorepo) string { return edit("README.md", "NEXT") }},
		{name: "unread", rare: true, do: func(v *monorepo) string { return edit(pick().dir+"/README.md", "NEXT") }},
		{name: "add a source", do: func(v *monorepo) string {
			h := pick()
			v.serial++
			name := fmt.Sprintf("src/n%d.txt", v.serial)
			h.sources = append(h.sources, name)
			v.write(h.dir+"/"+name, "")
			return "add " + h.dir + "/" + name
		}},
		{name: "rename a source", do: func(v *monorepo) string {
			h := pick()
			v.serial++
			old, name := h.sources[0], fmt.Sprintf("src/m%d.txt", v.serial)
			h.sources[0] = name
			must(v.t, os.Rename(v.at(h.dir+"/"+old), v.at(h.dir+"/"+name)))
			return "rename " + h.dir + "/" + old
		}},
		{name: "delete a source", do: func(v *monorepo) string {
			h := pick()
			if len(h.sources) < 2 {
				return "nothing"
			}
			name := h.sources[len(h.sources)-1]
			h.sources = h.sources[:len(h.sources)-1]
			must(v.t, os.Remove(v.at(h.dir+"/"+name)))
			return "delete " + h.dir + "/" + name
		}},
		{name: "add data", do: func(v *monorepo) string {
			v.serial++
			path := fmt.Sprintf("data%d/d%d.txt", v.random.IntN(shared), v.serial)
			v.write(path, "")
			return "add " + path
		}},
		{name: "delete data", do: func(v *monorepo) string {
			list, _ := filepath.Glob(v.at(some("data%d/*.txt")))
			if len(list) < 2 {
				return "nothing"
			}
			must(v.t, os.Remove(list[len(list)-1]))
			return "delete " + list[len(list)-1]
		}},
		{name: "rename data", do: func(v *monorepo) string {
			list, _ := filepath.Glob(v.at(some("data%d/*.txt")))
			if len(list) == 0 {
				return "nothing"
			}
			v.serial++
			must(v.t, os.Rename(list[0], filepath.Join(filepath.Dir(list[0]), fmt.Sprintf("r%d.txt", v.serial))))
			return "rename " + list[0]
		}},
		{name: "mode", rare: true, do: func(v *monorepo) string {
			h := pick()
			path := v.at(h.dir + "/make.sh")
			info, err := os.Stat(path)
			must(v.t, err)
			must(v.t, os.Chmod(path, info.Mode()^0o111))
			return "mode of " + h.dir + "/make.sh"
		}},
		{name: "symlink", rare: true, do: func(v *monorepo) string {
			h := pick()
			must(v.t, os.Remove(v.at(h.dir+"/link.txt")))
			to := v.up(h) + some("common/linked%d.txt")
			must(v.t, os.Symlink(to, v.at(h.dir+"/link.txt")))
			return "link " + h.dir + "/link.txt to " + to
		}},
		{name: "link for file", do: func(v *monorepo) string {
			h := pick()
			path := v.at(h.dir + "/" + h.sources[0])
			must(v.t, os.Remove(path))
			v.serial++ // of a new file, as Ninja compares its time
			v.write(fmt.Sprintf("common/new%d.txt", v.serial), "")
			must(v.t, os.Symlink(fmt.Sprintf("%s../common/new%d.txt", v.up(h), v.serial), path))
			return "link in place of " + h.dir + "/" + h.sources[0]
		}},
		{name: "new project", rare: true, do: func(v *monorepo) string {
			if len(v.houses) > 90 {
				return "nothing"
			}
			n, _ := strconv.Atoi(v.houses[len(v.houses)-1].name[1:])
			return "add " + v.settle(n+1).dir
		}},
		{name: "move a project", rare: true, do: func(v *monorepo) string {
			h := pick()
			old := h.dir
			h.dir = old + "x"
			must(v.t, os.Rename(v.at(old), v.at(h.dir)))
			return "move " + old
		}},
		{name: "delete a project", rare: true, do: func(v *monorepo) string {
			i := v.random.IntN(len(v.houses))
			h := v.houses[i]
			if slices.ContainsFunc(v.houses, func(o *house) bool { return slices.Contains(o.needs, h.name) }) || strings.HasSuffix(h.name, "7") || i == len(v.houses)-1 {
				return "nothing"
			}
			must(v.t, os.RemoveAll(v.at(h.dir)))
			v.houses = slices.Delete(v.houses, i, i+1)
			return "delete " + h.dir
		}},
		{name: "break a file", breaks: true, rare: true, do: func(v *monorepo) string {
			path := some("common/read%d.txt")
			must(v.t, os.Remove(v.at(path)))
			return "delete " + path
		}},
		{name: "break code", breaks: true, rare: true, do: func(v *monorepo) string {
			h := pick()
			v.add(h.dir+"/CMakeLists.txt", "message(FATAL_ERROR NEXT)")
			return "break " + h.dir
		}},
	}
}
