package graph

import (
	"path"
	"strings"
)

// key identifies a package among those that projects provide. Packages of find_package() have their
// name, or "~" and the name in lower case where the name of the file is in lower case; modules of
// pkg-config and names in package.xml have a prefix.
type key string

func pkgConfig(module string) key { return key("pc:" + module) }
func manifest(name string) key    { return key("xml:" + name) }

// keysOf returns the keys that find_package(name) accepts, best first. The last one stands for a
// project of that name whose packages are not known.
func keysOf(name string) []key {
	return []key{key(name), lower(name), guessed(name)}
}

func lower(name string) key   { return key("~" + strings.ToLower(name)) }
func guessed(name string) key { return key("?" + strings.ToLower(name)) }

// provided returns the key of the package that a file provides once it is installed, "" for none: a
// configuration file, a find module, a file of pkg-config or of the common package specification.
// The files of versions and templates count, too.
func provided(file string) key {
	name := strings.TrimSuffix(path.Base(file), ".in")
	if found, ok := strings.CutSuffix(name, ".pc"); ok && found != "" {
		return pkgConfig(found)
	}
	if found, ok := strings.CutSuffix(name, ".cps"); ok && found != "" {
		return key(found)
	}
	name, ok := strings.CutSuffix(name, ".cmake")
	if !ok {
		return ""
	}
	if found, ok := strings.CutPrefix(name, "Find"); ok && found != "" {
		return key(found)
	}
	for _, end := range []string{"ConfigVersion", "Config"} {
		if found, ok := strings.CutSuffix(name, end); ok && found != "" {
			return key(found)
		}
	}
	for _, end := range []string{"-config-version", "-config"} {
		if found, ok := strings.CutSuffix(name, end); ok && found != "" {
			return lower(found)
		}
	}
	return ""
}
