package toolchain

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// File identifies the content of an executable file.
type File struct {
	Path    string // absolute, symbolic links resolved
	Size    int64  // in bytes
	ModTime int64  // in nanoseconds since 1970
}

// program is a cmake.
type program struct {
	path string // absolute, symbolic links not resolved
	file File
}

// locate finds cmake without starting it.
func locate(name string, env []string) (program, error) {
	if name == "" {
		name = "cmake"
	}
	path, err := "", error(nil)
	byPath := name != filepath.Base(name)
	if byPath {
		if path, err = filepath.Abs(name); err == nil {
			path, err = executable(path, env)
		}
	} else if path = LookPath(env, name); path == "" {
		err = fs.ErrNotExist
	}
	p := program{path: path, file: File{Path: path}}
	if err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			p.file.Path = real
		}
		var info fs.FileInfo
		if info, err = os.Stat(p.file.Path); err == nil {
			p.file.Size, p.file.ModTime = info.Size(), info.ModTime().UnixNano()
			return p, nil
		}
	}
	switch missing := errors.Is(err, fs.ErrNotExist); {
	case !byPath && missing:
		return program{}, fmt.Errorf("find %s: not in PATH%s", name, installAdvice())
	case !byPath:
		return program{}, fmt.Errorf("find %s: %w%s", name, err, installAdvice())
	case missing:
		return program{}, fmt.Errorf("find %s: no such file%s", name, otherHint)
	}
	return program{}, fmt.Errorf("find %s: %w%s", name, err, otherHint)
}

// direct reports whether the file alone determines which cmake starts. A script, or the program of a
// version manager with another name, may start another cmake tomorrow.
func (f File) direct() bool {
	if !strings.HasPrefix(filepath.Base(f.Path), "cmake") {
		return false
	}
	file, err := os.Open(f.Path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	var magic [2]byte
	_, err = io.ReadFull(file, magic[:])
	return err == nil && string(magic[:]) != "#!"
}

// ctest returns the ctest of this cmake: in its directory, in that of the file, else the first in
// the PATH of env, else "". A cmake with the name cmake3 has a ctest3.
func (p program) ctest(env []string) string {
	name := "ctest" + strings.TrimPrefix(strings.TrimSuffix(filepath.Base(p.path), ".exe"), "cmake")
	for _, dir := range []string{filepath.Dir(p.path), filepath.Dir(p.file.Path)} {
		for _, name := range []string{name, "ctest"} {
			if path, err := executable(filepath.Join(dir, name), env); err == nil {
				return path
			}
		}
	}
	return LookPath(env, name, "ctest")
}

// findNinja returns the path of the Ninja that CMake would choose from the PATH of env, or "". The
// names and their order are those of its module CMakeNinjaFindMake.
func findNinja(env []string) string { return LookPath(env, "ninja-build", "ninja", "samu") }

// memory is the content of the file that remembers a version: asking a cmake takes as long as
// configuring a small project.
type memory struct {
	CMake   File
	Version cmake.Version
}

// maxMemory bounds that file, in bytes.
const maxMemory = 64 << 10

// remembered returns the version in the file at path if it belongs to this cmake, else zero.
func remembered(path string, file File) cmake.Version {
	var m memory
	data, _, err := fsutil.Read(path, maxMemory)
	if err != nil || json.Unmarshal(data, &m) != nil || m.CMake != file || m.Version.Compare(cmake.Minimum) < 0 {
		return cmake.Version{}
	}
	return m.Version
}

// remember writes a version to the file at path. When that fails the next run asks again.
func remember(path string, file File, version cmake.Version) {
	if data, err := json.Marshal(memory{file, version}); err == nil && path != "" {
		_ = fsutil.WriteFile(path, data)
	}
}
