package inputs

// Names returns the paths that a configure step read, looked for or listed, and why there may be more,
// "" if there are none.
func Names(s *Snapshot) (paths []string, unknown string) {
	if s == nil || s.State != Done {
		return nil, "was not configured"
	}
	add := func(stamp Stamp) bool { paths = append(paths, stamp.Path); return true }
	for _, list := range []string{s.Inputs, s.Settings, s.Dirs, s.Used.Files, s.Used.Exists} {
		EachStamp(list, add)
	}
	EachStamp(s.Used.Listed, func(stamp Stamp) bool { return add(Stamp{Path: listedDir(stamp.Path)}) })
	if s.Globs && s.Used.Unknown == "" {
		return paths, "has globs that CMake alone can check"
	}
	return paths, s.Used.Unknown
}
