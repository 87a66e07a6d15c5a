package compdb

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzState holds what is remembered of a merged file to coming back as it was
// kept, and a state file of any content to one meaning or none.
func FuzzState(f *testing.F) {
	file := File{State: filepath.Join(f.TempDir(), "build", ".cmaketargets", "merged")}
	const sources = "12 1700000000000000000 0 0 \"/repo\" \"Debug\" \"/repo/build/a/compile_commands.json\"\n"
	f.Add("/repo/compile_commands.json", "345 1700000000000000000 0", true, sources)
	f.Add("/with\nline\xff\"", none, false, sources+sources)
	f.Add("/", "", false, heading+"\n\"/elsewhere\"\n\"/\"\n-\n"+sources)
	f.Add("/", "", true, heading+"\n")
	f.Fuzz(func(t *testing.T, path, stamp string, foreign bool, text string) {
		if text == "" || strings.Contains(stamp, "\n") || strings.HasPrefix(stamp, foreignMark) {
			return // without sources there is no state, and no stamp is like that
		}
		want := state{path, stamp, foreign, text}
		if file.save(want); file.load() != want {
			t.Errorf("%+v came back as %+v", want, file.load())
		}
		if err := os.WriteFile(file.State, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		read := file.load()
		if read != (state{}) && !strings.HasPrefix(text, heading+"\n") {
			t.Errorf("%q was taken for %+v", text, read)
		}
		if file.save(read); file.load() != read && read.sources != "" {
			t.Errorf("%q: %+v came back as %+v", text, read, file.load())
		}
	})
}

// FuzzOurs holds what decides whether a file may be overwritten to this: it
// does not depend on how much is read at once, one that was cut off or added to
// is not ours, and ours is a list with one object on each line.
func FuzzOurs(f *testing.F) {
	f.Add([]byte("[\n{\"file\":\"a\"},\n{\"file\":\"b\",\"directory\":\"/\"}\n]\n"), 12)
	f.Add([]byte("[\n{\"file\":\"a\"}\n]\n]\n"), 18)
	f.Add([]byte("[\n{\"file\":\""+strings.Repeat("long ", 20)+"\"}\n]\n"), 60)
	f.Add([]byte("[\n{\n  \"directory\": \"/b\",\n  \"file\": \"a\"\n}\n]\n"), 3)
	f.Add([]byte("[\n]\n"), 2)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		read := func(text []byte, buffer int) bool {
			return ourForm(bufio.NewReaderSize(bytes.NewReader(text), buffer))
		}
		ours := read(text, 64<<10)
		if read(text, 16) != ours {
			t.Errorf("%q is ours: %v, and read in small pieces: %v", text, ours, !ours)
		}
		if !ours {
			return
		}
		if cut >= 0 && cut < len(text) && read(text[:cut], 64<<10) || read(append(text, '\n'), 64<<10) {
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
