package report_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// What is written is what the schema describes, and nothing else: it allows no further fields.
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

// Nothing is lost on the way through JSON but bytes that are no text.
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
