package compdb

// Meanwhile sets a function that Update calls after it has read the sources.
func (f *File) Meanwhile(do func()) { f.meanwhile = do }
