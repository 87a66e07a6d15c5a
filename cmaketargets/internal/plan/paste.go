package plan

import (
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// paste returns a command for a person: args, with the variables of the variant
// and of extra in front. Any of the variant's may hold a secret, so only the values of
// variables that tools for building read are shown; hidden names the others.
func paste(v model.Variant, extra, args []string) (command, hidden []string) {
	var env []string
	for _, name := range text.SortedKeys(v.Env) {
		value := "..."
		if publicVariable().MatchString(name) {
			value = userInfo().ReplaceAllString(v.Env[name], "$1...@")
		}
		if value != v.Env[name] {
			hidden = append(hidden, name)
		}
		env = append(env, name+"="+value)
	}
	if env = append(env, extra...); len(env) == 0 {
		return args, nil
	}
	return slices.Concat([]string{"env"}, env, args), hidden
}

// publicVariable matches variables whose values are no secrets: a tool, its flags, a
// directory to search, an option of ours or of CMake
// (https://cmake.org/cmake/help/latest/manual/cmake-env-variables.7.html).
var publicVariable = text.Regexp(`^(` +
	`CC|CXX|FC|CUDACXX|CUDAHOSTCXX|CUDAARCHS|HIPCXX|HIPHOSTCXX|ISPC|OBJC|OBJCXX|SWIFTC|CSC|RC|ASM|ASM_[A-Z]+|LD|AR|NM|RANLIB|STRIP|OBJCOPY|` +
	`([A-Z]+_)?[A-Z]*FLAGS|CTEST_(OUTPUT_ON_FAILURE|PARALLEL_LEVEL|PROGRESS_OUTPUT)|` +
	`CMAKE_(GENERATOR(_INSTANCE|_PLATFORM|_TOOLSET)?|BUILD_TYPE|BUILD_PARALLEL_LEVEL|COLOR_DIAGNOSTICS|CONFIGURATION_TYPES|` +
	`EXPORT_COMPILE_COMMANDS|TOOLCHAIN_FILE|INSTALL_(PREFIX|MODE)|MODULE_PATH|[A-Z]+_PATH|[A-Z]+_(COMPILER|LINKER)_LAUNCHER|OSX_ARCHITECTURES|NO_VERBOSE)|` +
	`PATH|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|LIBRARY_PATH|CPATH|INCLUDE|LIB|PKG_CONFIG|PKG_CONFIG_(PATH|LIBDIR|SYSROOT_DIR)|SDKROOT|MACOSX_DEPLOYMENT_TARGET|` +
	`NINJA_STATUS|CLICOLOR|CLICOLOR_FORCE|NO_COLOR|VERBOSE|DESTDIR|LANG|LC_[A-Z]+|TZ|SOURCE_DATE_EPOCH|CCACHE_[A-Z]*DIR|ASAN_OPTIONS|UBSAN_OPTIONS|TSAN_OPTIONS)$`)

// userInfo matches the name and the password in a URL.
var userInfo = text.Regexp(`(://)[^/?#@\s]+@`)
