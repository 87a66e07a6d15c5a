package detect

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	temporaryPrefix = "tmp-"
	abandoned       = time.Hour        // age of a writer's temporary directory that Trim removes
	maxFile         = 64 << 20         // of a file of an entry or a session, in bytes
	useResolution   = 10 * time.Minute // of the time of an entry's last use
)

// Store is a directory of detections, shared by all runs and processes. It holds only results that can
// be detected again; one that cannot be read or written behaves as an empty one. Its methods may be
// called concurrently.
type Store struct {
	// Freshness is the maximum age of the probes of compilers and search paths when a session begins.
	// Zero probes again for each session, which costs a millisecond per entry; a second serves a run
	// over many trees.
	Freshness time.Duration

	dir      string
	maxBytes int64

	mu      sync.Mutex
	entries map[string]*manifest // by directory
	pending []func(*prober)      // see Flush
	prober  *prober              // valid for Freshness
	probed  time.Time            // when prober was made
	env     *environment         // of the last session
}

// Open returns the store in dir, which need not exist. Trim keeps it below maxBytes; 0 means no
// bound.
func Open(dir string, maxBytes int64) *Store {
	return &Store{dir: dir, maxBytes: maxBytes, entries: map[string]*manifest{}}
}

// A store has a directory per CMake, and in it a directory per entry. These names distinguish them
// from other content of a directory that is not only ours.
var (
	cmakeDirName = text.Regexp(`^[0-9a-f]{16}$`)
	entryName    = text.Regexp(`^[0-9a-f]{64}-[0-9a-f]{16}$`)
)

// valid returns, by key, the directories of the entries in cmakeDir whose probes are unchanged, those of answers as
// fresh finds them.
func (s *Store) valid(cmakeDir string, fresh *prober) map[string]string {
	names, err := os.ReadDir(cmakeDir)
	if err != nil {
		return nil
	}
	valid := map[string]string{}
	for _, name := range names {
		if !name.IsDir() || strings.HasPrefix(name.Name(), temporaryPrefix) {
			continue
		}
		dir := filepath.Join(cmakeDir, name.Name())
		m := s.manifest(dir)
		if m == nil {
			continue
		}
		if s.unchanged(m, fresh) {
			valid[m.Key] = dir
		}
	}
	return valid
}

// unchanged reports whether the probes of an entry are unchanged. For those of answers fresh is used,
// since the steps of a run install headers and libraries, not compilers.
func (s *Store) unchanged(m *manifest, fresh *prober) bool {
	if m.Language == answers {
		return fresh.unchanged(m.Probes)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prober == nil || time.Since(s.probed) > s.Freshness {
		s.prober, s.probed = newProber(), time.Now()
	}
	return s.prober.unchanged(m.Probes)
}

// environment returns env prepared for the script. All trees of a run share it.
func (s *Store) environment(env []string) *environment {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.env == nil || !slices.Equal(s.env.all, env) {
		s.env = newEnvironment(env)
	}
	return s.env
}

// manifest returns the manifest of the entry in dir, read once, or nil if the entry is damaged. A
// damaged entry is removed, so that another one can take its name.
func (s *Store) manifest(dir string) *manifest {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.entries[dir]; ok {
		return m
	}
	m, err := readEntry(dir)
	if err != nil {
		discard(dir)
		return nil
	}
	s.entries[dir] = m
	return m
}

// discard removes an entry, visible to others as a whole or not at all.
func discard(dir string) {
	aside, err := os.MkdirTemp(filepath.Dir(dir), temporaryPrefix)
	if err != nil {
		return
	}
	_ = os.Rename(dir, filepath.Join(aside, "entry"))
	_ = os.RemoveAll(aside) // else Trim removes it
}

// Trim removes the least recently used entries until the store is within its bound, and unfinished
// writes. A session that is about to use a removed entry misses. Other files in the directory are
// neither counted nor removed.
func (s *Store) Trim() error {
	dirs, err := filepath.Glob(filepath.Join(s.dir, "*", "*"))
	if err != nil {
		return fmt.Errorf("trim detection store: %w", err)
	}
	type item struct {
		dir  string
		size int64
		used time.Time
	}
	var items []item
	var total int64
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || !cmakeDirName().MatchString(filepath.Base(filepath.Dir(dir))) {
			continue
		}
		if strings.HasPrefix(filepath.Base(dir), temporaryPrefix) {
			if time.Since(info.ModTime()) > abandoned {
				_ = os.RemoveAll(dir) // else the next Trim tries again
			}
			continue
		}
		info, err = os.Lstat(filepath.Join(dir, manifestFile))
		if err != nil || !entryName().MatchString(filepath.Base(dir)) {
			continue
		}
		size := sizeOf(dir)
		items = append(items, item{dir, size, info.ModTime()})
		total += size
	}
	text.SortStable(items, func(a, b item) int { return a.used.Compare(b.used) })
	for _, it := range items {
		if s.maxBytes <= 0 || total <= s.maxBytes {
			break
		}
		discard(it.dir)
		total -= it.size
	}
	return nil
}

// sizeOf returns the bytes of the files in dir that can be read.
func sizeOf(dir string) (size int64) {
	_ = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			size += info.Size()
		}
		return nil
	})
	return size
}

// noteUse sets the time of an entry's last use to now.
func noteUse(dir string) {
	file := filepath.Join(dir, manifestFile)
	if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > useResolution {
		now := time.Now()
		_ = os.Chtimes(file, now, now) // else it counts as used earlier
	}
}
