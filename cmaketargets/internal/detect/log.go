package detect

import (
	"bytes"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// event is a line of a session's log: "verb language detail".
type event struct{ verb, language, detail string }

// events reads the log that the script has written. A line that it would not have written tells nothing: a full disk
// may have cut one off, and what is said to be an entry is removed where it is none.
func (x *Session) events(log []byte) []event {
	var list []event
	for line := range strings.Lines(string(asWritten(log))) {
		line, whole := strings.CutSuffix(line, "\n")
		verb, rest, _ := strings.Cut(line, " ")
		language, detail, _ := strings.Cut(rest, " ")
		if !whole || language != system && !slices.Contains(languages, language) {
			continue
		}
		switch verb {
		case "installed":
			if filepath.Dir(detail) != x.shelf || !entryName.MatchString(filepath.Base(detail)) {
				continue
			}
		case "withdrawn", "reused", "recorded", "doubt":
		default:
			continue
		}
		list = append(list, event{verb, language, detail})
	}
	return list
}

// asWritten undoes what file(WRITE) does on Windows, where it makes "\r\n" of "\n".
func asWritten(data []byte) []byte {
	if runtime.GOOS == "windows" {
		return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	return data
}
