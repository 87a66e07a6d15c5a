package discover

// ScanProject reports whether a CMakeLists.txt with this content calls project(), and the name.
func ScanProject(src []byte) (name string, ok bool) {
	c := scan(src)
	return c.name, c.found
}
