package cmake_test

import (
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
)

// In these environments Make may make targets that are up to date.
func TestMakeDecides(t *testing.T) {
	for entry, want := range map[string]bool{
		"MAKEFLAGS=": false, "MAKEFLAGS=k": false, "MAKEFLAGS= -j8 --jobserver-auth=fifo:/tmp/B": false, "HOME=/B": false,
		"MAKEFLAGS=B": true, "MAKEFLAGS=kB": true, "MAKEFLAGS=-B": true, "MAKEFLAGS= -j2 -B": true, "MAKEFLAGS=--always-make": true,
		"GNUMAKEFLAGS=-B": true, "MAKEFLAGS=-W in": true, "GNUMAKEFLAGS=--what-if=in": true, "MAKEFLAGS=--old-file=in": true, "MAKEFLAGS=-o in": true,
		"MAKEFILES=more.mk": true, "MAKEFLAGS=n": true, "MAKEFLAGS=--dry-run": true,
	} {
		if got := cmake.MakeDecides([]string{entry}); got != want {
			t.Errorf("MakeDecides(%q) = %v, want %v", entry, got, want)
		}
	}
}
