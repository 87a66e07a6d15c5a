package inputs

// presetsChanged compares the settings: preset files, toolchain files and initial caches (-C).
// CMake reads them only in a new tree, or keeps their former values in the cache, so any change needs
// a fresh start.
func (s *Snapshot) presetsChanged(files *Files) Decision {
	return changed(s.Settings, func(was Stamp) Decision {
		if files.same(was) {
			return Decision{}
		}
		return fresh("%s", s.show(was.Path)+files.change(was))
	})
}
