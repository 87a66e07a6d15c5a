package cmake

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const windows = runtime.GOOS == "windows"

// getenv returns the last value of a variable in an environment of the form
// of os.Environ; on Windows names are compared without case.
func getenv(env []string, name string) string {
	for i := len(env) - 1; i >= 0; i-- {
		key, value, ok := strings.Cut(env[i], "=")
		if ok && (key == name || windows && strings.EqualFold(key, name)) {
			return value
		}
	}
	return ""
}

// lookPath returns the first of names that is an executable file in a
// directory of env's PATH, trying all names in one directory before the next
// (as CMake's NAMES_PER_DIR does), or "". os/exec.LookPath is not used because
// it reads this process's PATH. Relative directories are not searched, so
// that what is found does not depend on where one stands.
func lookPath(env []string, names ...string) string {
	for _, dir := range filepath.SplitList(getenv(env, "PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		for _, name := range names {
			if path, err := executable(filepath.Join(dir, name), env); err == nil {
				return path
			}
		}
	}
	return ""
}

// executable returns path, on Windows with the extension of PATHEXT that was
// missing, if it is a file that may be run, else why not.
func executable(path string, env []string) (string, error) {
	if !windows {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return "", err
		case info.IsDir():
			return "", &fs.PathError{Op: "run", Path: path, Err: errIsDirectory}
		case !info.Mode().IsRegular():
			return "", &fs.PathError{Op: "run", Path: path, Err: fsutil.ErrNotRegular}
		case info.Mode()&0o111 == 0:
			return "", &fs.PathError{Op: "run", Path: path, Err: errNoRunBit}
		}
		return path, nil
	}
	extensions := getenv(env, "PATHEXT")
	if extensions == "" {
		extensions = ".com;.exe;.bat;.cmd"
	}
	candidates := []string{}
	for _, ext := range strings.Split(extensions, ";") {
		if ext != "" && strings.EqualFold(filepath.Ext(path), ext) {
			candidates = append(candidates, path)
		}
	}
	for _, ext := range strings.Split(extensions, ";") {
		if ext != "" {
			candidates = append(candidates, path+ext)
		}
	}
	for _, candidate := range candidates {
		if info, err := os.Stat(candidate); err == nil && !info.IsDir() {
			return candidate, nil
		}
	}
	return "", &fs.PathError{Op: "run", Path: path, Err: fs.ErrNotExist}
}
