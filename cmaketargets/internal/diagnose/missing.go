package diagnose

import "strings"

// missing returns what has to be installed, as far as a report says that.
func missing(d Diagnostic) string {
	switch d.Origin {
	case "cmake":
		return missingPackage(d.Message)
	case "gcc", "clang":
		return missingHeader(d.Message)
	case "ld", "msvc":
		return missingLibrary(d.Message)
	}
	return ""
}

// missingPackage reads CMake's sentences about packages and programs.
func missingPackage(message string) string {
	if name, ok := between(message, "No CMAKE_", "_COMPILER could be found"); ok {
		switch name {
		case "C":
			return "cc"
		case "CXX":
			return "c++"
		}
		return strings.ToLower(name)
	}
	if name, ok := between(message, `unable to find a build program corresponding to "`, `"`); ok {
		if strings.HasSuffix(name, "Makefiles") {
			return "make"
		}
		return strings.ToLower(name)
	}
	for _, sentence := range []struct{ before, ends string }{
		{"Could NOT find ", " :(,\n"},
		{`Could not find a package configuration file provided by "`, `"`},
		{`Could not find a configuration file for package "`, `"`},
		{"The following required packages were not found:\n - ", ",<>= \n"},
		{"The following required packages were not found:\n  - ", ",<>= \n"},
		{" using the following names: ", ", \n"},
	} {
		if name, ok := upTo(message, sentence.before, sentence.ends); ok {
			return name
		}
	}
	name, _ := between(message, `so package "`, `" is considered to be NOT FOUND`)
	return name
}

// missingProgram reads what a shell or Make says of a program that a rule runs.
func missingProgram(said string) string {
	said, ok := strings.CutSuffix(said, ": not found")
	if !ok {
		said, ok = strings.CutSuffix(said, ": command not found")
	}
	if rest, cut := strings.CutSuffix(said, ": No such file or directory"); !ok && cut {
		tool, _, _ := strings.Cut(rest, "[")
		said, ok = rest, strings.HasSuffix(tool, "make")
	}
	if !ok {
		return ""
	}
	return strings.TrimSpace(said[strings.LastIndexByte(said, ':')+1:])
}

// missingHeader reads what compilers say of an #include.
func missingHeader(message string) string {
	if name, ok := strings.CutSuffix(message, ": No such file or directory"); ok && !strings.ContainsAny(name, " '‘") {
		return name
	}
	if name, ok := between(message, "'", "' file not found"); ok {
		return name
	}
	return ""
}

// missingLibrary reads what linkers say of a library, and cl of an #include.
func missingLibrary(message string) string {
	for _, sentence := range []struct{ before, ends string }{
		{"cannot find -l", ": \n"},
		{"library not found for -l", " \n"},
		{"unable to find library -l", " \n"},
		{"library not found: ", " \n"},
	} {
		if name, ok := upTo(message, sentence.before, sentence.ends); ok {
			return "-l" + name
		}
	}
	if name, ok := between(message, "library '", "' not found"); ok {
		return "-l" + name
	}
	if name, ok := between(message, "cannot open file '", ".lib'"); ok {
		return "-l" + name
	}
	if name, ok := between(message, "could not open '", ".lib'"); ok {
		return "-l" + name
	}
	if name, ok := between(message, "cannot open input file '", ".lib'"); ok {
		return "-l" + name
	}
	name, _ := between(message, "Cannot open include file: '", "'")
	return name
}

// between returns what stands between two texts.
func between(text, before, after string) (string, bool) {
	_, rest, ok := strings.Cut(text, before)
	if !ok {
		return "", false
	}
	name, _, ok := strings.Cut(rest, after)
	return name, ok && name != "" && !strings.Contains(name, "\n")
}

// upTo returns what stands behind a text, up to any of some signs or the end.
func upTo(text, before, ends string) (string, bool) {
	_, rest, ok := strings.Cut(text, before)
	if !ok {
		return "", false
	}
	if at := strings.IndexAny(rest, ends); at >= 0 {
		rest = rest[:at]
	}
	rest = strings.TrimRight(rest, ".")
	return rest, rest != ""
}
