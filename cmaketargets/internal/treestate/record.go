package treestate

import (
	"bytes"
	"encoding/json"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/inputs"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// maxRecord bounds a record, in bytes.
const maxRecord = 64 << 20

// recordHead is the first line of a record, in JSON. Behind it are stamps, a line each.
type recordHead struct {
	Bytes int             `json:"bytes"` // of the stamps: a power failure can leave fewer
	Head  json.RawMessage `json:"head"`
}

// recordName returns the name of a record of a step, as the files of other configurations of the build tree are kept apart
// from it; see plan.Tree.Record.
func recordName(file string, step, record model.Step) string {
	if record == step {
		return file
	}
	return file + "-" + string(record)
}

// writeRecord replaces a record in a build tree.
func writeRecord(dir, name string, head any, stamps string) error {
	data, err := json.Marshal(head)
	if err == nil {
		data, err = json.Marshal(recordHead{len(stamps), data})
	}
	if err != nil {
		return err
	}
	return inputs.WriteState(dir, name, append(append(data, '\n'), stamps...))
}

// readRecord reads a record, its head into head, and returns its stamps. It is not ok where there is none, or a damaged one.
func readRecord(path string, head any) (stamps string, ok bool) {
	data, _, err := fsutil.Read(path, maxRecord)
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	var whole recordHead
	ok = err == nil && json.Unmarshal(first, &whole) == nil && whole.Bytes == len(rest) && json.Unmarshal(whole.Head, head) == nil
	return string(rest), ok
}
