package toolchain

import (
	"encoding/json"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

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
