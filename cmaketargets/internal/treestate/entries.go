package treestate

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

const (
	entriesFile  = "entries"
	keptFile     = "kept.cmake"
	launcherFile = "launcher.cmake"
	// maxEntries bounds entriesFile, in bytes.
	maxEntries = 64 << 20
)

// Entries are cache entries that were set by hand, with ccmake, an IDE or cmake -D: those
// that CMake has changed or added since the last configure step of ours, and those known before.
// A fresh start keeps them.
type Entries struct {
	// Left has the hash of the value of each entry at the end of the last configure step, nil if that
	// did not end.
	Left map[string]string
	// ByHand are the entries that were set by hand until then.
	ByHand map[string]string
	// Flags has the hash of the value that each of them for flags had before: with that again, as after
	// cmake -U, it is no longer one by hand, and CFLAGS and the like decide.
	Flags map[string]string
}

// ReadEntries returns the entries known in a build tree, nil if there is no record.
func ReadEntries(buildDir string) *Entries {
	data, _, err := fsutil.Read(Path(buildDir, entriesFile), maxEntries)
	var e Entries
	if err != nil || json.Unmarshal(data, &e) != nil {
		return nil
	}
	return &e
}

// Now returns the entries set by hand until now: in cache, nil for one that cannot be read, except for
// those in given, which arguments set. An entry of which nothing is known counts if it has a value
// that CMake does not find out by itself: in a build tree without a record, where e is nil, or if it
// is new.
func (e *Entries) Now(cache cmake.Cache, given map[string]string) map[string]string {
	now := map[string]string{}
	if cache == nil && e != nil {
		maps.Copy(now, e.ByHand)
	}
	for name, entry := range cache {
		_, ours := given[name]
		if ours || entry.Type == "INTERNAL" || entry.Type == "STATIC" || generated().MatchString(name) || strings.HasSuffix(entry.Value, "NOTFOUND") {
			continue
		}
		byHand := entry.Value != "" && !detected(name, entry) && (e == nil || e.Left != nil)
		if e != nil {
			if left, known := e.Left[name]; known {
				byHand = left != hash(entry.Value)
			}
			_, before := e.ByHand[name]
			byHand = byHand || before
		}
		if byHand && (e == nil || e.Flags[name] != hash(entry.Value)) {
			now[name] = entry.Value
		}
	}
	return now
}

// Save records the entries that were set by hand. ended reports that a configure step of ours has
// ended: then the cache decides their values, and every later change is one by hand.
func (g *Generated) Save(byHand map[string]string, ended bool) error {
	e := Entries{ByHand: byHand, Flags: map[string]string{}}
	if old := ReadEntries(g.dir); old != nil {
		for name := range byHand {
			if _, before := old.ByHand[name]; flags().MatchString(name) {
				e.Flags[name] = old.Flags[name]
				if !before {
					e.Flags[name] = old.Left[name]
				}
			}
		}
	}
	if ended && g.Cache() != nil {
		e.Left = map[string]string{}
		for name, entry := range g.entries() {
			if entry.Type != "INTERNAL" && entry.Type != "STATIC" {
				e.Left[name] = hash(entry.Value)
			}
		}
		e.ByHand = map[string]string{}
		for name := range byHand {
			if entry, ok := g.entries()[name]; ok {
				e.ByHand[name] = entry.Value
			}
		}
	}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write cache entries: %w", err)
	}
	return inputs.WriteState(g.dir, entriesFile, data)
}

// Cache returns the cache, nil if it cannot be read.
func (g *Generated) Cache() cmake.Cache {
	if entries := g.entries(); len(entries) > 0 {
		return entries
	}
	return nil
}

// hash returns a hash of the value of a cache entry. Whoever can read it can read the cache, too.
func hash(value string) string { return fsutil.Hash(value)[:16] }

// flags matches entries that CFLAGS, LDFLAGS and similar variables initialize.
var flags = text.Regexp(`^CMAKE_.*_FLAGS$`)

// generated matches entries that describe the build tree and its generator.
var generated = text.Regexp(`^CMAKE_(?:GENERATOR.*|MAKE_PROGRAM|CACHE.*|HOME_DIRECTORY|COMMAND|ROOT|EDIT_COMMAND)$`)

// Detects reports whether an entry is about compilers, their tools, a toolchain or their flags. It
// cannot be kept if these have changed.
func Detects(name string) bool { return detection().MatchString(name) }

var detection = text.Regexp(`^CMAKE_(?:.*_COMPILER(?:_AR|_RANLIB|_TARGET|_EXTERNAL_TOOLCHAIN|_CLANG_SCAN_DEPS)?|TOOLCHAIN_FILE|` +
	`SYSTEM_(?:NAME|VERSION|PROCESSOR)|SYSROOT.*|OSX_.*|` + tools + `)$`)

// tools are the names in CMakeFindBinUtils.
const tools = `AR|RANLIB|STRIP|LINKER|NM|OBJDUMP|OBJCOPY|READELF|DLLTOOL|ADDR2LINE|TAPI|MT|INSTALL_NAME_TOOL`

// ByHand reports whether an entry was set by hand.
func (g *Generated) ByHand(name string) bool {
	_, ok := ReadEntries(g.dir).Now(g.Cache(), nil)[name]
	return ok
}

// detected reports whether CMake sets an entry of a tree without a record by itself, or for the
// environment that we give it. It gives a compiler that is named by hand the type STRING.
func detected(name string, entry cmake.Entry) bool {
	switch name {
	case cmake.ExportVariable:
		return entry.Value == "ON"
	case cmake.InstallPrefix:
		return cmake.SystemPrefix(entry.Value)
	case "CMAKE_TOOLCHAIN_FILE":
		return false
	}
	return defaults().MatchString(name) || entry.Type == "FILEPATH" && Detects(name)
}

// defaults matches entries with a default that depends on the compiler.
var defaults = text.Regexp(`^CMAKE_(?:.*_FLAGS_(?:DEBUG|RELEASE|MINSIZEREL|RELWITHDEBINFO)|` + tools + `)$`)

// WriteKept writes an initial cache with entries that a fresh start keeps, and returns its path. Their types
// are those that the project gives them; values in arguments would be visible to every user of the machine.
func WriteKept(buildDir string, entries map[string]string) (string, error) {
	return writeInitial(buildDir, keptFile, entries)
}

// WriteLauncher writes an initial cache with the entries of a compile launcher, and returns its path.
func WriteLauncher(buildDir string, entries map[string]string) (string, error) {
	return writeInitial(buildDir, launcherFile, entries)
}

func writeInitial(buildDir, file string, entries map[string]string) (string, error) {
	var b strings.Builder
	for _, name := range text.SortedKeys(entries) {
		value := entries[name]
		fence := "=="
		for strings.Contains(value+"]", "]"+fence+"]") {
			fence += "="
		}
		fmt.Fprintf(&b, "set(%s [%s[%s]%s] CACHE UNINITIALIZED \"\")\n", quoted(name), fence, value, fence)
	}
	return Path(buildDir, file), inputs.WriteState(buildDir, file, []byte(b.String()))
}

// quoted returns a quoted argument of CMake's language.
func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`).Replace(s) + `"`
}
