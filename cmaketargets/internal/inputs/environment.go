package inputs

import (
	"cmp"
	"path"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// reading is a set of environment variables, and when CMake reads them.
type reading struct {
	names  string // patterns of path.Match, separated by blanks
	change Action // for a variable that changed: Fresh, if CMake reads it in a new tree only
	// where is a part of the path of a file that CMake has read if it reads the variable; "" if it
	// may always read it, and "*" for the rule of packageOf.
	where string
}

// readings lists the environment variables that CMake, its modules and pkg-config read while they
// configure. Every other variable changes nothing in an existing tree, whatever it does in a new
// one: detection and try_compile keep their results. So do CPATH, LIBRARY_PATH and LD_LIBRARY_PATH,
// which the compiler reads. Variables that the project's own code names are not listed here.
var readings = []reading{
	// cmake-env-variables(7), "Environment Variables for Languages", and CMakeDetermine<LANG>Compiler:
	// the initial values of cache entries, read when a language is enabled for the first time.
	{"CC CFLAGS", Fresh, "/CMakeCCompiler.cmake"},
	{"CXX CXXFLAGS", Fresh, "/CMakeCXXCompiler.cmake"},
	{"FC FFLAGS", Fresh, "/CMakeFortranCompiler.cmake"},
	{"OBJC OBJCFLAGS", Fresh, "/CMakeOBJCCompiler.cmake"},
	{"OBJCXX OBJCXXFLAGS", Fresh, "/CMakeOBJCXXCompiler.cmake"},
	{"CUDACXX CUDAHOSTCXX CUDAARCHS CUDAFLAGS", Fresh, "/CMakeCUDACompiler.cmake"},
	{"HIPCXX HIPHOSTCXX HIPFLAGS", Fresh, "/CMakeHIPCompiler.cmake"},
	{"ISPC ISPCFLAGS", Fresh, "/CMakeISPCCompiler.cmake"},
	{"SWIFTC SWIFTFLAGS", Fresh, "/CMakeSwiftCompiler.cmake"},
	{"CSC CSFLAGS", Fresh, "/CMakeCSharpCompiler.cmake"},
	{"RC RCFLAGS", Fresh, "/CMakeRCCompiler.cmake"},
	{"ASM ASM_* ASM-* ASMFLAGS", Fresh, "/CMakeASM"},
	// Of every language: the same page, CMake<LANG>Information for the launchers,
	// CMakeParseImplicitLinkInfo, Platform/Darwin-Initialize and cmVSSetupHelper.
	{"LDFLAGS CMAKE_*_COMPILER_LAUNCHER CMAKE_*_LINKER_LAUNCHER CMAKE_*_IMPLICIT_LINK_*_EXCLUDE", Fresh, "Compiler.cmake"},
	{"SDKROOT DEVELOPER_DIR *_DEPLOYMENT_TARGET CMAKE_OSX_ARCHITECTURES CMAKE_APPLE_SILICON_PROCESSOR", Fresh, "Compiler.cmake"},
	{"VSCMD_ARG_* VCToolsInstallDir WindowsSdkDir WindowsSDKVersion", Fresh, "Compiler.cmake"},
	// "Environment Variables that Control the Build": initial values, too. CMAKE_GENERATOR,
	// CMAKE_BUILD_TYPE and CMAKE_INSTALL_PREFIX are arguments of ours.
	{"CMAKE_TOOLCHAIN_FILE CMAKE_GENERATOR_PLATFORM CMAKE_GENERATOR_TOOLSET CMAKE_GENERATOR_INSTANCE", Fresh, ""},
	// Initial values that a re-run may still take, and values that every run reads.
	{"CMAKE_COLOR_DIAGNOSTICS CMAKE_EXPORT_* CMAKE_CONFIGURATION_TYPES CMAKE_CONFIG_DIR", Rerun, ""},
	{"CMAKE_CROSSCOMPILING_EMULATOR CMAKE_TEST_LAUNCHER CMAKE_*INTERMEDIATE_DIR_STRATEGY CMAKE_MSVCIDE_RUN_PATH", Rerun, ""},
	{"CMAKE_TLS_VERIFY CMAKE_TLS_VERSION CMAKE_POLICY_VERSION_MINIMUM CMAKE_MAXIMUM_RECURSION_DEPTH", Rerun, ""},
	// "Environment Variables that Change Behavior" and cmFindCommon: where find_* looks.
	{"CMAKE_PREFIX_PATH CMAKE_INCLUDE_PATH CMAKE_LIBRARY_PATH CMAKE_PROGRAM_PATH CMAKE_FRAMEWORK_PATH CMAKE_APPBUNDLE_PATH", Rerun, ""},
	{"INCLUDE LIB LIBPATH", Rerun, ""},
	{"VIRTUAL_ENV CONDA_PREFIX", Rerun, "/FindPython"}, // FindPython/Support.cmake
	{"PKG_CONFIG*", Rerun, "/FindPkgConfig.cmake"},     // and pkg-config(1)
	{"QTDIR", Rerun, "/FindQt"},
	{"*_ROOT *_DIR", Rerun, "*"}, // find_package()
}

// reader returns when CMake reads a variable, nil if it never does.
func reader(name string) *reading {
	for i := range readings {
		for pattern := range strings.FieldsSeq(readings[i].names) {
			if ok, _ := path.Match(pattern, name); ok {
				return &readings[i]
			}
		}
	}
	return nil
}

// Environ returns the variables of env, in the form of os.Environ, that a configure step may read.
// An empty variable counts as unset, as it does for CMake.
func Environ(env []string) map[string]string {
	got := map[string]string{}
	for _, kv := range env {
		name, value, ok := strings.Cut(kv, "=")
		switch {
		case !ok || reader(name) == nil:
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

// environmentChanged compares the environment. A variable that CMake does not read in this tree
// changes nothing; of the others the first one that needs a fresh start counts.
func (s *Snapshot) environmentChanged(env map[string]string, tree Tree) Decision {
	var d Decision
	now := s.hashValues(env)
	for _, name := range allKeys(s.Env, now) {
		was, is := s.Env[name], now[name]
		if was == is {
			continue
		}
		action := readBy(s, name, tree)
		if action <= d.Action {
			continue
		}
		switch {
		case namesCompiler(name):
			d = rerun("%s changed from %s to %s", name, cmp.Or(was, "unset"), cmp.Or(is, "unset"))
		case was == "":
			d = rerun("%s is now set", name)
		case is == "":
			d = rerun("%s is no longer set", name)
		default:
			d = rerun("%s changed", name)
		}
		d.Action, d.Detect = action, action == Fresh
	}
	return d
}

// readBy returns the action for a change of an environment variable in the tree of s.
func readBy(s *Snapshot, name string, tree Tree) Action {
	r := reader(name)
	switch {
	case r == nil:
		return Nothing
	case r.where == "*":
		if !looksFor(s, packageOf(name), tree) {
			return Nothing
		}
	case s.State == Done && !strings.Contains(s.Inputs, r.where): // else the files are unknown
		return Nothing
	}
	return r.change
}

// packageOf returns the package that a variable <PackageName>_ROOT or <PackageName>_DIR is about.
func packageOf(variable string) string {
	return strings.TrimSuffix(strings.TrimSuffix(variable, "_ROOT"), "_DIR")
}

// looksFor reports whether the tree of s has called find_package for a package: a module or a
// configuration of that name was read, or the search for one is in the cache. Since CMake 3.27 the
// name of a variable may be in upper case (CMP0144).
func looksFor(s *Snapshot, name string, tree Tree) bool {
	if _, ok := tree.Cached(name + "_DIR"); ok {
		return true
	}
	read, name := strings.ToLower(s.Inputs), strings.ToLower(name)
	for _, file := range []string{"/find" + name + ".cmake", "/" + name + "config.cmake", "/" + name + "-config.cmake"} {
		if strings.Contains(read, file) {
			return true
		}
	}
	return false
}
