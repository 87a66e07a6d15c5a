package inputs

import "unicode/utf8"

// Check returns the decision about a configure step for the tree of s, which is nil if the tree has
// no snapshot. It costs one stat for each file that CMake read.
func Check(s *Snapshot, in Intent, tree Tree, files *Files) Decision {
	cache := files.Stat(cacheFile(in.Build))
	switch {
	case s != nil && s.State == Removing:
		d := rebuild("the last clean did not finish")
		d.Forget = true
		return d
	case cache.Size < 0:
		return s.cacheMissing()
	}
	if d := s.placeChanged(cache, in, tree, files); d.Action != Nothing {
		return d
	}
	if s == nil {
		if !utf8.ValidString(in.Source + in.Build) {
			return rerun("its path is not UTF-8, so only CMake can check it")
		}
		return rerun("configured outside cmaketargets")
	}
	d := strongest(
		s.environmentChanged(in.Env, tree), presetChanged(s, in), s.settingsChanged(files), argumentsChanged(s, in),
		cmakeChanged(s, in), programGone(s, files), pathChanged(s, in.Path, files), unfinished(s, tree), s.compilersChanged(files),
	)
	if d.Action == Fresh || s.State != Done {
		return d
	}
	d = strongest(d, s.treeChanged(cache, in, tree, files))
	if d.Action == Nothing {
		d.Reason = "up to date"
	}
	return d
}

// treeChanged compares the tree, and the files that CMake read.
func (s *Snapshot) treeChanged(cache Stamp, in Intent, tree Tree, files *Files) Decision {
	reply := tree.Reply(Stamp{Path: s.Reply, Size: s.ReplySize, ModTime: s.ReplyTime})
	return firstOf(
		func() Decision {
			// CMake has run since: in a build, an IDE or a shell. The time at which that run began is
			// unknown, and with it which changes it has seen.
			return when(reply.Path != "" && reply.Path != s.Reply, "CMake was run outside cmaketargets")
		},
		func() Decision { return s.cacheChanged(cache, tree) },
		s.rebooted,
		func() Decision { return when(reply.Path == "", "the reply of CMake's file API is missing") },
		func() Decision { return when(reply.Size != s.ReplySize, "the reply of CMake's file API is damaged") },
		func() Decision { return when(s.Globs, "only CMake can check file(GLOB ... CONFIGURE_DEPENDS)") },
		func() Decision { return s.filesChanged(files) },
		func() Decision { return s.directoriesChanged(files) },
		func() Decision { return useCheck{s, files}.changed(in.Environ) },
	)
}

// unfinished checks whether the last step succeeded. After a first step that did not, CMake may keep
// a compiler that does not work, or half of a file, unless it has run successfully since: a fresh
// start leaves no reply behind.
func unfinished(s *Snapshot, tree Tree) Decision {
	d := map[State]Decision{Running: rerun(didNotFinish), Failed: rerun(didFail)}[s.State]
	if d.Action != Nothing && s.First && tree.Reply(Stamp{}).Path == "" {
		d.Action = Fresh
	}
	return d
}
