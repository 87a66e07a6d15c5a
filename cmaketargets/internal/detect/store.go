package detect

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

const (
	temporaryPrefix = "tmp-"

	// A writer that has not finished in this time will not.
	abandoned = time.Hour

	// A file of an entry or a session is never so large, in bytes.
	maxFile = 64 << 20

	// An entry's last use is noted this exactly.
	useResolution = 10 * time.Minute
)

// Store is a directory of detections, shared by all runs and all processes. Its methods may be called concurrently. It
// holds only what can be found out again; a Store that cannot be read or written behaves as an empty one.
type Store struct {
	// Freshness is how old what was seen of compilers and search paths may be when a session begins. Zero looks each
	// time, which costs a millisecond for each entry; a second serves a run over many trees.
	Freshness time.Duration

	dir      string
	maxBytes int64

	mu   sync.Mutex
	read map[string]*manifest // By entry directory; nil for one that is not usable.
	seen observations         // For as long as it is fresh.
	at   time.Time            // When seen was begun.
	last *surroundings        // Of the last session.
	left map[string][]leftover
}

// Open returns the store in dir, which need not exist, to be kept below maxBytes by [Store.Trim]; 0 means no bound.
func Open(dir string, maxBytes int64) *Store {
	return &Store{dir: dir, maxBytes: maxBytes, read: map[string]*manifest{}}
}

// valid returns, by key, the entries in shelf whose grounds hold now.
func (s *Store) valid(shelf string) map[string]string {
	names, err := os.ReadDir(shelf)
	if err != nil {
		return nil
	}
	entries := map[string]string{}
	for _, name := range names {
		if !name.IsDir() || strings.HasPrefix(name.Name(), temporaryPrefix) {
			continue
		}
		dir := filepath.Join(shelf, name.Name())
		m := s.manifest(dir)
		if m == nil {
			continue
		}
		s.mu.Lock()
		if s.seen.seen == nil || time.Since(s.at) > s.Freshness {
			s.seen, s.at = newObservations(), time.Now()
		}
		if _, ok := s.seen.hold(m.Probes); ok {
			entries[m.Key] = dir
		}
		s.mu.Unlock()
	}
	return entries
}

// leftover is a file that a detection leaves in a tree.
type leftover struct {
	path string // Below CMakeFiles/<version>.
	file
}

// leftovers returns the files of an entry that every tree gets, read once. One that cannot be read is left out, as a
// tree can do without.
func (s *Store) leftovers(entry string, m *manifest) []leftover {
	s.mu.Lock()
	defer s.mu.Unlock()
	if files, ok := s.left[entry]; ok {
		return files
	}
	var files []leftover
	for name := range m.Files {
		rel, ok := strings.CutPrefix(name, treeDir+"/")
		if !ok {
			continue
		}
		path := filepath.Join(entry, filepath.FromSlash(name))
		info, err := os.Stat(path)
		if err != nil {
			continue
		}
		if data, _, err := fsutil.Read(path, maxFile); err == nil {
			files = append(files, leftover{filepath.FromSlash(rel), file{data, info.Mode().Perm()}})
		}
	}
	if s.left == nil {
		s.left = map[string][]leftover{}
	}
	s.left[entry] = files
	return files
}

// surroundings returns what env comes to, which is the same for all trees of a run.
func (s *Store) surroundings(env []string) *surroundings {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == nil || !slices.Equal(s.last.all, env) {
		s.last = surround(env)
	}
	return s.last
}

// manifest returns what readEntry does, read once. An unusable entry is removed, so that a good one can take its name.
func (s *Store) manifest(dir string) *manifest {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.read[dir]; ok {
		return m
	}
	m, err := readEntry(dir)
	if err != nil {
		discard(dir)
		return nil
	}
	s.read[dir] = &m
	return &m
}

// discard removes an entry so that nobody sees a part of it.
func discard(dir string) {
	aside, err := os.MkdirTemp(filepath.Dir(dir), temporaryPrefix)
	if err != nil {
		return
	}
	if os.Rename(dir, filepath.Join(aside, "entry")) == nil {
		os.RemoveAll(aside) //nolint:errcheck // Trim removes what is left.
		return
	}
	os.Remove(aside) //nolint:errcheck // Likewise.
}

// The names of shelves and entries, with which Trim tells them from what else is in a directory that is not ours alone.
var (
	shelfName = regexp.MustCompile(`^[0-9a-f]{16}$`)
	entryName = regexp.MustCompile(`^[0-9a-f]{64}-[0-9a-f]{16}$`)
)

// Trim removes the entries unused for longest until the store is within its bound, and what writers left unfinished. A
// session that is about to use a removed entry misses. Nothing else in the directory counts, or is removed.
func (s *Store) Trim() error {
	type item struct {
		dir  string
		size int64
		used time.Time
	}
	var items []item
	var total int64
	shelves, err := filepath.Glob(filepath.Join(s.dir, "*", "*"))
	if err != nil {
		return fmt.Errorf("trim detection store: %w", err)
	}
	for _, dir := range shelves {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || !shelfName.MatchString(filepath.Base(filepath.Dir(dir))) {
			continue
		}
		if strings.HasPrefix(filepath.Base(dir), temporaryPrefix) {
			if time.Since(info.ModTime()) > abandoned {
				os.RemoveAll(dir) //nolint:errcheck // The next Trim tries again.
			}
			continue
		}
		info, err = os.Lstat(filepath.Join(dir, manifestFile))
		if err != nil || !entryName.MatchString(filepath.Base(dir)) {
			continue // Not an entry: not ours to remove.
		}
		size := treeSize(dir)
		items = append(items, item{dir, size, info.ModTime()})
		total += size
	}
	sort.Slice(items, func(i, j int) bool { return items[i].used.Before(items[j].used) })
	for _, it := range items {
		if s.maxBytes <= 0 || total <= s.maxBytes {
			break
		}
		discard(it.dir)
		total -= it.size
	}
	return nil
}

func treeSize(dir string) (size int64) {
	// What cannot be read is not counted.
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	return size
}

// noteUse marks an entry as used now.
func noteUse(dir string) {
	file := filepath.Join(dir, manifestFile)
	if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > useResolution {
		now := time.Now()
		_ = os.Chtimes(file, now, now) // Else it counts as older than it is.
	}
}
