package discover

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// CheckPatterns returns an error for the first pattern that is malformed or cannot match anything
// below a root. field is the name of the setting.
func CheckPatterns(field string, patterns []string) error {
	for _, p := range patterns {
		if err := checkPattern(p); err != nil {
			return fmt.Errorf("check %s pattern %q: %w", field, p, err)
		}
	}
	return nil
}

func checkPattern(p string) error {
	switch clean := path.Clean(p); {
	case p == "":
		return errors.New("it is empty; the root is \".\"")
	case path.IsAbs(p):
		return errors.New("it must be relative to the root")
	case clean == ".." || strings.HasPrefix(clean, "../"):
		return errors.New("it leads out of the root")
	case !doublestar.ValidatePattern(p):
		return errors.New("its brackets, braces or escapes do not match up")
	}
	return nil
}

// patterns are checked and cleaned patterns.
type patterns []string

func newPatterns(list []string) patterns {
	var ps patterns
	for _, p := range list {
		ps = append(ps, path.Clean(p))
	}
	return ps
}

// match returns the first pattern that matches the path p.
func (ps patterns) match(p string) (pattern string, ok bool) {
	for _, pattern := range ps {
		if matches(pattern, p) {
			return pattern, true
		}
	}
	return "", false
}

// matchAll returns the first pattern that matches the path p and every path below it.
func (ps patterns) matchAll(p string) (pattern string, ok bool) {
	for _, pattern := range ps {
		if (pattern == "**" || strings.HasSuffix(pattern, "/**")) && matches(pattern, p) {
			return pattern, true
		}
	}
	return "", false
}

// Match reports whether a well-formed pattern matches the path of a project, by the rules of Options.
func Match(pattern, p string) bool { return matches(path.Clean(pattern), p) }

func matches(pattern, p string) bool {
	if !doublestar.MatchUnvalidated(pattern, p) {
		return false
	}
	// "*" matches any one name, and "." is none: "*/**" is all but the root.
	return p != "." || strings.HasPrefix(pattern, "**") || !doublestar.MatchUnvalidated(pattern, "\x00")
}

// plainPath returns the one path that a pattern without wildcards matches.
func plainPath(pattern string) (p string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch c {
		case '*', '?', '[', '{':
			return "", false
		case '\\':
			if i++; i < len(pattern) {
				c = pattern[i]
			}
		}
		b.WriteByte(c)
	}
	return path.Clean(b.String()), true
}
