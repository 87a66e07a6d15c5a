//go:build linux

package differential_test

import (
	"cmp"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// byHand is one build tree in which CMake runs by hand.
type byHand struct {
	w       *workspace
	slot    *slot
	variant model.Variant
	dir     string // in the workspace
	env     []string
	output  strings.Builder
	failed  map[model.Step]bool
	renewed bool // it is a new build tree
}

// all does the steps. succeeded reports whether our configure step did.
func (h *byHand) all(e extent, succeeded bool) {
	h.failed = map[model.Step]bool{}
	if h.slot.fresh {
		h.renew()
	}
	switch {
	case h.configure():
	case !succeeded:
		h.fail(model.Configure)
		return
	default:
		// It does not configure in this build tree. A run of ours may begin with a new one then.
		h.renew()
		if !h.configure() {
			h.fail(model.Configure)
			return
		}
	}
	config := h.config()
	if !h.build(config) {
		h.fail(model.Build)
		return
	}
	if e.has(model.Test) && !h.run("ctest", words("--test-dir", h.tree(), "--output-junit", h.junit(), "-C", config)...) {
		h.failed[model.Test] = true
	}
	if !e.has(model.Install) {
		return
	}
	install := words("--install", h.tree(), "--config", config)
	if len(h.w.variants) > 1 && config != "" && h.slot.ownPrefix == "" { // one build tree may have two prefixes
		install = append(install, "--prefix", h.prefix())
	}
	h.failed[model.Install] = !h.run("cmake", install...)
}

// build builds as cmake --build does, which starts the same program.
func (h *byHand) build(config string) bool {
	if h.generator() == "Ninja" && exists(filepath.Join(h.tree(), "build.ninja")) {
		return h.run("ninja", "-C", h.tree(), "-j", "2")
	}
	return h.run("cmake", words("--build", h.tree(), "--parallel", "2", "--config", config)...)
}

// fail marks a step as failed, and those that need it.
func (h *byHand) fail(step model.Step) {
	for _, s := range []model.Step{model.Configure, model.Build, model.Test, model.Install} {
		if s == step || h.failed[model.Configure] || h.failed[model.Build] {
			h.failed[s] = true
		}
	}
}

func (h *byHand) tree() string { return filepath.Join(h.w.roots[hand], h.dir) }

// junit is a file for the results of tests. It is not in the build tree.
func (h *byHand) junit() string { return filepath.Join(filepath.Dir(h.w.roots[hand]), "junit.xml") }

func (h *byHand) prefix() string {
	return filepath.Join(h.w.roots[hand], "build", "_install", h.variant.Name)
}

// renew removes the caches and the results of detection, as CMake's message about another generator
// advises: of the build tree, and of those that its build has made in it.
func (h *byHand) renew() {
	_ = filepath.WalkDir(h.tree(), func(path string, d os.DirEntry, err error) error {
		if err == nil && (d.Name() == "CMakeCache.txt" || d.Name() == "CMakeFiles") {
			must(h.w.t, os.RemoveAll(path))
			if d.IsDir() {
				return filepath.SkipDir
			}
		}
		return nil
	})
	h.renewed = true
}

func (h *byHand) configure() bool {
	generator := h.generator()
	args := []string{"-S", filepath.Join(h.w.roots[hand], h.slot.project()), "-B", h.tree()}
	if h.variant.Preset != "" {
		args = append(args, "--preset", h.variant.Preset)
	}
	args = append(args, "-G", generator)
	if h.variant.Toolchain != "" {
		args = append(args, "--toolchain", filepath.Join(h.w.roots[hand], h.variant.Toolchain))
	}
	if h.renewed {
		for _, name := range slices.Sorted(maps.Keys(h.slot.byHand)) {
			args = append(args, "-D"+name+"="+h.slot.byHand[name])
		}
	}
	if !exists(filepath.Join(h.tree(), "CMakeCache.txt")) && h.slot.ownPrefix == "" {
		args = append(args, "-DCMAKE_INSTALL_PREFIX="+h.prefix())
	}
	_, defined := h.variant.Defines["CMAKE_BUILD_TYPE"]
	if build := h.buildType(); build != "" && !defined && generator != multiConfig {
		args = append(args, "-DCMAKE_BUILD_TYPE:STRING="+build)
	}
	for _, name := range slices.Sorted(maps.Keys(h.variant.Defines)) {
		args = append(args, "-D"+name+"="+h.variant.Defines[name])
	}
	env := h.env
	if h.getenv("CMAKE_EXPORT_COMPILE_COMMANDS") == "" {
		env = append(slices.Clip(env), "CMAKE_EXPORT_COMPILE_COMMANDS=ON") // as ours does for this step only
	}
	ok, out := h.w.command(hand, env, "cmake", append(args, h.variant.Args...)...)
	h.log("cmake", append(args, h.variant.Args...), out)
	return ok
}

const multiConfig = "Ninja Multi-Config"

// generator returns the one that the magefile, the preset, the environment or the build tree sets.
func (h *byHand) generator() string {
	preset := append(slices.Clone(h.slot.preset), "")[0]
	return cmp.Or(h.variant.Generator, preset, h.getenv("CMAKE_GENERATOR"), cached(h.tree(), "CMAKE_GENERATOR"), "Ninja")
}

// buildType returns the one that the magefile or the environment sets, "" where the preset does.
func (h *byHand) buildType() string {
	if h.variant.Preset != "" {
		return h.variant.BuildType
	}
	return cmp.Or(h.variant.BuildType, h.getenv("CMAKE_BUILD_TYPE"), "Debug")
}

// config is the configuration of a build tree with several.
func (h *byHand) config() string {
	if h.generator() != multiConfig {
		return ""
	}
	if len(h.slot.preset) > 1 {
		return h.slot.preset[1]
	}
	return h.buildType()
}

func (h *byHand) getenv(name string) string {
	for _, kv := range slices.Backward(h.env) {
		if value, ok := strings.CutPrefix(kv, name+"="); ok {
			return value
		}
	}
	return ""
}

func (h *byHand) run(name string, args ...string) bool {
	h.w.t.Helper()
	ok, out := h.w.command(hand, h.env, name, args...)
	h.log(name, args, out)
	return ok
}

func (h *byHand) log(name string, args []string, output string) {
	h.output.WriteString("$ " + name + " " + strings.Join(args, " ") + "\n" + output)
}

// command runs a program in one copy.
func (w *workspace) command(side int, env []string, name string, args ...string) (ok bool, output string) {
	w.t.Helper()
	var path string
	for _, kv := range env {
		if list, ok := strings.CutPrefix(kv, "PATH="); ok {
			for _, dir := range filepath.SplitList(list) {
				if exists(filepath.Join(dir, name)) && path == "" {
					path = filepath.Join(dir, name)
				}
			}
		}
	}
	cmd := exec.Command(path, args...)
	cmd.Env = env
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		w.t.Fatalf("%v", err)
	}
	return err == nil, string(out)
}

// words leaves out the last flag where its value is empty.
func words(args ...string) []string {
	if args[len(args)-1] == "" {
		return args[:len(args)-2]
	}
	return args
}

// cached returns the value of a cache entry.
func cached(tree, name string) string {
	data, _ := os.ReadFile(filepath.Join(tree, "CMakeCache.txt"))
	if m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + `:\w+=(.*)$`).FindSubmatch(data); m != nil {
		return string(m[1])
	}
	return ""
}
