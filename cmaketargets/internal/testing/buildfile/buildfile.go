// Package buildfile draws random build files of Ninja, whose outputs are made of the contents of their inputs only.
package buildfile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Rules is the text of the file with the rules: one reads a file that it reports, one leaves its output as it is
// if it would have the same content.
const Rules = `rule cat
  command = cat $in > $out
rule keep
  command = cat $in > $out.new; cmp -s $out.new $out || cp $out.new $out
  restat = 1
rule scan
  command = cat $in $seen > $out; echo "$out: $seen" > $out.d
  depfile = $out.d
  deps = gcc
rule never
  command = true
`

// RulesFile is the name of that file in a build tree.
const RulesFile = "rules.ninja"

// Draw writes a random build file into a build tree, and the files in source that it reads, and returns their paths.
func Draw(t *rapid.T, source, build string) (sources []string) {
	var b strings.Builder
	fmt.Fprintf(&b, "src = %s\ninclude %s\n", strings.ReplaceAll(source, " ", "$ "), RulesFile)
	add := func(name string) string {
		path := filepath.Join(source, name)
		sources = append(sources, path)
		Write(t, path, name+"\n")
		return "${src}/" + strings.ReplaceAll(name, " ", "$ ")
	}
	var have []string
	for i := range rapid.IntRange(1, 4).Draw(t, "sources") {
		have = append(have, add(fmt.Sprintf("s %d", i)))
	}
	files := len(have)
	some := func(label string, of []string) string {
		return strings.Join(rapid.SliceOfNDistinct(rapid.SampledFrom(of), 1, min(2, len(of)), rapid.ID).Draw(t, label), " ")
	}
	for i := range rapid.IntRange(1, 6).Draw(t, "commands") {
		out := fmt.Sprintf("o%d", i)
		rule := rapid.SampledFrom([]string{"cat", "cat", "keep", "scan", "phony"}).Draw(t, "rule")
		fmt.Fprintf(&b, "build %s", out)
		if rule != "phony" && rule != "scan" && rapid.Bool().Draw(t, "second output") {
			fmt.Fprintf(&b, " | ./%s.other", out)
		}
		fmt.Fprintf(&b, ": %s %s", rule, some("inputs", have))
		for _, sign := range []string{"|", "||"} {
			if rapid.Bool().Draw(t, sign) {
				fmt.Fprintf(&b, " %s $\n    %s", sign, some("more inputs", have))
			}
		}
		b.WriteByte('\n')
		if rule == "scan" {
			add(fmt.Sprintf("seen%d", i))
			fmt.Fprintf(&b, "  seen = %s\n", sources[len(sources)-1])
		}
		if rule != "phony" { // which is no file to read
			have = append(have, out)
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "never up to date") == 0 {
		b.WriteString("build missing: never\n")
		fmt.Fprintf(&b, "build last: cat %s || missing\n", have[0])
		have = append(have, "last")
	}
	if files == len(have) { // all are phony
		fmt.Fprintf(&b, "build last: cat %s\n", have[0])
		have = append(have, "last")
	}
	if rapid.Bool().Draw(t, "default") {
		b.WriteString("default " + some("defaults", have[files:]) + "\n")
	} else {
		b.WriteString("default " + have[len(have)-1] + "\n")
	}
	Write(t, filepath.Join(build, RulesFile), Rules)
	Write(t, filepath.Join(build, "build.ninja"), b.String()+"build build.ninja: phony\n")
	return sources
}

// Check is rapid.Check with fewer checks, as each starts Ninja some times; -rapid.checks changes that.
func Check(t *testing.T, checks int, property func(*rapid.T)) {
	t.Helper()
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(checks))
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	rapid.Check(t, property)
}

// Write writes a file, or fails the test.
func Write(t interface{ Fatal(...any) }, path, content string) {
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}
