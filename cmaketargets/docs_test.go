package cmaketargets_test

import (
	gobuild "go/build"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const rooms = "github.com/magecmake/magecmake/cmaketargets/internal/"

// TestRooms compares the table of rooms in ARCHITECTURE.md with the imports in the code. Imports go
// down the table, so there can be no circle.
func TestRooms(t *testing.T) {
	page := readText(t, "..", "ARCHITECTURE.md")
	_, page, _ = strings.Cut(page, "## Rooms\n")
	page, _, _ = strings.Cut(page, "\n## ")
	var names []string
	allowed := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|.*\\| ([\\w ]*)\\|$").FindAllStringSubmatch(page, -1) {
		names = append(names, row[1])
		allowed[row[1]] = strings.Fields(row[2])
	}
	for i, name := range names {
		for _, below := range allowed[name] {
			if at := slices.Index(names, below); at <= i {
				t.Errorf("%s imports %s, which is not below it in the table", name, below)
			}
		}
	}
	for room, dir := range packages(t) {
		list, ok := allowed[room]
		if !ok {
			t.Errorf("ARCHITECTURE.md does not have the room %s", room)
			continue
		}
		for _, goos := range []string{"linux", "windows"} {
			system := gobuild.Default
			system.GOOS = goos
			p, err := system.ImportDir(dir, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range p.Imports {
				if below, ok := strings.CutPrefix(path, rooms); ok && !slices.Contains(list, below) {
					t.Errorf("%s imports %s; add it to its row in ARCHITECTURE.md if that is meant", room, below)
				}
			}
		}
	}
}

// packages returns the directories of the face and of all rooms but those of tests, by name.
func packages(t *testing.T) map[string]string {
	found := map[string]string{"cmaketargets": "."}
	err := filepath.WalkDir("internal", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "testdata" || path == filepath.Join("internal", "testing")):
			return filepath.SkipDir
		case !d.IsDir() && strings.HasSuffix(path, ".go"):
			name, _ := filepath.Rel("internal", filepath.Dir(path))
			found[filepath.ToSlash(name)] = filepath.Dir(path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestReadmeShowsExamples requires that each Go snippet of the README is a part of an example or of
// the package documentation, apart from its indentation.
func TestReadmeShowsExamples(t *testing.T) {
	doc := regexp.MustCompile(`(?m)^//\t?`).ReplaceAllString(readText(t, "doc.go"), "")
	code := plain(readText(t, "example_test.go")) + plain(doc)
	snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readText(t, "..", "README.md"), -1)
	if len(snippets) < 4 {
		t.Errorf("the README has %d snippets of Go", len(snippets))
	}
	for _, snippet := range snippets {
		for paragraph := range strings.SplitSeq(snippet[1], "\n\n") {
			// The signature of a function is one of the README's own.
			lines := strings.Split(strings.TrimSpace(plain(paragraph)), "\n")
			if strings.HasPrefix(lines[0], "func ") {
				lines = lines[1 : len(lines)-1]
			}
			if text := strings.Join(lines, "\n"); !strings.Contains(code, text) {
				t.Errorf("the README has this, and no example has it:\n%s", text)
			}
		}
	}
}

// TestReadmeNamesSettings requires that the README names each setting of a run and each field of Config.
func TestReadmeNamesSettings(t *testing.T) {
	readme := readText(t, "..", "README.md")
	settings := regexp.MustCompile(`"(CMAKETARGETS_\w+[A-Z])"`).FindAllStringSubmatch(readText(t, "internal", "settings", "environment.go"), -1)
	_, config, _ := strings.Cut(readText(t, "config.go"), "type Config struct {\n")
	config, _, _ = strings.Cut(config, "\n}\n")
	for _, line := range regexp.MustCompile(`(?m)^\t([A-Z]\w*(?:, [A-Z]\w*)*) `).FindAllStringSubmatch(config, -1) {
		for name := range strings.SplitSeq(line[1], ", ") {
			settings = append(settings, []string{"", name})
		}
	}
	if len(settings) < 30 {
		t.Errorf("found only %d settings", len(settings))
	}
	for _, s := range settings {
		if !regexp.MustCompile("`" + s[1] + `\b`).MatchString(readme) {
			t.Errorf("the README does not name %s", s[1])
		}
	}
}

func readText(t *testing.T, path ...string) string {
	data, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(data), "\r\n", "\n")
}

// plain returns text without indentation.
func plain(text string) string {
	return regexp.MustCompile(`(?m)^[ \t]+`).ReplaceAllString(text, "")
}
