//go:build unix

package cmaketargets_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// hostile are names and words that want to be more than text: commands to a CI system, sequences that a terminal obeys,
// ends of lines, and parts of the forms of reports.
var hostile = []string{
	"::add-mask::PWNED", " \t::add-mask::PWNED", "##[add-mask]PWNED", "x ##vso[task.complete]PWNED", "##teamcity[PWNED]", "\x1b]0;PWNED\x07",
	"\x1b[2J\x1b[H", "a\u202eb", "a\u2028::add-mask::PWNED", "a\n::add-mask::PWNED", "a\r::add-mask::PWNED", "a\u0085::add-mask::PWNED",
	"\xc2\x9b31m\xff", "\x01\x08\x7f", "<script>PWNED", "](javascript:PWNED)|", "]]>&amp;<PWNED>", "```\n# PWNED", "%0A::add-mask::PWNED",
	"section_start:1:PWNED\r\x1b[0K",
}

// hostileTree makes a repository in which everything that has a name has a hostile one, and says hostile things.
func hostileTree(t *testing.T) string {
	root := t.TempDir()
	for i, word := range hostile {
		// CMake takes a name of its own from each way there is to get one, but refuses such a target.
		var b strings.Builder
		quoted := "[==[" + strings.ReplaceAll(word, "\r", "") + "]==]"
		fmt.Fprintf(&b, "cmake_minimum_required(VERSION 3.19)\nproject(%s NONE)\nenable_testing()\nadd_custom_target(TARGET ALL)\n", quoted)
		fmt.Fprintf(&b, "add_test(NAME %s COMMAND ${CMAKE_COMMAND} -E cat ${CMAKE_SOURCE_DIR}/said)\n", quoted)
		fmt.Fprintf(&b, "set_tests_properties(%s PROPERTIES WILL_FAIL ON)\n", quoted)
		for _, step := range []string{"configure", "build", "test"} {
			fmt.Fprintf(&b, "# fake: %s print=%q warn=%q\n", step, word, "a.c:1:2: warning: "+word+" [-Wx]")
		}
		target, err := json.Marshal(word)
		if err != nil {
			t.Fatal(err)
		}
		for _, object := range []string{"codemodel", "target"} {
			fmt.Fprintf(&b, "# fake: reply object=%s from=%q to=%q\n", object, `"TARGET"`, target)
		}
		switch i % 3 {
		case 0:
			fmt.Fprintf(&b, "# fake: configure warn=%q warn=%q exit=1\n", "CMake Error at "+word+":3 (message):\n  "+word+"\n\n", word)
		case 1:
			fmt.Fprintf(&b, "# fake: build warn=%q warn=%q exit=1\n", "::add-mask::PWNED.c:1:2: error: "+word, "error: "+word)
		}
		dir := filepath.Join(root, "p", strings.ReplaceAll(word, "/", "_"))
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		presets, err := json.Marshal(map[string]any{"version": 3, "configurePresets": []any{map[string]any{"name": "::add-mask::PWNED\x1b\u202e"}}})
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"CMakeLists.txt": b.String(), "CMakePresets.json": string(presets), "said": word} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	// One that is no project is named by what is ignored.
	if err := os.MkdirAll(filepath.Join(root, "q", "::add-mask::PWNED\n", "node_modules"), 0o777); err != nil {
		t.Fatal(err)
	}
	return root
}

// TestHostileNames lets a hostile repository speak through every way out: the screen as plain lines, with -v, in the
// logs of two CI systems, as a dry run and as a list, the error that mage prints, and the reports.
func TestHostileNames(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes long")
	}
	t.Parallel()
	reports := []string{"r.json", "r.junit.xml", "r.md", "r.trace.json", "r.codequality.json", "r.html"}
	for name, test := range map[string]struct{ env, args []string }{
		"plain":   {nil, []string{"test"}},
		"verbose": {[]string{"MAGEFILE_VERBOSE=1"}, []string{"test", "list"}},
		"github":  {[]string{"GITHUB_ACTIONS=true", "CI=true"}, []string{"test"}},
		"gitlab":  {[]string{"GITLAB_CI=true", "CI=true"}, []string{"test"}},
		"dry run": {[]string{"CMAKETARGETS_DRY_RUN=1"}, []string{"test"}},
		"list":    {[]string{"MAGEFILE_VERBOSE=1"}, []string{"list"}},
		"preset":  {nil, []string{"-config", `{"Variants":[{"Name":"v","Preset":"::add-mask::PWNED"}]}`, "configure"}},
		"knob":    {[]string{"CMAKETARGETS_PROJECTS=p/\x1b]0;PWNED\x07##[add-mask]\n::add-mask::x"}, []string{"configure"}},
		"root":    {nil, []string{"-config", `{"Root":"q"}`, "configure"}},
		"report":  {[]string{"CMAKETARGETS_REPORT=\x1b]0;PWNED\x07\u202e##[add-mask]\n::add-mask::PWNED" + longName(255) + ".json"}, []string{"configure"}},
		"nested":  {[]string{"CMAKETARGETS_VARIANTS=::add-mask::PWNED\n\x1b"}, []string{"configure"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := hostileTree(t)
			out := t.TempDir()
			cmd := exec.Command(filepath.Join(commandBin, "targets"), test.args...)
			cmd.Dir = root
			cmd.Env = append([]string{
				"PATH=" + fakeBin(), "FAKECMAKE_PATH=" + realPath(realCMakes(t)[0]), "HOME=" + out, "CMAKETARGETS_STORE=off", "TERM=xterm-256color", "CLICOLOR_FORCE=0",
				"GORACE=atexit_sleep_ms=0",
			}, test.env...)
			if name == "plain" || name == "github" {
				var paths []string
				for _, r := range reports {
					paths = append(paths, filepath.Join(out, r))
				}
				cmd.Env = append(cmd.Env, "CMAKETARGETS_REPORT="+strings.Join(paths, ","))
			}
			var stdout, stderr bytes.Buffer
			cmd.Stdout, cmd.Stderr = &stdout, &stderr
			var exit *exec.ExitError
			if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if exit != nil && exit.ExitCode() == 125 || strings.Contains(stdout.String(), "read directive") {
				t.Fatalf("the fake was not understood: %s\n%s", &stdout, &stderr)
			}
			harmless(t, "stdout", stdout.String())
			harmless(t, "stderr", stderr.String())
			for _, r := range reports {
				if data, err := os.ReadFile(filepath.Join(out, r)); err == nil {
					wellFormed(t, r, data)
				}
			}
			if name == "plain" && !strings.Contains(stdout.String(), "PWNED") {
				t.Errorf("nothing of it was shown:\n%s", &stdout)
			}
		})
	}
}

var (
	// What we say to GitHub and GitLab ourselves.
	ownCommand = regexp.MustCompile(`^::(group::|endgroup::$|(error|warning|notice) (file|title)=[^:]*::)`)
	ownSection = regexp.MustCompile(`(?m)^\x1b\[0Ksection_(start|end):\d+:cmaketargets_\d+(\[collapsed=true\])?\r\x1b\[0K`)
	ciCommands = regexp.MustCompile(`^\s*::[a-z]|##[A-Za-z]*\[`)
)

// harmless fails for what would be more than text on a terminal or in a CI system's log.
func harmless(t *testing.T, stream, text string) {
	t.Helper()
	for line := range strings.Lines(ownSection.ReplaceAllString(text, "")) {
		line = strings.TrimSuffix(line, "\n")
		bad := ""
		// GitHub takes a line for one command, and ours is what it looks for first. That what is in ours ends where it should
		// is tested where it is made.
		if !ownCommand.MatchString(line) {
			bad = ciCommands.FindString(line)
		}
		for _, r := range line {
			if r != '\t' && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) {
				bad = fmt.Sprintf("%U", r)
			}
		}
		if bad != "" || !utf8.ValidString(line) {
			t.Errorf("%s has %q in %q", stream, bad, line)
		}
	}
}

// wellFormed fails for a report that a reader of its form would stumble over.
func wellFormed(t *testing.T, name string, data []byte) {
	t.Helper()
	if !utf8.Valid(data) || len(data) == 0 {
		t.Errorf("%s is not UTF-8", name)
	}
	switch {
	case strings.HasSuffix(name, ".json"):
		if !json.Valid(data) {
			t.Errorf("%s is not JSON", name)
		}
	case strings.HasSuffix(name, ".xml"):
		decoder := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
		}
	case strings.HasSuffix(name, ".html"):
		if found := regexp.MustCompile(`(?i)<script|<img|<iframe|(href|src)="javascript:|<[^>]*\son[a-z]+=`).Find(data); found != nil {
			t.Errorf("%s has %q", name, found)
		}
	case strings.HasSuffix(name, ".md"):
		inFence := false
		for line := range strings.Lines(string(data)) {
			fence := strings.HasPrefix(line, "```")
			inFence = inFence != fence
			plain := strings.ReplaceAll(line, `\<`, "")
			if !inFence && (strings.Contains(plain, "<script>PWNED") || strings.HasPrefix(line, "# PWNED") || strings.Contains(line, "](javascript:") && !strings.Contains(line, `\](javascript:`)) {
				t.Errorf("%s has %q", name, line)
			}
		}
	}
	for _, r := range string(data) {
		if r == 0x1b || r == 0x202e || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			if !strings.HasSuffix(name, ".json") || unicode.IsControl(r) && r < ' ' {
				t.Errorf("%s has %U", name, r)
				break
			}
		}
	}
}
