package logfile

import (
	"io"
	"os"
)

// ring keeps the last bytes written to it, in a file.
type ring struct {
	file  *os.File
	size  int64 // bytes that it keeps
	total int64 // bytes written; the next one goes to total % size
}

// missing is how many bytes at the beginning are lost.
func (r *ring) missing() int64 { return max(0, r.total-r.size) }

func (r *ring) write(p []byte) error {
	if over := int64(len(p)) - r.size; over > 0 {
		p, r.total = p[over:], r.total+over
	}
	for len(p) > 0 {
		at := r.total % r.size
		n := min(int64(len(p)), r.size-at)
		if _, err := r.file.WriteAt(p[:n], at); err != nil {
			return err
		}
		p, r.total = p[n:], r.total+n
	}
	return nil
}

// reader returns what is kept, the oldest byte first.
func (r *ring) reader() io.Reader {
	if r.missing() == 0 {
		return io.NewSectionReader(r.file, 0, r.total)
	}
	if r.size == 0 {
		return io.MultiReader()
	}
	at := r.total % r.size
	return io.MultiReader(io.NewSectionReader(r.file, at, r.size-at), io.NewSectionReader(r.file, 0, at))
}
