package diagnose_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/diagnose"
)

// BenchmarkRead reads large logs: echoed commands with warnings, lines without a meaning, and the
// samples many times.
func BenchmarkRead(b *testing.B) {
	var commands, samples strings.Builder
	echo := "[1/2] /usr/bin/c++ -I/a: -DX=: " + strings.Repeat("-I/some/where ", 40) + "-c main.cpp\n"
	for i := range 5000 {
		fmt.Fprintf(&commands, "%smain.cpp:%d:4: warning: w [-Wx]\n %4d | x\n", echo, i, i)
	}
	files, err := filepath.Glob("testdata/samples/*.txt")
	if err != nil {
		b.Fatal(err)
	}
	for range 30 {
		for _, file := range files {
			sample, err := os.ReadFile(file)
			if err != nil {
				b.Fatal(err)
			}
			samples.Write(sample)
		}
	}
	for name, output := range map[string]string{
		"commands": commands.String(),
		"prose":    strings.Repeat("this is a line: of a program, that says much: and means nothing (by it)\n", 50_000),
		"samples":  samples.String(),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(output)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := diagnose.Read("build", bytes.NewReader([]byte(output))); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
