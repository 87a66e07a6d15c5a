package report

import (
	"encoding/json"
	"io"
)

// JSON writes the document as described by schema.json.
func JSON(w io.Writer, d Document) error {
	if d.Runs == nil {
		d.Runs = []Run{}
	}
	if d.Results == nil {
		d.Results = []Result{}
	}
	return writeJSON(w, d)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
