package inputs

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Stamp identifies the content of a file without reading it.
type Stamp struct {
	Path    string // absolute, links not resolved
	Size    int64  // in bytes; -1 if there is no such file
	ModTime int64  // in nanoseconds since 1970
	// Hash is the content's SHA-256 in hexadecimal where size and time are not proof enough: the
	// file was changed so shortly before the configure step that a coarse clock could give a later
	// change the same time. stampCompiler and stampDir use it in other ways.
	Hash string
	// Changed is the change time, in nanoseconds since 1970, or 0: with the same one the content need
	// not be compared with Hash. Unlike ModTime it cannot be set back.
	Changed int64
}

// WithoutHash returns the stamp as Examine returns it.
func (s Stamp) WithoutHash() Stamp {
	s.Hash = ""
	return s
}

// noTime is a modification time that matches no file.
const noTime = math.MinInt64

// ClockResolution is the coarsest clock of a file system in use: that of FAT.
const ClockResolution = 2 * time.Second

// Examine returns the stamp of path, links followed, with its change time and without a hash.
func Examine(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{Path: path, Size: -1}
	}
	return Stamp{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano(), Changed: fsutil.ChangeTime(info)}
}

// ChangedAfter reports whether a file may have been changed after a time: its content, name or
// permissions. It is true where that is unknown.
func ChangedAfter(info fs.FileInfo, at time.Time) bool {
	changed := fsutil.ChangeTime(info)
	return changed == 0 || changed > at.UnixNano()
}

// stat is Examine without the change time, for stamps that are compared as a whole.
func stat(path string) Stamp {
	s := Examine(path)
	s.Changed = 0
	return s
}

// stampFile returns the stamp of a file, for a step that began at start.
func stampFile(path string, start time.Time) Stamp {
	s := stat(path)
	if s.Size >= 0 && time.Unix(0, s.ModTime).After(start.Add(-ClockResolution)) {
		s.Hash = HashFile(path)
	}
	return s
}

// stampSetting returns the stamp of a file with its hash.
func stampSetting(path string) Stamp {
	s := Examine(path)
	if s.Size >= 0 {
		s.Hash = HashFile(path)
	}
	return s
}

// Unreadable is the hash of a path that is not a file, or cannot be read.
const Unreadable = "unreadable"

// HashFile returns the hash of a file's content.
func HashFile(path string) string {
	file, err := fsutil.Open(path)
	if err != nil {
		return Unreadable
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, file); err != nil {
		return Unreadable
	}
	return hex.EncodeToString(h.Sum(nil))
}

// HashSeen returns the hash of the content of a file that has been examined, "" if the file has changed since.
func HashSeen(seen Stamp) string {
	hash := HashFile(seen.Path)
	if Examine(seen.Path) != seen.WithoutHash() {
		return ""
	}
	return hash
}

// stampCompiler returns the stamp of a compiler: the file behind its name, which a package may
// replace, and as the hash the target of a link, which may be changed.
func stampCompiler(path string) Stamp {
	s := stat(path)
	if link, err := os.Readlink(path); err == nil {
		s.Hash = "link:" + strconv.Quote(link)
	}
	return s
}

// stampAll returns the list of the stamps of all paths.
func stampAll(paths []string, stamp func(path string) Stamp) string {
	stamps := make([]Stamp, len(paths))
	for i, path := range paths {
		stamps[i] = stamp(path)
	}
	return FormatStamps(stamps)
}

// FormatStamps returns a list of stamps as one string, a line each: size, times, hash and path,
// quoted where necessary. A snapshot holds some hundred stamps and is read for every project of
// every run; decoding them as JSON would cost ten times as much.
func FormatStamps(stamps []Stamp) string {
	var b strings.Builder
	for _, s := range stamps {
		hash := s.Hash
		if hash == "" {
			hash = "-"
		}
		path := s.Path
		if strings.ContainsAny(path, "\n\"") {
			path = strconv.Quote(path)
		}
		fmt.Fprintf(&b, "%d %d %d %s %s\n", s.Size, s.ModTime, s.Changed, hash, path)
	}
	return b.String()
}

// EachStamp calls f for each stamp of a list until f returns false. It returns false if the list is
// damaged.
func EachStamp(list string, f func(Stamp) bool) bool {
	for line := range strings.Lines(list) {
		s, ok := parseStamp(line)
		if !ok {
			return false
		}
		if !f(s) {
			return true
		}
	}
	return true
}

func parseStamp(line string) (s Stamp, ok bool) {
	line, whole := strings.CutSuffix(line, "\n")
	var errs [4]error
	for i, number := range []*int64{&s.Size, &s.ModTime, &s.Changed} {
		var word string
		word, line, _ = strings.Cut(line, " ")
		*number, errs[i] = strconv.ParseInt(word, 10, 64)
	}
	s.Hash, s.Path, _ = strings.Cut(line, " ")
	if !whole || s.Path == "" {
		return s, false
	}
	if s.Hash == "-" {
		s.Hash = ""
	}
	if s.Path[0] == '"' {
		s.Path, errs[3] = strconv.Unquote(s.Path)
	}
	return s, errs == [4]error{}
}

// first returns the first stamp of a list.
func first(list string) Stamp {
	var s Stamp
	EachStamp(list, func(got Stamp) bool { s = got; return false })
	return s
}

// changed returns the first decision to act that check makes about a stamp of the list.
func changed(list string, check func(Stamp) Decision) Decision {
	var d Decision
	if !EachStamp(list, func(s Stamp) bool { d = check(s); return d.Action == Nothing }) {
		return rerun("the snapshot of the last configure is damaged")
	}
	return d
}
