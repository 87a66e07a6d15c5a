package fakecmake

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A testCase is one test as JUnit has it.
type testCase struct {
	XMLName xml.Name `xml:"testcase"`
	Name    string   `xml:"name,attr"`
	Class   string   `xml:"classname,attr"`
	Time    string   `xml:"time,attr"`
	Status  string   `xml:"status,attr"`
	Failure *struct {
		Message string `xml:"message,attr"`
	} `xml:"failure"`
	Output string `xml:"system-out"`
}

// testOne runs one test, whose output is shown only if it fails and that was asked for.
func (c *call) testOne(d directive, verbose bool, i, of int) (tc testCase, status int) {
	tc = testCase{Name: d.value("name", ""), Time: "0", Status: "run"}
	tc.Class = tc.Name
	fmt.Fprintf(c.Stdout, "    Start %d: %s\n", i+1, tc.Name)
	var output strings.Builder
	inner := *c
	inner.Stdout, inner.Stderr = &output, &output
	status, _ = inner.performOne(directive{d.noun, withoutName(d.options)})
	inner.reap()
	result := "   Passed"
	if status != 0 {
		result, tc.Status = "***Failed", "fail"
		tc.Failure = &struct {
			Message string `xml:"message,attr"`
		}{"Failed"}
	}
	tc.Output = output.String()
	fmt.Fprintf(c.Stdout, "%d/%d Test #%d: %s %s %s    0.00 sec\n", i+1, of, i+1, tc.Name, strings.Repeat(".", max(3, 29-len(tc.Name))), result)
	if status != 0 && verbose {
		fmt.Fprint(c.Stdout, tc.Output)
	}
	return tc, status
}

func withoutName(options []option) (rest []option) {
	for _, o := range options {
		if o.key != "name" {
			rest = append(rest, o)
		}
	}
	return rest
}

// writeJUnit writes the results where --output-junit says; a relative path is below the build tree.
func writeJUnit(t testRun, cases []testCase, failures int) error {
	if t.junit == "" {
		return nil
	}
	path := t.junit
	if !filepath.IsAbs(path) {
		path = filepath.Join(t.dir, path)
	}
	data, err := xml.MarshalIndent(struct {
		XMLName  xml.Name `xml:"testsuite"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Cases    []testCase
	}{Name: "(empty)", Tests: len(cases), Failures: failures, Cases: cases}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append([]byte(xml.Header), data...), 0o666)
}
