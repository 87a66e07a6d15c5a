package record

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Action is what a configure step has to do for a tree.
type Action int

// The actions, from nothing to all.
const (
	Nothing Action = iota // the tree is what CMake would make of it
	Rerun                 // CMake brings the tree up to date by itself
	Fresh                 // CMake would keep what no longer holds; its cache has to go
)

// Never is the reason for a tree that is not there yet.
const Never = "never configured"

// Further reasons that stand in several places.
const (
	didNotFinish = "the last configure did not finish"
	damaged      = "CMakeCache.txt is damaged"
)

// Decision is the answer about a tree.
type Decision struct {
	Action Action
	// Reason is one line that names the thing.
	Reason string
	// Undefine are the cache entries of options that are no longer given.
	// A Rerun removes them, or CMake would keep their last value for ever.
	Undefine []string
}

// Tree is what Check needs to know of a tree and cannot find out itself,
// because it would have to know CMake. Each is asked only when it matters.
type Tree interface {
	// Cached returns the value of a cache entry.
	Cached(name string) (value string, ok bool)
	// Reply returns the newest file API index file: its name, "" for none,
	// and its size.
	Reply() Stamp
}

// Check decides what a configure step has to do for the tree that rec, nil if
// there is none, tells of. Its cost is a look at each file that CMake read.
func Check(rec *Record, in Intent, tree Tree, files *Files) Decision {
	if rec != nil && rec.State == Removing {
		return Decision{Action: Fresh, Reason: "the last clean did not finish"}
	}
	cache := statFresh(cacheFile(in.Build))
	if cache.Size < 0 {
		if rec == nil {
			return Decision{Action: Fresh, Reason: Never}
		}
		if rec.State == Running {
			return Decision{Action: Fresh, Reason: didNotFinish}
		}
		if rec.State == Failed {
			return Decision{Action: Fresh, Reason: "the last configure failed"}
		}
		return Decision{Action: Fresh, Reason: "CMakeCache.txt is gone"}
	}
	if rec == nil || rec.State != Done || cache != first(rec.Cache) {
		if d := cacheUsable(in, tree, files); d.Action != Nothing {
			if rec != nil && rec.State == Running && d.Reason == damaged {
				d.Reason = didNotFinish
			}
			return d
		}
	} else if d := rec.placeChanged(in); d.Action != Nothing {
		return d
	}
	if rec == nil {
		return Decision{Action: Rerun, Reason: strange(in)}
	}
	if d := rec.differs(in, files); d.Action != Nothing {
		return d
	}
	switch rec.State {
	case Running:
		if rec.First {
			return Decision{Action: Fresh, Reason: didNotFinish}
		}
		return Decision{Action: Rerun, Reason: didNotFinish}
	case Failed:
		if rec.First {
			return Decision{Action: Fresh, Reason: "the last configure failed"}
		}
		return Decision{Action: Rerun, Reason: "the last configure failed"}
	}
	if reason := rec.compilersChanged(files); reason != "" {
		return Decision{Action: Fresh, Reason: reason}
	}
	return rec.inputsChanged(cache, tree, files)
}

// strange is the reason for a tree without a record.
func strange(in Intent) string {
	if !utf8.ValidString(in.Source + in.Build) {
		return "its path is not UTF-8, so that only CMake can tell"
	}
	return "configured by something else"
}

// cacheUsable looks into a cache that is not the one we left: CMake refuses
// to run where another source, place or generator is named.
func cacheUsable(in Intent, tree Tree, files *Files) Decision {
	home, ok := tree.Cached("CMAKE_HOME_DIRECTORY")
	if !ok {
		return Decision{Action: Fresh, Reason: damaged}
	}
	if files.Real(home) != files.Real(in.Source) {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("source directory was %s, is %s", home, in.Source)}
	}
	if at, ok := tree.Cached("CMAKE_CACHEFILE_DIR"); ok && files.Real(at) != files.Real(in.Build) {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("build tree was %s, is %s", at, in.Build)}
	}
	was, _ := tree.Cached("CMAKE_GENERATOR")
	return generatorChanged(was, in.Generator)
}

// placeChanged is cacheUsable for the cache that we left, without reading it.
func (r *Record) placeChanged(in Intent) Decision {
	if r.Source != in.Source {
		return Decision{Action: Fresh, Reason: fmt.Sprintf("source directory was %s, is %s", r.Source, in.Source)}
	}
	return generatorChanged(r.Actual, in.Generator)
}

func generatorChanged(was, is string) Decision {
	if was == "" || is == "" || was == is {
		return Decision{}
	}
	return Decision{Action: Fresh, Reason: fmt.Sprintf("generator was %s, is %s", was, is)}
}

// show shortens a path below the source directory for a reader.
func (r *Record) show(path string) string {
	if rel, err := filepath.Rel(r.Source, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return path
}

func changedHow(files *Files, s Stamp) string {
	switch {
	case files.Stat(s.Path).Size < 0:
		return " is gone"
	case s.Size < 0:
		return " is new"
	case s.ModTime == noTime:
		return " may have changed during the last configure"
	default:
		return " changed"
	}
}

// compilersChanged says which of the tree's compilers is another file now.
func (r *Record) compilersChanged(files *Files) string {
	reason := ""
	ok := eachStamp(r.Compilers, func(s Stamp) bool {
		link, isLink := strings.CutPrefix(s.Hash, "link:")
		s.Hash = ""
		switch now := files.Stat(s.Path); {
		case now.Size < 0:
			reason = "compiler " + s.Path + " is gone"
		case s.ModTime == noTime:
			reason = "compiler " + s.Path + " may have been replaced during the last configure"
		case now.Size != s.Size || now.ModTime != s.ModTime:
			reason = "compiler " + s.Path + " was replaced"
		case isLink:
			if to, _ := os.Readlink(s.Path); fmt.Sprintf("%q", to) != link {
				reason = "compiler " + s.Path + " is linked elsewhere"
			}
		}
		return reason == ""
	})
	if !ok {
		return "the record of the last configure is damaged"
	}
	return reason
}

// inputsChanged looks at everything that CMake read, and at its cache.
func (r *Record) inputsChanged(cache Stamp, tree Tree, files *Files) (d Decision) {
	reply := tree.Reply()
	switch {
	case reply.Path != "" && reply.Path != r.Reply:
		// A build, an IDE or a person. When that CMake began nobody knows, so
		// nobody knows either what has changed since it looked.
		return Decision{Action: Rerun, Reason: "something else ran CMake in it"}
	case cache != first(r.Cache):
		return r.cacheChanged(tree)
	case r.Boot != files.Boot():
		return r.restarted()
	case reply.Path == "":
		return Decision{Action: Rerun, Reason: "the file API's reply is gone"}
	case reply.Size != r.ReplySize:
		return Decision{Action: Rerun, Reason: "the file API's reply is damaged"}
	}
	if r.Globs {
		return Decision{Action: Rerun, Reason: "only CMake can check its file(GLOB ... CONFIGURE_DEPENDS)"}
	}
	d.Reason = "up to date"
	ok := eachStamp(r.Inputs, func(s Stamp) bool {
		switch {
		case !files.Same(s):
			d = Decision{Action: Rerun, Reason: r.show(s.Path) + changedHow(files, s)}
			if r.detected(s.Path) && !r.kept() {
				d.Action = Fresh
			}
		case s.Size < 0 && strings.ContainsRune(s.Path, utf8.RuneError):
			// CMake writes names as JSON, which has no bytes: this is not the
			// name of the file that it read.
			d = Decision{Action: Rerun, Reason: r.show(s.Path) + " has a name that is not UTF-8, so that only CMake can tell"}
		}
		return d.Action == Nothing
	}) && (d.Action != Nothing || eachStamp(r.Dirs, func(s Stamp) bool {
		switch {
		case s.Hash == unseen:
			d = Decision{Action: Rerun, Reason: "files may have been added to or removed from " + r.show(s.Path) + " during the last configure"}
		case !files.SameDir(s):
			d = Decision{Action: Rerun, Reason: "files were added to or removed from " + r.show(s.Path)}
		}
		return d.Action == Nothing
	}))
	if !ok {
		return Decision{Action: Rerun, Reason: "the record of the last configure is damaged"}
	}
	return d
}

// restarted judges a tree that was configured before the machine was started.
// A power failure leaves files of the last minute empty, cut off or with zeros
// in them, often with the size and the time that they had. CMake writes anew
// what it generates, and believes what it keeps.
func (r *Record) restarted() Decision {
	if !r.kept() {
		return Decision{Action: Fresh, Reason: "CMakeCache.txt or " + workDir + "/" + r.Version + " is damaged"}
	}
	return Decision{Action: Rerun, Reason: "the machine was started since the last configure"}
}

// cacheChanged judges a cache that is not the one we left, though no CMake has
// run: the tree was copied, somebody edited it, or its end was lost. CMake would
// not find again all that is lost, and who edits leaves the end, which is
// CMake's own.
func (r *Record) cacheChanged(tree Tree) Decision {
	if r.kept() {
		return Decision{Action: Rerun, Reason: "CMakeCache.txt has another time"}
	}
	if name, value, ok := strings.Cut(r.CacheEnd, "="); ok {
		if now, ok := tree.Cached(name); !ok || now != value {
			return Decision{Action: Fresh, Reason: damaged}
		}
	}
	return Decision{Action: Rerun, Reason: "CMakeCache.txt was edited"}
}
