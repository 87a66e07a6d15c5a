package record

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Stamp is what is remembered of a file: enough to see that it changed
// without reading it.
type Stamp struct {
	// Path is absolute, as it was named.
	Path string
	// Size is in bytes; -1 means that there is no such file.
	Size int64
	// ModTime is in nanoseconds since 1970.
	ModTime int64
	// Hash is the content's SHA-256 in hexadecimal. It is there only where
	// size and time are not proof enough: for a file that was changed so
	// shortly before the configure step that a clock of coarse grain could
	// give a later change the same time.
	Hash string
}

// Files looks at files and directories, each at most once, however many
// projects share it. It may be used from several goroutines.
//
// What it saw is never looked at again: a Files serves one run's questions
// at one moment, not the life of a process.
type Files struct {
	stats sync.Map // path -> Stamp, without Hash
	real  sync.Map // path -> string

	bootOnce sync.Once
	boot     string
}

// Boot is a name of the time since the machine was started, "" where it has
// none.
func (f *Files) Boot() string {
	f.bootOnce.Do(func() { f.boot = boot() })
	return f.boot
}

// Stat returns the stamp of path, links followed, without a hash.
func (f *Files) Stat(path string) Stamp {
	if s, ok := f.stats.Load(path); ok {
		return s.(Stamp)
	}
	s := statFresh(path)
	f.stats.Store(path, s)
	return s
}

func statFresh(path string) Stamp {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{Path: path, Size: -1}
	}
	return Stamp{Path: path, Size: info.Size(), ModTime: info.ModTime().UnixNano()}
}

// Real returns path with all links resolved, or path itself where that fails.
func (f *Files) Real(path string) string {
	if r, ok := f.real.Load(path); ok {
		return r.(string)
	}
	r, err := filepath.EvalSymlinks(path)
	if err != nil {
		r = path
	}
	f.real.Store(path, r)
	return r
}

// Same says whether the file is still what the stamp remembers.
func (f *Files) Same(old Stamp) bool {
	now := f.Stat(old.Path)
	if now.Size != old.Size || now.ModTime != old.ModTime {
		return false
	}
	return old.Hash == "" || hashFile(old.Path) == old.Hash
}

// Racy is how coarse a file system's clock may be: two seconds on FAT, the
// coarsest in use.
const Racy = 2 * time.Second

// noTime is the time of a stamp that no file has.
const noTime = math.MinInt64

// stampInput remembers a file as it is now, at a moment or later.
func stampInput(path string, moment time.Time) Stamp {
	s := statFresh(path)
	if s.Size >= 0 && time.Unix(0, s.ModTime).After(moment.Add(-Racy)) {
		s.Hash = hashFile(path)
	}
	return s
}

// stampCompiler remembers a compiler: the file behind its name (a package may
// replace it) and what the name is bound to (a link may be pointed elsewhere).
func stampCompiler(path string) Stamp {
	s := statFresh(path)
	if link, err := os.Readlink(path); err == nil {
		// The link's text stands where a content's hash would; see compilersChanged.
		s.Hash = fmt.Sprintf("link:%q", link)
	}
	return s
}

func hashFile(path string) string {
	file, err := fsutil.Open(path)
	if err != nil {
		return "unreadable"
	}
	defer func() { _ = file.Close() }()
	h := sha256.New()
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	// Without its WriteTo, which makes a buffer of its own each time.
	if _, err := io.CopyBuffer(h, struct{ io.Reader }{file}, *buffer); err != nil {
		return "unreadable"
	}
	return hex.EncodeToString(h.Sum(nil))
}

// buffers are what hashFile reads into.
var buffers = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

// stampDir remembers which names a directory holds. Size is their number,
// Hash stands for the names; hidden files, editors' backups and what is
// written for editors do not count.
func stampDir(path string) Stamp {
	s := statFresh(path)
	if s.Size < 0 {
		return s
	}
	s.Size, s.Hash = listing(path)
	if statFresh(path).ModTime != s.ModTime {
		s.ModTime = noTime // whether the names are those of before or after nobody knows
	}
	return s
}

// SameDir says whether the directory still holds the same names.
func (f *Files) SameDir(old Stamp) bool {
	if now := f.Stat(old.Path); now.Size >= 0 && now.ModTime == old.ModTime {
		return true
	}
	size, hash := listing(old.Path)
	return size == old.Size && hash == old.Hash
}

func listing(path string) (int64, string) {
	dir, err := os.Open(path)
	if err != nil {
		return -1, ""
	}
	defer func() { _ = dir.Close() }()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return -1, ""
	}
	names = slices.DeleteFunc(names, func(n string) bool {
		return strings.HasPrefix(n, ".") || strings.HasSuffix(n, "~") || n == "4913" || // vim's write probe
			n == "compile_commands.json" // written after a configure step, for editors
	})
	slices.Sort(names)
	h := sha256.New()
	for _, n := range names {
		fmt.Fprintf(h, "%q\n", n)
	}
	return int64(len(names)), hex.EncodeToString(h.Sum(nil)[:16])
}

// A list of stamps is one string in the record, a line each: size, time, hash
// and quoted path. A record holds some hundred of them and is read for every
// project of every run; as JSON objects they would cost ten times as much.

func formatStamps(stamps []Stamp) string {
	var b strings.Builder
	for _, s := range stamps {
		hash := s.Hash
		if hash == "" {
			hash = "-"
		}
		path := s.Path
		if strings.ContainsAny(path, "\n\"") || strings.HasPrefix(path, "\"") {
			path = strconv.Quote(path)
		}
		fmt.Fprintf(&b, "%d %d %s %s\n", s.Size, s.ModTime, hash, path)
	}
	return b.String()
}

// eachStamp calls f for each stamp of a list until f returns false. It
// returns false when the list is damaged.
func eachStamp(list string, f func(Stamp) bool) bool {
	for list != "" {
		line, rest, ok := strings.Cut(list, "\n")
		if !ok {
			return false
		}
		list = rest
		size, line, _ := strings.Cut(line, " ")
		at, line, _ := strings.Cut(line, " ")
		hash, path, ok := strings.Cut(line, " ")
		if !ok || path == "" {
			return false
		}
		s := Stamp{Path: path}
		var err1, err2, err3 error
		s.Size, err1 = strconv.ParseInt(size, 10, 64)
		s.ModTime, err2 = strconv.ParseInt(at, 10, 64)
		if hash != "-" {
			s.Hash = hash
		}
		if path[0] == '"' {
			s.Path, err3 = strconv.Unquote(path)
		}
		if err1 != nil || err2 != nil || err3 != nil {
			return false
		}
		if !f(s) {
			return true
		}
	}
	return true
}

// first returns the first stamp of a list.
func first(list string) Stamp {
	var s Stamp
	eachStamp(list, func(got Stamp) bool { s = got; return false })
	return s
}
