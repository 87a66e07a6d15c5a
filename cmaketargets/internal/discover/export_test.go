package discover

// ScanProject says whether a CMakeLists.txt of this content calls project(), and with which name.
func ScanProject(src []byte) (name string, ok bool) {
	c := scan(src)
	return c.name, c.found
}
