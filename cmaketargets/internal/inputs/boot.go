package inputs

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// A power failure leaves files of the last minute empty, cut off or filled with zeros, often of the
// same size and time, while the snapshot is whole. So the contents of the files that were written
// shortly before the end of a step are recorded, and compared once after each boot.

const (
	// writtenFile is the record in StateDir: a list of stamps.
	writtenFile = "written"
	// bootFile holds the boot in which the files of a snapshot were compared, and its hash of them.
	bootFile = "boot"
	// unsynced is longer than Linux takes to write a file to the disk, in its usual settings: 30 s
	// until it is old enough, 5 s between two looks, 5 s until the journal is committed.
	unsynced = 2 * time.Minute
	// maxRecorded bounds a file that is read to compare it, in bytes: generated files are smaller.
	maxRecorded = 64 << 20
)

// bootID returns an identifier of the last boot; see random(4). It is empty outside of Linux:
// damage by a power failure that changes neither size nor time is not noticed there.
var bootID = sync.OnceValue(func() string {
	id, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return string(bytes.TrimSpace(id))
})

// rebooted checks a tree that was configured before the last boot, or on another machine. CMake
// regenerates most files, and trusts those that it keeps.
func (s *Snapshot) rebooted() Decision {
	switch {
	case s.Boot == bootID() || checkedBoot(s) == bootID():
		return Decision{}
	case !s.kept():
		return damaged("CMakeCache.txt or %s/%s is damaged", workDir, s.Version)
	}
	if reason := lost(s); reason != "" {
		return rerun("rebooted since the last configure, and %s", reason)
	}
	return Decision{}
}

// recordWritten writes the record, for a step that ends now.
func recordWritten(s *Snapshot) error {
	list := FormatStamps(recent(s.Build, s.At.Add(-unsynced).UnixNano()))
	s.Written = fsutil.Hash(list)
	_ = os.Remove(filepath.Join(Dir(s.Build), bootFile)) // it is of another snapshot
	return WriteState(s.Build, writtenFile, []byte(list))
}

// recent returns the stamps, with hashes, of the files in a build tree that were changed after a time. It leaves out
// our own, those of build trees inside, and those that compilers write, which are large and can be written again.
func recent(build string, after int64) []Stamp {
	var stamps []Stamp
	_ = fsutil.WalkDir(build, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case entry.IsDir():
			if path != build && (entry.Name() == StateDir || fsutil.Exists(cacheFile(path))) {
				return filepath.SkipDir
			}
			return nil
		case !entry.Type().IsRegular() || slices.Contains(compiled, filepath.Ext(path)) || strings.HasPrefix(entry.Name(), ".ninja_"):
			return nil
		}
		info, err := entry.Info()
		if err == nil && info.ModTime().UnixNano() > after && info.Size() <= maxRecorded {
			stamps = append(stamps, Stamp{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano(), Hash: HashFile(path)})
		}
		return nil
	})
	return stamps
}

// compiled are the extensions of files that compilers write.
var compiled = []string{".o", ".obj", ".d", ".a", ".so", ".lib", ".dll", ".exe", ".pdb", ".gch", ".pch", ".pcm", ".mod"}

// lost returns how a file of the record differs, or "". One that was changed after the step is no
// longer the step's.
func lost(s *Snapshot) string {
	list, _, err := fsutil.Read(filepath.Join(Dir(s.Build), writtenFile), maxBytes)
	if err != nil || fsutil.Hash(list) != s.Written {
		return "its files are not recorded"
	}
	end := stat(filepath.Join(Dir(s.Build), File)).ModTime
	reason := ""
	EachStamp(string(list), func(was Stamp) bool {
		switch now := stat(was.Path); {
		case now.Size < 0:
			reason = was.Path + " is gone"
		case now.Size == was.Size && HashFile(was.Path) == was.Hash:
		case now.ModTime <= end:
			reason = was.Path + " is damaged"
		}
		return reason == ""
	})
	return reason
}

// checkedBoot returns the boot in which the files of s were compared.
func checkedBoot(s *Snapshot) string {
	data, _, _ := fsutil.Read(filepath.Join(Dir(s.Build), bootFile), 1<<10)
	boot, of, _ := strings.Cut(string(data), " ")
	if of != s.Salt+"\n" {
		return ""
	}
	return boot
}

// Believe records that Check has compared the files of a tree that is up to date, so that it does so
// once after each boot. The record is of this snapshot only, and needs no lock.
func (s *Snapshot) Believe() {
	if s.Boot != bootID() && checkedBoot(s) != bootID() {
		_ = os.WriteFile(filepath.Join(Dir(s.Build), bootFile), []byte(bootID()+" "+s.Salt+"\n"), 0o666)
	}
}

// isDetection reports whether path is a file with CMake's detection of the system or a compiler.
// CMake does not detect again while the file exists.
func (s *Snapshot) isDetection(path string) bool {
	return fsutil.Inside(path, filepath.Join(s.Build, workDir, s.Version))
}

// keptHash returns a hash of the files that CMake keeps from one run to the next instead of
// generating them: its cache and those of isDetection.
func (s *Snapshot) keptHash() string {
	hashes := HashFile(cacheFile(s.Build))
	EachStamp(s.Inputs, func(input Stamp) bool {
		if s.isDetection(input.Path) {
			hashes += "\n" + HashFile(input.Path)
		}
		return true
	})
	return fsutil.Hash(hashes)
}

// kept reports whether these files are unchanged since the last step.
func (s *Snapshot) kept() bool { return s.keptHash() == s.KeptHash }
