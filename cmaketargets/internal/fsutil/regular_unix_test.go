//go:build unix

package fsutil_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
)

// Whatever is in the place of a file, no reader waits.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.WriteFile(at("file"), []byte("text"), 0o666),
		os.WriteFile(at("empty"), nil, 0o666),
		os.WriteFile(at("long"), []byte("12345"), 0o666),
		os.Symlink("file", at("link")),
		os.Symlink("pipe", at("link to a pipe")),
		os.Symlink("nothing", at("dangling")),
		os.Mkdir(at("dir"), 0o777),
		syscall.Mkfifo(at("pipe"), 0o666),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		path, want string
		err        error
	}{
		{at("file"), "text", nil},
		{at("link"), "text", nil},
		{at("empty"), "", nil},
		{at("nothing"), "", fs.ErrNotExist},
		{at("dangling"), "", fs.ErrNotExist},
		{at("dir"), "", fsutil.ErrNotRegular},
		{at("pipe"), "", fsutil.ErrNotRegular},
		{at("link to a pipe"), "", fsutil.ErrNotRegular},
		{"/dev/zero", "", fsutil.ErrNotRegular},
	} {
		data, info, err := fsutil.Read(test.path, 4)
		if string(data) != test.want || !errors.Is(err, test.err) || err == nil && info.Size() != int64(len(test.want)) {
			t.Errorf("Read(%s) = %q, %v, want %q, %v", test.path, data, err, test.want, test.err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "read "+test.path+": ") {
			t.Errorf("error %q", err)
		}
		file, err := fsutil.Open(test.path)
		if !errors.Is(err, test.err) {
			t.Errorf("Open(%s) = %v, want %v", test.path, err, test.err)
		}
		if err == nil {
			_ = file.Close()
		}
	}
	if _, _, err := fsutil.Read(at("long"), 4); err == nil || !strings.Contains(err.Error(), "5 bytes are more than the 4") {
		t.Errorf("a long one: %v", err)
	}
}
