package record

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// read names the environment variables that CMake, the compilers it tries and
// pkg-config read while configuring, from cmake-env-variables(7), gcc(1),
// clang(1) and pkg-config(1), except those that an argument of ours repeats
// (CMAKE_BUILD_TYPE, CMAKE_GENERATOR) or that only a build reads.
var read = regexp.MustCompile(`^(?:` +
	`CC|CXX|FC|CUDACXX|CUDAHOSTCXX|CUDAARCHS|HIPCXX|HIPHOSTCXX|ISPC|RC|SWIFTC|CSC|ASM\w*|` +
	`\w*FLAGS|CMAKE_\w+|\w+_ROOT|\w+_DIR|ADSP_ROOT|` +
	`PKG_CONFIG\w*|SDKROOT|DEVELOPER_DIR|MACOSX_DEPLOYMENT_TARGET|\w+OS_DEPLOYMENT_TARGET|` +
	`CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|OBJC_INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|DYLD_\w+|` +
	`COMPILER_PATH|GCC_EXEC_PREFIX|INCLUDE|LIB|LIBPATH|VSCMD\w*|VCToolsInstallDir|WindowsSdkDir|` +
	`QTDIR|CONDA_PREFIX|VIRTUAL_ENV` +
	`)$`)

var notRead = regexp.MustCompile(`^(?:` +
	`CMAKE_BUILD_TYPE|CMAKE_GENERATOR|CMAKE_BUILD_PARALLEL_LEVEL|CMAKE_NO_VERBOSE|CMAKE_INSTALL_MODE|` +
	`MAKEFLAGS|MFLAGS|GOFLAGS|GOROOT|XDG_\w+|TMPDIR` +
	`)$`)

// Environ picks the variables that a configure step reads out of env, which
// has the form of os.Environ, with their values.
func Environ(env []string) map[string]string {
	got := map[string]string{}
	for _, kv := range env {
		name, value, ok := strings.Cut(kv, "=")
		if !ok || !read.MatchString(name) || notRead.MatchString(name) {
			continue
		}
		if value == "" {
			// CMake does not tell an empty variable from an unset one here.
			delete(got, name)
			continue
		}
		got[name] = value
	}
	return got
}

// sealed is an environment as the record keeps it. Only the names of compilers
// are kept as they are, to be shown when they change; of every other value
// there is a digest, because an environment holds secrets and equality is all
// that matters.
//
// The salt is another one in each record, so that nobody looks a digest up in
// a table, nor sees that two trees have the same value. A value that is short
// enough to try all there are can be found by who may read the tree, as it can
// in what CMake itself writes there.
func (r *Record) sealed(env map[string]string) map[string]string {
	kept := make(map[string]string, len(env))
	for name, value := range env {
		kept[name] = value
		if !shown(name) {
			sum := sha256.Sum256([]byte(r.Salt + "\x00" + name + "=" + value))
			kept[name] = "sha256:" + hex.EncodeToString(sum[:12])
		}
	}
	return kept
}

// shown says whether a variable's value is the name of a compiler.
func shown(name string) bool {
	switch name {
	case "CC", "CXX", "FC", "CUDACXX", "CUDAHOSTCXX", "HIPCXX", "ASM", "ISPC", "SWIFTC":
		return true
	}
	return false
}

// SearchPath reduces the PATH of env to what decides which programs are
// found: its directories that exist, links resolved, each where it first
// stands.
func (f *Files) SearchPath(env []string) []string {
	var list string
	for _, kv := range env {
		if v, ok := strings.CutPrefix(kv, "PATH="); ok {
			list = v
		}
	}
	var dirs []string
	for _, dir := range filepath.SplitList(list) {
		if dir == "" || !filepath.IsAbs(dir) {
			continue
		}
		dir = f.Real(dir)
		if !slices.Contains(dirs, dir) && f.Stat(dir).Size >= 0 && !toolchainOfGo(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// toolchainOfGo says whether dir holds the go command and its formatter and
// nothing else. `go tool mage` puts that directory in front of PATH and plain
// `mage` does not; a team uses both on one tree.
func toolchainOfGo(dir string) bool {
	if filepath.Base(dir) != "bin" {
		return false
	}
	file, err := os.Open(dir)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	names, _ := file.Readdirnames(3)
	if len(names) == 0 || len(names) > 2 {
		return false
	}
	for _, name := range names {
		name = strings.TrimSuffix(name, ".exe")
		if name != "go" && name != "gofmt" {
			return false
		}
	}
	return true
}
