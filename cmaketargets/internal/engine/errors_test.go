package engine

import (
	"context"
	"errors"
	"testing"
)

// The error of a report that cannot be written is added to other errors, and changes neither status
// nor cause of these.
func TestWithReports(t *testing.T) {
	unwritten := errors.New("write report r.json: no space left on device")
	boom := errors.New("build a: boom")
	for name, test := range map[string]struct {
		err    error
		status int
		text   string
	}{
		"nothing else": {nil, 1, "write report r.json: no space left on device"},
		"a failure":    {failed([]error{boom}, 2), 1, "1 step failed of 2: build a: boom; write report r.json: no space left on device"},
		"cancelled":    {cancelled(context.Canceled, nil), 130, "cancelled; write report r.json: no space left on device"},
		"not started": {
			invalid(&linesError{[]string{"find projects: none", "ignored a: \x1b"}}), 2,
			"find projects: none\n  ignored a: \\e; write report r.json: no space left on device",
		},
	} {
		var got *Error
		if err := withReports(test.err, nil, unwritten); !errors.As(err, &got) || got.Status != test.status || got.Error() != test.text {
			t.Errorf("%s: got %v", name, err)
		} else if !errors.Is(err, unwritten) || errors.Is(err, context.Canceled) != errors.Is(test.err, context.Canceled) {
			t.Errorf("%s: its causes are %v", name, got.Unwrap())
		}
		if err := withReports(test.err, nil); !errors.Is(err, test.err) {
			t.Errorf("%s: without a missing report it became %v", name, err)
		}
	}
}

// An error names five failures, in a form fit for a terminal, and has all of them as causes.
func TestFailedNamesSome(t *testing.T) {
	var failures []error
	for range 7 {
		failures = append(failures, errors.New("build a\nb: x"))
	}
	got := failed(failures, 9)
	if want := `7 steps failed of 9: build a\nb: x; build a\nb: x; build a\nb: x; build a\nb: x; build a\nb: x; and 2 more`; got.Error() != want || len(got.Unwrap()) != 7 {
		t.Errorf("got %v, %d causes", got, len(got.Unwrap()))
	}
}
