package cmake

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// PresetComment returns the place of the first comment in CMakePresets.json or CMakeUserPresets.json
// of a source directory, file:line:column, and "" when there is none. JSON has no comments: CMake
// takes some of them or none, depending on its version.
func PresetComment(sourceDir string) string {
	for _, name := range []string{"CMakePresets.json", "CMakeUserPresets.json"} {
		path := filepath.Join(sourceDir, name)
		data, _, err := fsutil.Read(path, maxPresets)
		if err != nil {
			continue
		}
		if start, end := nextComment(data, 0); start < end {
			return position(path, data, int64(start))
		}
	}
	return ""
}

// nextComment returns the first comment of JavaScript in JSON data from an offset outside of strings
// on. start is len(data) when there is none.
func nextComment(data []byte, from int) (start, end int) {
	quoted := false
	for i := from; i < len(data); i++ {
		length := 0
		switch {
		case quoted && data[i] == '\\':
			i++
		case data[i] == '"':
			quoted = !quoted
		case quoted:
		case bytes.HasPrefix(data[i:], []byte("//")):
			length = bytes.IndexByte(data[i:], '\n')
		case bytes.HasPrefix(data[i:], []byte("/*")):
			length = bytes.Index(data[i+2:], []byte("*/"))
			if length >= 0 {
				length += len("/**/")
			}
		}
		switch {
		case length < 0:
			return i, len(data)
		case length > 0:
			return i, i + length
		}
	}
	return len(data), len(data)
}

// lenient returns data without text that some or all CMakes accept and encoding/json does not: a byte
// order mark, which editors on Windows write, comments, and control characters in strings. Blanks
// replace them, so that offsets stay the same.
func lenient(data []byte) []byte {
	data = bytes.Clone(data)
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		copy(data, "   ")
	}
	for start, end := nextComment(data, 0); start < end; start, end = nextComment(data, end) {
		for i := start; i < end; i++ {
			data[i] = ' '
		}
	}
	for i, c := range data {
		if c < ' ' {
			data[i] = ' '
		}
	}
	return data
}

// lastComma returns an error when that of a decoder is about the bracket behind a comma, which editors
// accept and CMake does not, and the offset of the comma.
func lastComma(data []byte, err error) (at int64, comma error) {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) || syntax.Offset < 1 || !bytes.ContainsRune([]byte("]}"), rune(data[syntax.Offset-1])) {
		return 0, nil
	}
	before := bytes.TrimRight(data[:syntax.Offset-1], " ")
	if !bytes.HasSuffix(before, []byte(",")) {
		return 0, nil
	}
	return int64(len(before) - 1), fmt.Errorf("a comma before %q, which JSON does not have; remove it", data[syntax.Offset-1:syntax.Offset])
}
