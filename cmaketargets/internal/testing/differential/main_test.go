//go:build linux

package differential_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

// compilers is a directory with a cc, and others/cc, which all sequences share: as the paths of a
// compiler are the same in all of them, it is detected once. Both append the names of their outputs
// to the file that DIFFERENTIAL_LOG names. So does gen, which joins files: gen OUT IN...
var compilers string

// store is Config.Store of all sequences.
var store string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "differential")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	compilers, store = filepath.Join(dir, "compilers"), filepath.Join(dir, "store")
	if err := writeCompilers(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		_ = os.RemoveAll(dir)
		os.Exit(code)
	}))
}

const (
	logged = `#!/bin/sh
for arg; do
  [ "$last" = -o ] && out=$arg
  last=$arg
done
case $PWD in
*/CMakeFiles/*) ;; # a check
*) [ -z "$out" ] || echo "$PWD $out" >>"$DIFFERENTIAL_LOG" ;;
esac
exec %s "$@"
`
	gen = `#!/bin/sh
out=$1
shift
echo "$PWD $out" >>"$DIFFERENTIAL_LOG"
for file; do
  while read -r line; do
    echo "$line"
  done <"$file"
done >"$out"
`
)

func writeCompilers() error {
	cc, err := exec.LookPath("cc")
	if err != nil {
		return err
	}
	for name, text := range map[string]string{
		"cc": fmt.Sprintf(logged, cc), "others/cc": fmt.Sprintf(logged, cc), "gen": gen,
	} {
		path := filepath.Join(compilers, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o777); err != nil {
			return err
		}
	}
	return nil
}

func must(t reporter, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v", err)
	}
}
