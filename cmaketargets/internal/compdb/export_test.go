package compdb

// Meanwhile has Update call a function when it has read the sources.
func (f *File) Meanwhile(do func()) { f.meanwhile = do }
