package proc_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/proc"
)

func TestTail(t *testing.T) {
	var all bytes.Buffer
	tail := &proc.Tail{To: &all, Max: 10}
	for i := range 100 {
		if _, err := tail.Write([]byte(strconv.Itoa(i) + " ")); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := string(tail.Bytes()), " 97 98 99 "; got != want || !tail.Cut() || int(tail.Total) != all.Len() {
		t.Errorf("Bytes = %q, Cut = %v, Total = %d; want %q, true, %d", got, tail.Cut(), tail.Total, want, all.Len())
	}
	short := &proc.Tail{Max: 10}
	if _, err := short.Write([]byte("all of it")); err != nil || short.Cut() || string(short.Bytes()) != "all of it" {
		t.Errorf("Bytes = %q, Cut = %v, %v", short.Bytes(), short.Cut(), err)
	}
}

func TestTailGoesOnWithoutLog(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	tail := &proc.Tail{To: file, Max: 10}
	if n, err := tail.Write([]byte("text")); n != 4 || err != nil {
		t.Errorf("Write = %d, %v, want 4 and no error", n, err)
	}
	if !errors.Is(tail.Err(), os.ErrClosed) || string(tail.Bytes()) != "text" {
		t.Errorf("Err = %v, Bytes = %q", tail.Err(), tail.Bytes())
	}
}
