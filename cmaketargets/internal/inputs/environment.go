package inputs

import (
	"cmp"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// relevant matches the environment variables that CMake, the compilers it tries and pkg-config read
// while configuring, from cmake-env-variables(7), gcc(1), clang(1) and pkg-config(1).
var relevant = text.Regexp(`^(?:` +
	`CC|CXX|FC|CUDACXX|CUDAHOSTCXX|CUDAARCHS|HIPCXX|HIPHOSTCXX|ISPC|RC|SWIFTC|CSC|ASM\w*|` +
	`\w*FLAGS|CMAKE_\w+|\w+_ROOT|\w+_DIR|ADSP_ROOT|` +
	`PKG_CONFIG\w*|SDKROOT|DEVELOPER_DIR|MACOSX_DEPLOYMENT_TARGET|\w+OS_DEPLOYMENT_TARGET|` +
	`CPATH|C_INCLUDE_PATH|CPLUS_INCLUDE_PATH|OBJC_INCLUDE_PATH|LIBRARY_PATH|LD_LIBRARY_PATH|DYLD_\w+|` +
	`COMPILER_PATH|GCC_EXEC_PREFIX|INCLUDE|LIB|LIBPATH|VSCMD\w*|VCToolsInstallDir|WindowsSdkDir|` +
	`QTDIR|CONDA_PREFIX|VIRTUAL_ENV` +
	`)$`)

// irrelevant matches exceptions: variables that an argument of ours repeats, or that only a build
// reads.
var irrelevant = text.Regexp(`^(?:` +
	`CMAKE_BUILD_TYPE|CMAKE_GENERATOR|CMAKE_BUILD_PARALLEL_LEVEL|CMAKE_NO_VERBOSE|CMAKE_INSTALL_MODE|` +
	`MAKEFLAGS|MFLAGS|GOFLAGS|GOROOT|XDG_\w+|TMPDIR` +
	`)$`)

// Environ returns the variables of env, in the form of os.Environ, that a configure step reads. An
// empty variable counts as unset, as it does for CMake.
func Environ(env []string) map[string]string {
	got := map[string]string{}
	for _, kv := range env {
		name, value, ok := strings.Cut(kv, "=")
		switch {
		case !ok || !relevant().MatchString(name) || irrelevant().MatchString(name):
		case value == "":
			delete(got, name)
		default:
			got[name] = value
		}
	}
	return got
}

// hashValues returns an environment as the snapshot stores it: names of compilers in plain text,
// for messages, and of every other value a hash, because an environment holds secrets.
//
// The salt differs in each snapshot, so that hashes cannot be looked up in a table, nor compared
// between trees. A value short enough to be guessed can still be found by a reader of
// the tree, as in the files of CMake itself.
func (s *Snapshot) hashValues(env map[string]string) map[string]string {
	hashed := make(map[string]string, len(env))
	for name, value := range env {
		hashed[name] = value
		if !namesCompiler(name) {
			hashed[name] = "sha256:" + fsutil.Hash(s.Salt + "\x00" + name + "=" + value)[:24]
		}
	}
	return hashed
}

// namesCompiler reports whether the value of a variable is the name of a compiler.
func namesCompiler(name string) bool {
	switch name {
	case "CC", "CXX", "FC", "CUDACXX", "CUDAHOSTCXX", "HIPCXX", "ASM", "ISPC", "SWIFTC":
		return true
	}
	return false
}

// environmentChanged compares the environment. CMake reads most of these variables only in a new
// tree, so a change needs a fresh start; those that name places to search do not.
func (s *Snapshot) environmentChanged(env map[string]string) Decision {
	now := s.hashValues(env)
	for _, name := range allKeys(s.Env, now) {
		was, is := s.Env[name], now[name]
		if was == is {
			continue
		}
		decide := fresh
		if strings.HasPrefix(name, "PKG_CONFIG") || strings.HasSuffix(name, "_ROOT") || strings.HasSuffix(name, "_DIR") {
			decide = rerun
		}
		switch {
		case namesCompiler(name):
			return decide("%s changed from %s to %s", name, cmp.Or(was, "unset"), cmp.Or(is, "unset"))
		case was == "":
			return decide("%s is now set", name)
		case is == "":
			return decide("%s is no longer set", name)
		default:
			return decide("%s changed", name)
		}
	}
	return Decision{}
}
