package toolchain

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const windows = runtime.GOOS == "windows"

// LookPath returns the first executable file with one of the names in a directory of env's PATH, or
// "". It tries all names in a directory before the next one, as CMake's NAMES_PER_DIR does. Unlike
// os/exec.LookPath it does not read this process's PATH, and it skips relative directories, so that
// the answer does not depend on the working directory.
func LookPath(env []string, names ...string) string {
	for _, dir := range filepath.SplitList(fsutil.Getenv(env, "PATH")) {
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

// executable returns path if it is a file that may be run, and on Windows path with the extension
// of PATHEXT that it lacks.
func executable(path string, env []string) (string, error) {
	if windows {
		return withExtension(path, env)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", err
	case info.IsDir():
		err = errors.New("is a directory")
	case !info.Mode().IsRegular():
		err = fsutil.ErrNotRegular
	case info.Mode()&0o111 == 0:
		err = fmt.Errorf("is not executable: %w", fs.ErrPermission)
	default:
		return path, nil
	}
	return "", &fs.PathError{Op: "run", Path: path, Err: err}
}

func withExtension(path string, env []string) (string, error) {
	extensions := fsutil.Getenv(env, "PATHEXT")
	if extensions == "" {
		extensions = ".com;.exe;.bat;.cmd"
	}
	var candidates []string
	for ext := range strings.SplitSeq(extensions, ";") {
		switch {
		case ext == "":
		case strings.EqualFold(filepath.Ext(path), ext):
			candidates = slices.Insert(candidates, 0, path)
		default:
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
