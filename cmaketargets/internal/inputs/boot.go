package inputs

import (
	"bytes"
	"os"
	"sync"
)

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
		return fresh("CMakeCache.txt or %s/%s is damaged", workDir, s.Version)
	}
	return rerun("rebooted since the last configure")
}
