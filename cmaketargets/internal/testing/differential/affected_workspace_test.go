//go:build linux

package differential_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/affected"
	"github.com/magecmake/magecmake/cmaketargets/internal/engine"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/settings"
)

// shared is how many files there are of each kind that projects share.
const shared = 4

// monorepo is a repository of many small projects, some of which need others.
type monorepo struct {
	t      *testing.T
	random *rand.Rand
	root   string
	env    []string
	houses []*house
	serial int
	out    *bytes.Buffer
}

// house is a project of a monorepo.
type house struct {
	name, dir string
	language  string
	needs     []string
	extra     string // code at the end of its CMakeLists.txt
	sources   []string
}

func newMonorepo(t *testing.T, random *rand.Rand, size int) *monorepo {
	root := filepath.Join(t.TempDir(), "repo")
	v := &monorepo{t: t, random: random, root: root}
	home := filepath.Dir(root)
	v.env = []string{
		"PATH=" + cmakeDirs(t)[0] + ":" + os.Getenv("PATH"), "HOME=" + home, "XDG_CACHE_HOME=" + home, "TMPDIR=" + home, "LC_ALL=C.UTF-8", "TERM=dumb",
		"CMAKETARGETS_STORE=" + store, "CMAKETARGETS_MANIFEST=" + filepath.Join(home, "m.json"), "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com",
	}
	v.write(".gitignore", "build/\n/compile_commands.json\n")
	v.write("README.md", "")
	v.write("cmake/toolchain.cmake", "include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)\n")
	v.write("cmake/flags.cmake", "set(FLAG 0)\n")
	for i := range shared {
		v.write(fmt.Sprintf("cmake/module%d.cmake", i), "set(MODULE 0)\n")
		v.write(fmt.Sprintf("common/read%d.txt", i), "")
		v.write(fmt.Sprintf("common/linked%d.txt", i), "")
		v.write(fmt.Sprintf("common/gen%d.txt", i), "#define GEN 0\n")
		v.write(fmt.Sprintf("data%d/one.txt", i), "")
		v.write(fmt.Sprintf("include%d/shared%d.h", i, i), "#define SHARED 0\n")
		v.write(fmt.Sprintf("include%d/deep/x.h", i), "")
	}
	for i := range size {
		v.settle(i)
	}
	v.git("init", "-q", "--template=", "-b", "main")
	v.commit()
	return v
}

// settle adds a house.
func (v *monorepo) settle(i int) *house {
	h := &house{name: fmt.Sprintf("p%02d", i), language: "NONE"}
	h.dir = []string{"libs/", "apps/", "tools/deep/"}[v.random.IntN(3)] + h.name
	if i%10 == 7 {
		h.language = "C"
	}
	for range v.random.IntN(3) {
		if len(v.houses) > 0 {
			near := v.houses[max(0, len(v.houses)-8):]
			if name := v.one(near).name; !slices.Contains(h.needs, name) {
				h.needs = append(h.needs, name)
			}
		}
	}
	v.houses = append(v.houses, h)
	for _, name := range []string{"src/a.txt", "src/b.txt"} {
		h.sources = append(h.sources, name)
		v.write(h.dir+"/"+name, h.name)
	}
	v.write(h.dir+"/in.txt", "@PROJECT_NAME@ @MODULE@ @FLAG@ @CODE@\n")
	v.write(h.dir+"/README.md", "")
	v.write(h.dir+"/inc/x.h", "")
	v.write(h.dir+"/make.sh", "cksum \"$@\"\n")
	v.write(h.dir+"/main.c", "#include \"conf.h\"\n#include \"gen.h\"\n#include \"shared"+strconv.Itoa(i%shared)+".h\"\nint main(void) { return GEN; }\n")
	must(v.t, os.Symlink(v.up(h)+fmt.Sprintf("common/linked%d.txt", i%shared), v.at(h.dir+"/link.txt")))
	v.plan(h)
	return h
}

// up returns the path from a house to the root.
func (v *monorepo) up(h *house) string { return strings.Repeat("../", strings.Count(h.dir, "/")+1) }

// plan writes the CMakeLists.txt of a house, and the configuration file for others.
func (v *monorepo) plan(h *house) {
	n, _ := strconv.Atoi(h.name[1:])
	var b strings.Builder
	fmt.Fprintf(&b, "cmake_minimum_required(VERSION 3.16)\nproject(%s %s)\nset(ROOT ${CMAKE_CURRENT_SOURCE_DIR}/%s)\n", h.name, h.language, strings.TrimSuffix(v.up(h), "/"))
	fmt.Fprintf(&b, "include(${ROOT}/cmake/module%d.cmake)\n", n%shared)
	for _, need := range h.needs {
		fmt.Fprintf(&b, "find_package(%s REQUIRED)\nlist(APPEND inputs ${%s_FILE})\n", need, need)
	}
	depend := ""
	if n%2 == 0 {
		depend = " CONFIGURE_DEPENDS"
	}
	fmt.Fprintf(&b, "configure_file(in.txt conf.txt)\nfile(GLOB sources%s ${CMAKE_CURRENT_SOURCE_DIR}/src/*.txt)\n", depend)
	if n%3 == 0 {
		fmt.Fprintf(&b, "file(GLOB data ${ROOT}/data%d/*.txt)\n", n/3%shared)
	}
	if n%5 == 0 {
		fmt.Fprintf(&b, "file(READ ${ROOT}/common/read%d.txt text)\nfile(WRITE ${CMAKE_BINARY_DIR}/text.txt \"${text}\")\nlist(APPEND inputs ${CMAKE_BINARY_DIR}/text.txt)\n", n/5%shared)
	}
	if n%7 == 1 {
		b.WriteString("list(APPEND inputs ${CMAKE_CURRENT_SOURCE_DIR}/link.txt)\n")
	}
	if n%4 == 1 {
		fmt.Fprintf(&b, "list(APPEND inputs ${ROOT}/common/read%d.txt)\n", n/4%shared)
	}
	if h.language == "C" {
		fmt.Fprintf(&b, "list(APPEND inputs $<TARGET_FILE:%s>)\n", h.name)
	}
	b.WriteString("list(APPEND inputs ${sources} ${data} ${CMAKE_BINARY_DIR}/conf.txt)\n")
	b.WriteString("add_custom_command(OUTPUT made.txt COMMAND sh ${CMAKE_CURRENT_SOURCE_DIR}/make.sh ${inputs} > made.txt DEPENDS make.sh ${inputs})\nadd_custom_target(make ALL DEPENDS made.txt)\n")
	fmt.Fprintf(&b, "install(FILES ${CMAKE_BINARY_DIR}/made.txt %sConfig.cmake DESTINATION lib/cmake/%s)\ninstall(DIRECTORY inc/ DESTINATION include/%s)\n", h.name, h.name, h.name)
	if h.language == "C" {
		fmt.Fprintf(&b, "file(WRITE ${CMAKE_BINARY_DIR}/conf.h \"\")\nadd_custom_command(OUTPUT gen.h COMMAND ${CMAKE_COMMAND} -E copy ${ROOT}/common/gen%d.txt gen.h DEPENDS ${ROOT}/common/gen%d.txt)\n", n%shared, n%shared)
		fmt.Fprintf(&b, "add_executable(%s main.c gen.h)\ntarget_include_directories(%s PRIVATE ${CMAKE_BINARY_DIR} ${ROOT}/include%d)\n", h.name, h.name, n%shared)
	}
	b.WriteString(h.extra)
	v.write(h.dir+"/CMakeLists.txt", b.String())
	v.write(h.dir+"/"+h.name+"Config.cmake", fmt.Sprintf("set(%s_FILE ${CMAKE_CURRENT_LIST_DIR}/made.txt ${CMAKE_CURRENT_LIST_DIR}/../../../include/%s/x.h)\n", h.name, h.name))
}

func (v *monorepo) at(path string) string { return filepath.Join(v.root, path) }

// write writes a file with another time and content than before.
func (v *monorepo) write(path, text string) {
	must(v.t, os.MkdirAll(filepath.Dir(v.at(path)), 0o777))
	must(v.t, os.WriteFile(v.at(path), []byte(text), 0o666))
}

// add appends a line to a file, in which NEXT is another number each time.
func (v *monorepo) add(path, line string) {
	data, err := os.ReadFile(v.at(path))
	must(v.t, err)
	v.serial++
	v.write(path, string(data)+strings.ReplaceAll(line, "NEXT", strconv.Itoa(v.serial))+"\n")
}

func (v *monorepo) git(args ...string) string {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = v.root, v.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		v.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (v *monorepo) commit() {
	v.git("add", "-A")
	v.git("commit", "-q", "--allow-empty", "-m", "commit")
}

// one returns one of a list.
func (v *monorepo) one(list []*house) *house { return list[v.random.IntN(len(list))] }

// workspace returns a workspace as a process of its own has it.
func (v *monorepo) workspace(env ...string) *engine.Workspace {
	v.out = &bytes.Buffer{}
	env = append(slices.Clone(v.env), env...)
	process := engine.NewProcess(&engine.Process{Output: func() io.Writer { return v.out }, Env: func() []string { return env }, StartDir: v.root})
	return process.New(settings.Settings{Jobs: 2, Variants: []model.Variant{{Toolchain: "cmake/toolchain.cmake"}}})
}

var selectedLine = regexp.MustCompile(`(?m)^(\S+) is selected: (.*)$`)

// decide returns the projects that a revision selects, with the reasons.
func (v *monorepo) decide(revision string) map[string]string {
	must(v.t, v.workspace("CMAKETARGETS_PROJECTS=["+revision+"]").List(context.Background()))
	selected := map[string]string{}
	for _, m := range selectedLine.FindAllStringSubmatch(v.out.String(), -1) {
		selected[m[1]] = m[2]
	}
	return selected
}

// decideElsewhere is decide where no build trees are.
func (v *monorepo) decideElsewhere(revision string) map[string]string {
	away := filepath.Join(filepath.Dir(v.root), "away")
	must(v.t, os.Rename(v.at("build"), away))
	selected := v.decide(revision)
	_ = os.RemoveAll(v.at("build"))
	must(v.t, os.Rename(away, v.at("build")))
	return selected
}

// state is the outcome of a project, and when it was made.
type state struct {
	outcome affected.Outcome
	ran     []string // the commands in the log of the build
}

func (v *monorepo) states() map[string]state {
	states := map[string]state{}
	for _, h := range v.houses {
		dir := v.at("build/" + h.dir)
		s := state{outcome: affected.Observe(context.Background(), dir)}
		data, _ := os.ReadFile(filepath.Join(dir, ".ninja_log"))
		for line := range strings.Lines(string(data)) { // those of CMake run in each build, or in each configure step
			if !strings.Contains(line, "verify_globs") && !strings.Contains(line, "build.ninja") {
				s.ran = append(s.ran, line)
			}
		}
		states[h.dir] = s
	}
	return states
}

// build builds projects, all if revision is "", and returns those in which a command ran or whose outcome
// changed, each with that command or outcome, and those that were configured. ok reports that all succeeded.
func (v *monorepo) build(revision string) (changed, configured map[string]string, ok bool) {
	before := v.states()
	time.Sleep(15 * time.Millisecond) // the coarsest clock
	var env []string
	if revision != "" {
		env = append(env, "CMAKETARGETS_PROJECTS=["+revision+"]")
	}
	results, err := v.workspace(env...).Run(context.Background(), []model.Step{model.Build})
	changed, configured = map[string]string{}, map[string]string{}
	for path, now := range v.states() {
		if paths := before[path].outcome.Differences(now.outcome); len(paths) > 0 {
			changed[path] = paths[0] + " differs"
		} else if i := slices.IndexFunc(now.ran, func(line string) bool { return !slices.Contains(before[path].ran, line) }); i >= 0 {
			changed[path] = "a command of the build ran: " + strings.TrimSpace(now.ran[i])
		}
	}
	for _, r := range results {
		switch {
		case failed(r.Status), r.Status == model.Skipped && strings.HasPrefix(r.Reason, "needs "):
			changed[r.Project.Path] = fmt.Sprint(r.Step, " failed: ", r.Reason)
		case r.Step == model.Configure && r.Status == model.OK:
			configured[r.Project.Path] = r.Reason
		}
	}
	return changed, configured, err == nil
}

// outdated returns the projects in which a build of all would run a command, each with that.
func (v *monorepo) outdated() map[string]string {
	results, err := v.workspace("CMAKETARGETS_DRY_RUN=1").Run(context.Background(), []model.Step{model.Configure})
	must(v.t, err)
	found := map[string]string{}
	for _, r := range results {
		if r.Step == model.Configure && r.Status != model.UpToDate {
			found[r.Project.Path] = "it would be configured: " + r.Reason
		}
	}
	for _, h := range v.houses {
		out, _ := exec.Command("ninja", "-n", "-C", v.at("build/"+h.dir)).CombinedOutput()
		for line := range strings.Lines(string(out)) {
			// A dry run does not know that globs are as they were.
			if strings.HasPrefix(line, "[") && !strings.Contains(line, "Re-checking globbed directories") && !strings.Contains(line, "Re-running CMake") {
				found[h.dir] = "it would be built: " + strings.TrimSpace(line)
			}
		}
	}
	return found
}
