package inputs

// sameNames reports whether a directory still holds the same names.
func (f *Files) sameNames(old Stamp) bool {
	if now := f.Stat(old.Path); now.Size >= 0 && now.ModTime == old.ModTime {
		return true
	}
	size, hash := listing(old.Path)
	return size == old.Size && hash == old.Hash
}

// directoriesChanged compares the names in the source directories, for globs without
// CONFIGURE_DEPENDS.
func (s *Snapshot) directoriesChanged(files *Files) Decision {
	return changed(s.Dirs, func(was Stamp) Decision {
		switch {
		case was.Hash == unknownNames:
			return rerun("files may have been added to or removed from %s during the last configure", s.show(was.Path))
		case !files.sameNames(was):
			return rerun("files were added to or removed from %s", s.show(was.Path))
		}
		return Decision{}
	})
}
