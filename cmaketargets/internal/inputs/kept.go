package inputs

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// isDetection reports whether path is a file with CMake's detection of the system or a compiler.
// CMake does not detect again while the file exists.
func (s *Snapshot) isDetection(path string) bool {
	return fsutil.Inside(path, filepath.Join(s.Build, workDir, s.Version))
}

// keptHash returns a hash of the files that CMake keeps from one run to the next instead of
// generating them: its cache and those of isDetection.
func (s *Snapshot) keptHash() string {
	hashes := hashFile(cacheFile(s.Build))
	eachStamp(s.Inputs, func(input Stamp) bool {
		if s.isDetection(input.Path) {
			hashes += "\n" + hashFile(input.Path)
		}
		return true
	})
	return fsutil.Hash(hashes)
}

// kept reports whether these files are unchanged since the last step.
func (s *Snapshot) kept() bool { return s.keptHash() == s.KeptHash }

// bootID returns an identifier of the last boot; see random(4). It is empty outside of Linux:
// damage by a power failure that changes neither size nor time is not noticed there.
var bootID = sync.OnceValue(func() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return string(bytes.TrimSpace(id))
})

// rebooted checks a tree that was configured before the last boot. A power failure leaves files of
// the last minute empty, cut off or filled with zeros, often of the same size and time. CMake
// regenerates most files, and trusts those that it keeps.
func (s *Snapshot) rebooted() Decision {
	switch {
	case s.Boot == bootID():
		return Decision{}
	case !s.kept():
		return damaged("CMakeCache.txt or %s/%s is damaged", workDir, s.Version)
	}
	return rerun("rebooted since the last configure")
}
