package compdb

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzState checks that a state comes back as it was saved, and that a state file of any content has
// one meaning or none.
func FuzzState(f *testing.F) {
	file := File{State: filepath.Join(f.TempDir(), "build", ".cmaketargets", "merged")}
	const sources = "12 1700000000000000000 0 0 \"/repo\" \"Debug\" \"/repo/build/a/compile_commands.json\"\n"
	f.Add("/repo/compile_commands.json", "345 1700000000000000000 0", true, sources)
	f.Add("/with\nline\xff\"", none, false, sources+sources)
	f.Add("/", "", false, `{"Own":"\"/elsewhere\"","Path":"\"/\"","File":"-","Sources":"x"}`)
	f.Add("/", "", true, "{}")
	f.Fuzz(func(t *testing.T, path, stamp string, foreign bool, text string) {
		if text == "" || !utf8.ValidString(stamp+text) {
			return // without sources there is no state, and stamps are UTF-8
		}
		want := state{Path: path, File: stamp, Foreign: foreign, Sources: text}
		if file.save(want); file.load() != want {
			t.Errorf("%+v came back as %+v", want, file.load())
		}
		if err := os.WriteFile(file.State, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		read := file.load()
		if read != (state{}) && !json.Valid([]byte(text)) {
			t.Errorf("%q was taken for %+v", text, read)
		}
		if file.save(read); file.load() != read && read.Sources != "" {
			t.Errorf("%q: %+v came back as %+v", text, read, file.load())
		}
	})
}

// FuzzOurs checks the decision whether a file may be overwritten: one that was cut off or added to is
// not ours, and ours is a list with one object on each line.
func FuzzOurs(f *testing.F) {
	f.Add([]byte("[\n{\"file\":\"a\"},\n{\"file\":\"b\",\"directory\":\"/\"}\n]\n"), 12)
	f.Add([]byte("[\n{\"file\":\"a\"}\n]\n]\n"), 18)
	f.Add([]byte("[\n{\"file\":\""+strings.Repeat("long ", 20)+"\"}\n]\n"), 60)
	f.Add([]byte("[\n{\n  \"directory\": \"/b\",\n  \"file\": \"a\"\n}\n]\n"), 3)
	f.Add([]byte("[\n]\n"), 2)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		if !ours(text) {
			return
		}
		if cut >= 0 && cut < len(text) && ours(text[:cut]) || ours(append(text, '\n')) {
			t.Errorf("%q is ours, and also cut at %d or with one more line", text, cut)
		}
		lines := strings.Split(string(text), "\n")
		for i, line := range lines[1 : len(lines)-2] {
			if !strings.HasPrefix(line, `{"file":"`) || strings.HasSuffix(line, "},") != (i < len(lines)-4) {
				t.Errorf("%q is ours, with the line %q", text, line)
			}
		}
	})
}
