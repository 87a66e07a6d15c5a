package detect

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// answers is the language of an entry that holds answers of try_compile instead of a detection.
const answers = "ANSWERS"

const answersFile = "answers.json"

// answer is the result of a try_compile. Its output has placeholders for the project's directories.
type answer struct {
	Result string `json:"result"` // "TRUE" or "FALSE"
	Output string `json:"output"`
	Copied bool   `json:"copied,omitempty"` // the entry has the program, for COPY_FILE
}

// answersDir returns the directory of the project's entries: those of other projects are not read.
func (x *Session) answersDir() string {
	project := x.tree.Project
	if project == "" {
		project = x.tree.SourceDir
	}
	return filepath.Join(x.store.dir, fsutil.Hash(strings.Join([]string{filepath.Base(x.cmakeDir), answers, project}, "\n"))[:16])
}

// properties returns the global properties by which the script finds the answers of valid entries.
func (x *Session) properties() map[string]string {
	properties := map[string]string{}
	for _, dir := range x.store.valid(x.answersDir(), x.searched) {
		var list map[string]answer
		if json.Unmarshal(read(filepath.Join(dir, answersFile)), &list) != nil {
			continue
		}
		for key, a := range list {
			properties["answer_"+key] = a.Result
			properties["output_"+key] = x.places(true).Replace(a.Output)
			if a.Copied {
				properties["copy_"+key] = filepath.ToSlash(filepath.Join(dir, key+".bin"))
			}
		}
		noteUse(dir)
	}
	return properties
}

// places returns the replacer of the project's directories by placeholders, or back.
func (x *Session) places(back bool) *strings.Replacer {
	var pairs []string
	for _, place := range []struct{ dir, placeholder string }{{x.tree.BuildDir, buildPlace}, {x.tree.SourceDir, sourcePlace}} {
		pair := []string{filepath.ToSlash(place.dir), place.placeholder}
		if back {
			pair[0], pair[1] = pair[1], pair[0]
		}
		// Of two that match at one place the first counts, so that of two nested ones it is the longer.
		if len(pairs) > 0 && len(pair[0]) > len(pairs[0]) {
			pairs = append(pair, pairs...)
		} else {
			pairs = append(pairs, pair...)
		}
	}
	return strings.NewReplacer(pairs...)
}

// The script appends a record for each answer of CMake to the session's file "answers": the variables answerFields.
const (
	fieldEnd  = "\x1d"
	answerEnd = "\x1c"
)

var answerFields = []string{"key", "context", "call", "number", "sources", "texts", "result", "output"}

// answerText returns text that CMake expands to the record of an answer.
func answerText() string {
	return "${_cmaketargets_" + strings.Join(answerFields, "}"+fieldEnd+"${_cmaketargets_") + "}" + answerEnd
}

// parseAnswer returns the fields of a record, by name, unless it was not written completely or one of them contains what
// ends a field.
func parseAnswer(record string) (recorded map[string]string, ok bool) {
	record, whole := strings.CutSuffix(record, answerEnd) // a full disk cuts the last one off
	values := strings.Split(record, fieldEnd)
	if !whole || len(values) != len(answerFields) {
		return nil, false
	}
	recorded = map[string]string{}
	for i, name := range answerFields {
		recorded[name] = values[i]
	}
	return recorded, true
}

// publishAnswers has the next Flush store the answers of CMake in this session, and returns their number. A reason
// explains why nothing is stored.
func (x *Session) publishAnswers() (stored int, reason string) {
	list, places := map[string]answer{}, x.places(false)
	files := map[string]file{}
	w := world{session: x, paths: map[string]string{}}
	for record := range strings.SplitAfterSeq(string(read(filepath.Join(x.dir, "answers"))), answerEnd) {
		recorded, ok := parseAnswer(record)
		if !ok {
			continue
		}
		a := answer{Result: recorded["result"], Output: places.Replace(recorded["output"])}
		c, ok := parseCall(recorded)
		if !ok || !definite(a) || !w.add(recorded["context"], c) {
			continue
		}
		key := recorded["key"]
		if c.copies && a.Result == "TRUE" {
			path := filepath.Join(x.dir, key+".bin")
			info, err := os.Stat(path)
			if err != nil {
				continue
			}
			a.Copied = true
			files[key+".bin"] = file{read(path), info.Mode().Perm()}
		}
		list[key] = a
	}
	if len(list) == 0 {
		return 0, ""
	}
	data, err := json.Marshal(list)
	if err != nil {
		return 0, err.Error()
	}
	files[answersFile] = file{data, 0o644}
	m := manifest{Language: answers, Key: fsutil.Hash(strings.Join(text.SortedKeys(list), "\n")), Files: map[string]string{}}
	for path, f := range files {
		m.Files[path] = fsutil.Hash(f.data)
	}
	x.store.mu.Lock()
	defer x.store.mu.Unlock()
	x.store.pending = append(x.store.pending, func(now *prober) {
		var ok bool
		if m.Probes, ok = probes(w.paths, x.began, now); ok {
			x.store.writeAnswers(x.answersDir(), m, files, now)
		}
	})
	return len(list), ""
}

// Flush stores the answers of the sessions that have ended, with the result of one search of the directories that they
// depend on. It drops those of a session since whose begin one of these has changed.
func (s *Store) Flush() {
	s.mu.Lock()
	pending := s.pending
	s.pending = nil
	s.mu.Unlock()
	now := newProber()
	for _, write := range pending {
		write(now)
	}
}

// writeAnswers writes an entry of answers, unless that fails, and removes those of the same project that are invalid now.
func (s *Store) writeAnswers(dir string, m manifest, files map[string]file, now *prober) {
	manifest, err := json.Marshal(m)
	probes, err2 := json.Marshal(m.Probes)
	if errors.Join(err, err2) != nil {
		return
	}
	files[manifestFile] = file{manifest, 0o644}
	if writeEntry(filepath.Join(dir, m.Key+"-"+fsutil.Hash(probes)[:16]), files) != nil {
		return
	}
	// An entry that a changed system has made invalid stays so: a time of change does not come back.
	entries, _ := filepath.Glob(filepath.Join(dir, "*-*"))
	if len(entries) < 2 {
		return
	}
	valid := s.valid(dir, now)
	for _, entry := range entries {
		if entryName().MatchString(filepath.Base(entry)) && !slices.Contains(slices.Collect(maps.Values(valid)), entry) {
			discard(entry)
		}
	}
}

// probes returns the result of the probes of paths, by kind, and whether none of them has changed since began.
func probes(paths map[string]string, began time.Time, now *prober) (list []probe, ok bool) {
	for _, path := range text.SortedKeys(paths) {
		list = append(list, probe{Path: path, Kind: paths[path], Was: now.probe(path, paths[path])})
		if now.files > maxListed || now.newest >= began.Add(-tick).UnixNano() {
			return nil, false
		}
	}
	return list, true
}

var (
	// rejected matches the errors by which a compiler or linker rejects a program.
	rejected = text.Regexp(`(?m): error: |: fatal error: .*: No such file or directory$|^\S*ld\S*: cannot find -l|: undefined reference to |` +
		`unrecognized (command-line|argument)|error: unknown argument|unknown argument: `)
	// indefinite matches lines of a program that may have ended for another reason.
	indefinite = text.Regexp(`(?i)no space left|killed|signal|internal (compiler )?error|cannot allocate|memory|resource|too many|` +
		`permission denied|cannot (execute|open output|create|exec|find [^-]|write)|input/output|busy|interrupted|^terminated|timed? ?out|aborted|` +
		`segmentation|core dumped|command not found|not executable|quota|read-only file|stale|crash|please submit|cannot run|CreateProcess|` +
		`posix_spawn|fork:|can't |unable to execute|final close failed|file truncated|no answer|ninja: (error|fatal)|make(\[\d+\])?: \*\*\* \[?virtual|` +
		`\[code=(12[6-9]|1[3-9]\d|2\d\d)`)
	// quoting matches lines in which such words are those of the program: diagnostics with its code, names and commands.
	quoting = text.Regexp(`^(\S+:\d+:\d+: (error|warning|note): | *\d* \| |(: && )?/[^\s:]+ .*-[co] |\[\d+/\d+\] |FAILED: (\[code=1\] )?[^\[]|` +
		`In file included from | +from |\S+: In function |.*: (in function |undefined reference to )|` +
		`\S+:\d+:\d+: fatal error: \S+: No such file or directory$|\S+: cannot find -l\S+: No such file or directory$)`)
	// systemError matches the end of a diagnostic that gives the error of a system call, which a name may look like.
	systemError = text.Regexp(`: [A-Z][a-z/]+( [a-z/]+)*$`)
)

// definite reports whether an answer depends on the program and the system only. A check that ended by a signal, for
// lack of memory or disk, or without a compiler, has no answer.
func definite(a answer) bool {
	switch a.Result {
	case "TRUE":
		return true
	case "FALSE":
		return rejected().MatchString(a.Output) && !slices.ContainsFunc(strings.Split(a.Output, "\n"), doubtful)
	}
	return false
}

// doubtful reports whether a line may be of a compiler or linker that could not do its work.
func doubtful(line string) bool {
	if quoting().MatchString(line) && !systemError().MatchString(strings.TrimSuffix(line, ": No such file or directory")) {
		return false
	}
	return indefinite().MatchString(line)
}

// tick is how far the time of a change may be behind the clock that session.began was read from.
const tick = 20 * time.Millisecond
