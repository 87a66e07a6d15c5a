package cmakelang

import (
	"io/fs"
	"sync"
)

// Modules keeps the Code of files that many projects read, as CMake's own modules are: each is read
// once in a run. It is not kept longer: decoding a stored module takes about as long as reading it.
// The zero value is ready for use by several goroutines.
type Modules struct {
	mu   sync.Mutex
	code map[module]*Code
}

// module is a file as it was read.
type module struct {
	path          string
	size, modTime int64
}

// Read returns the Code of the file at path, which has this text.
func (m *Modules) Read(path string, info fs.FileInfo, text []byte) *Code {
	key := module{path, info.Size(), info.ModTime().UnixNano()}
	m.mu.Lock()
	code := m.code[key]
	m.mu.Unlock()
	if code == nil {
		code = Read(text)
		m.mu.Lock()
		defer m.mu.Unlock()
		if m.code == nil {
			m.code = map[module]*Code{}
		}
		m.code[key] = code
	}
	return code
}
