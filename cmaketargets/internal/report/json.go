package report

import (
	"encoding/json"
	"io"
)

// JSON writes the document as schema.json describes it.
func JSON(w io.Writer, d Document) error {
	if d.Runs == nil {
		d.Runs = []Run{}
	}
	if d.Results == nil {
		d.Results = []Result{}
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(d)
}
