package toolchain

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestProbeNotCMake(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	for role, want := range map[string]string{
		"prints:":               `it printed "": `,
		"prints:I am a teapot":  `it printed "I am a teapot": `,
		"fails:no such library": `it printed "no such library": `,
		"hangs:wait for it":     `it printed "wait for it": no answer in 2s`,
	} {
		limit := time.Minute
		if strings.HasPrefix(role, "hangs") {
			limit = 2 * time.Second // it must have printed by then
		}
		_, err := program{path: path}.probe(t.Context(), playing(t, role), limit)
		contains(t, err, "use "+path+" as cmake: "+want)
	}
	_, output, err := ask(t.Context(), askLimit, path, playing(t, "floods:"))
	if len(output) != 1<<20 {
		t.Errorf("a flood: %d bytes", len(output))
	}
	contains(t, err, "an answer longer than 1048576 bytes")
}

func TestProbeCancelled(t *testing.T) {
	path := standIn(t, t.TempDir(), "cmake")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := program{path: path}.probe(ctx, playing(t, "hangs:"), askLimit)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	contains(t, err, "ask "+path+" for its version: ")
}

func TestGenerators(t *testing.T) {
	p := program{path: standIn(t, t.TempDir(), "cmake")}
	got, err := p.generators(t.Context(), playing(t,
		`prints:{"generators":[{"name":"Ninja","extraGenerators":["Kate"]},{"name":"Unix Makefiles"}]}`))
	if want := "Ninja,Kate - Ninja,Unix Makefiles"; err != nil || strings.Join(got, ",") != want {
		t.Errorf("got %q, %v, want %s", got, err, want)
	}
	_, err = p.generators(t.Context(), playing(t, "prints:{"))
	contains(t, err, "as cmake: it printed \"{\": ")
}

// The names of the generators are those in cmake --help, for each CMake in CMAKETARGETS_TEST_CMAKES, a
// list like PATH, or the one in PATH.
func TestRealGenerators(t *testing.T) {
	names := filepath.SplitList(os.Getenv("CMAKETARGETS_TEST_CMAKES"))
	if len(names) == 0 {
		names = []string{"cmake"}
	}
	for _, name := range names {
		p, err := locate(name, os.Environ())
		if err != nil {
			t.Fatalf("this test needs a real CMake: %v", err)
		}
		got, err := p.generators(t.Context(), os.Environ())
		if err != nil || !slices.Contains(got, "Ninja") || !slices.Contains(got, "Ninja Multi-Config") {
			t.Errorf("got %q, %v", got, err)
		}
		help, err := exec.CommandContext(t.Context(), p.path, "--help").Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, generator := range got {
			if !strings.Contains(string(help), generator) {
				t.Errorf("%q is not in cmake --help", generator)
			}
		}
	}
}

// FuzzGenerators checks that an answer about generators gives names that can be printed and compared,
// or an error.
func FuzzGenerators(f *testing.F) {
	f.Add(`{"fileApi":{},"generators":[{"extraGenerators":["CodeBlocks","Kate"],"name":"Ninja","platformSupport":false},{"extraGenerators":[],"name":"Unix Makefiles"}],"serverMode":false}`)
	f.Add(`{"generators":[{},{"name":"\ud800"},null]}`)
	f.Add(`{}`)
	f.Add(`[]`)
	f.Add("")
	f.Fuzz(func(t *testing.T, answer string) {
		names, err := parseGenerators(answer)
		if err != nil {
			if names != nil {
				t.Errorf("%q: both %q and %v", answer, names, err)
			}
			return
		}
		type generator struct {
			Name string `json:"name"`
		}
		var same struct {
			Generators []generator `json:"generators"`
		}
		for _, name := range names {
			if name == "" || !utf8.ValidString(name) {
				t.Errorf("%q: a generator has the name %q", answer, name)
			}
			same.Generators = append(same.Generators, generator{name})
		}
		text, err := json.Marshal(same)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := parseGenerators(string(text)); err != nil || len(names) == 0 || !slices.Equal(names, again) {
			t.Errorf("%q: got %q, and again %q, %v", answer, names, again, err)
		}
	})
}
