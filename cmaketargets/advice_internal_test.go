package cmaketargets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// Each advice is for words that tools really print, and is given to errors only.
func TestAdvices(t *testing.T) {
	printed, err := os.ReadFile(filepath.Join("internal", "diagnose", "testdata", "diagnostics.golden"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range advices {
		if !strings.Contains(string(printed), a.says) {
			t.Errorf("no sample says %q", a.says)
		}
		said := diagnose.Diagnostic{Severity: diagnose.SeverityError, Message: "before " + a.says + " behind"}
		noted := diagnose.Diagnostic{Severity: diagnose.SeverityError, Notes: []diagnose.Frame{{Text: a.says}}}
		for _, d := range []diagnose.Diagnostic{said, noted} {
			if got := new(tree).hint(d); got != a.hint {
				t.Errorf("%v: hint %q, want %q", d, got, a.hint)
			}
		}
		said.Severity = diagnose.SeverityWarning
		if got := new(tree).hint(said); got != "" {
			t.Errorf("a warning has the hint %q", got)
		}
	}
}

// What is missing is to be installed, unless that would not help.
func TestHintToInstall(t *testing.T) {
	missing := func(message string) diagnose.Diagnostic {
		return diagnose.Diagnostic{Severity: diagnose.SeverityError, Message: message, Missing: "ZLIB"}
	}
	const nowhere = "Could NOT find ZLIB (missing: ZLIB_LIBRARY ZLIB_INCLUDE_DIR)"
	hint := new(tree).hint(missing(nowhere))
	if _, err := os.Stat("/usr/bin/apt-get"); err == nil && !strings.HasPrefix(hint, "install it: ") {
		t.Errorf("hint %q", hint)
	}
	if got := (&tree{variant: Variant{Toolchain: "arm.cmake"}}).hint(missing(nowhere)); got != "" {
		t.Errorf("for another machine: hint %q", got)
	}
	for _, message := range []string{
		`Could NOT find ZLIB: Found unsuitable version "1.2.13", but required is at least "9"`,
		`Could not find a configuration file for package "ZLIB" that is compatible with requested version "9".`,
		`Found package configuration file: but it set ZLIB_FOUND to FALSE so package "ZLIB" is considered to be NOT FOUND.`,
		`Could NOT find ZLIB: Wrong major version 1`,
	} {
		if got := new(tree).hint(missing(message)); got != "" {
			t.Errorf("%s: hint %q", message, got)
		}
	}
}
