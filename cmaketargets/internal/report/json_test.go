package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// The schema describes every field: it allows no others.
func TestSchema(t *testing.T) {
	schema := jsonschema.NewCompiler()
	schema.AssertFormat()
	compiled, err := schema.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	empty := report.Document{}
	empty.Summarize()
	for name, d := range map[string]report.Document{"every": every(), "many": many(3), "empty": empty} {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(render(t, report.JSON, d)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(value); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// JSON loses nothing but bytes that are not text.
func TestJSONHoldsEverything(t *testing.T) {
	d := many(3)
	var back report.Document
	if err := json.Unmarshal(render(t, report.JSON, d), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, back); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}
