package cmaketargets

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"

	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Variant is one configuration of every project. The zero value is a Debug
// build with the default generator.
type Variant struct {
	// Name tells variants apart and is the directory of their build trees
	// below Config.BuildRoot. With several variants it defaults to Preset,
	// then to BuildType; a single variant without a name has no directory.
	Name string `json:"name,omitempty"`
	// Preset is a configure preset that every project has (CMake 3.19 and
	// later). The fields below go on top of it.
	Preset string `json:"preset,omitempty"`
	// Generator is CMake's -G. Default: what the preset says, else the
	// environment variable CMAKE_GENERATOR, else what the existing build tree
	// has, else Ninja where it is installed, else CMake's own choice.
	Generator string `json:"generator,omitempty"`
	// BuildType is CMAKE_BUILD_TYPE, or the configuration to build with a
	// multi-config generator. Default: what the preset says, else the
	// environment variable CMAKE_BUILD_TYPE, else Debug.
	BuildType string `json:"buildType,omitempty"`
	// Toolchain is a toolchain file, absolute or relative to Config.Root.
	Toolchain string `json:"toolchain,omitempty"`
	// Defines are cache entries: "NAME" or "NAME:TYPE" to value, as in CMake's
	// -D. One that is taken away again is undefined in the existing tree. Like
	// Args they are a command line, which anybody can read: no place for a
	// secret, as Env is.
	Defines map[string]string `json:"defines,omitempty"`
	// Args are further arguments of the configure step, as they are.
	Args []string `json:"args,omitempty"`
	// Env are environment variables of every step, "NAME" to value, on top of
	// ours.
	Env map[string]string `json:"-"`
}

// named gives every variant the name it will have and checks that names can
// be directories and tell the variants apart.
func named(variants []Variant) ([]Variant, error) {
	if len(variants) == 0 {
		return []Variant{{}}, nil
	}
	out := make([]Variant, len(variants))
	seen := map[string]bool{}
	for i, v := range variants {
		if v.Name == "" && len(variants) > 1 {
			v.Name = v.Preset
			if v.Name == "" {
				v.Name = v.BuildType
			}
			if v.Name == "" {
				return nil, fmt.Errorf("read Config.Variants: the variant at index %d has no Name, and no Preset or BuildType to take it from; give it one", i)
			}
		}
		if err := checkVariantName(v.Name); err != nil {
			return nil, err
		}
		// Build trees on a file system without case must not meet either.
		key := strings.ToLower(v.Name)
		if seen[key] {
			return nil, fmt.Errorf("read Config.Variants: two variants are named %q; a name is a directory of build trees, give each its own", v.Name)
		}
		seen[key] = true
		if err := v.check(); err != nil {
			return nil, fmt.Errorf("read Config.Variants: %s: %w", v.title(), err)
		}
		out[i] = v
	}
	return out, nil
}

func checkVariantName(name string) error {
	switch {
	case name == "":
		return nil
	case strings.ContainsAny(name, `/\,;!*?[]{}`) || !filepath.IsLocal(name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"):
		return fmt.Errorf(`read Config.Variants: the name %q cannot be a directory of build trees; it must not start with "." or "_" nor hold any of / \ , ; ! * ? [ ] { }`, name)
	case len(name) > maxVariantName || strings.TrimSpace(name) != name || text.Clean(name) != name || strings.ContainsFunc(name, isOddBlank):
		return fmt.Errorf("read Config.Variants: the name %s cannot be shown and typed; use up to %d letters, without blanks around them and without control characters", quoted(name), maxVariantName)
	}
	return nil
}

// isOddBlank says whether a character looks like a blank and is another.
func isOddBlank(r rune) bool { return r != ' ' && unicode.IsSpace(r) }

// maxVariantName is the longest name of a variant, in bytes: it is a part of
// the path of every file that is built.
const maxVariantName = 64

// title names the variant in an error.
func (v Variant) title() string {
	if v.Name == "" {
		return "the variant"
	}
	return fmt.Sprintf("variant %q", v.Name)
}

// check reports what no project could be configured with.
func (v Variant) check() error {
	for name, value := range v.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(value, 0) {
			// The value may be a secret.
			return fmt.Errorf("environment variable %q: a name has no =, and neither it nor its value a NUL", name)
		}
	}
	return cmake.Configure{Defines: v.Defines, Args: v.Args}.Check()
}
