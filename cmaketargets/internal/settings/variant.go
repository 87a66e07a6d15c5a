package settings

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// maxVariantName bounds the name of a variant, in bytes: it is a part of the path
// of every file that is built.
const maxVariantName = 64

// nameVariants returns the variants with their names, or an error for names that
// are not distinct directories and for values that no project can be configured
// with.
func nameVariants(variants []model.Variant) ([]model.Variant, error) {
	if len(variants) == 0 {
		return []model.Variant{{}}, nil
	}
	named := slices.Clone(variants)
	seen := map[string]bool{}
	for i, v := range named {
		if v.Name == "" && len(variants) > 1 {
			if v.Name = cmp.Or(v.Preset, v.BuildType); v.Name == "" {
				return nil, fmt.Errorf("read Config.Variants: the variant at index %d has no Name, and no Preset or BuildType to take it from; give it one", i)
			}
		}
		if err := checkVariantName(v.Name); err != nil {
			return nil, err
		}
		key := strings.ToLower(v.Name) // for file systems without case
		if seen[key] {
			return nil, fmt.Errorf("read Config.Variants: two variants are named %q; a name is a directory of build trees, give each its own", v.Name)
		}
		seen[key] = true
		if err := checkVariant(v); err != nil {
			return nil, fmt.Errorf("read Config.Variants: %s: %w", VariantTitle(v), err)
		}
		named[i] = v
	}
	return named, nil
}

func checkVariantName(name string) error {
	// A blank that is not ' ' looks like one.
	oddBlank := func(r rune) bool { return r != ' ' && unicode.IsSpace(r) }
	switch {
	case name == "":
		return nil
	case strings.ContainsAny(name, `/\,;!*?[]{}`) || !filepath.IsLocal(name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_"):
		return fmt.Errorf(`read Config.Variants: the name %q cannot be a directory of build trees; it must not start with "." or "_" nor hold any of / \ , ; ! * ? [ ] { }`, name)
	case len(name) > maxVariantName || strings.TrimSpace(name) != name || text.Clean(name) != name || strings.ContainsFunc(name, oddBlank):
		return fmt.Errorf("read Config.Variants: the name %s cannot be shown and typed; use up to %d letters, without blanks around them and without control characters", text.Quoted(name), maxVariantName)
	}
	return nil
}

// VariantTitle names a variant in an error.
func VariantTitle(v model.Variant) string {
	if v.Name == "" {
		return "the variant"
	}
	return fmt.Sprintf("variant %q", v.Name)
}

func checkVariant(v model.Variant) error {
	for name, value := range v.Env {
		if name == "" || strings.ContainsAny(name, "=\x00") || strings.ContainsRune(value, 0) {
			// The value may be a secret.
			return fmt.Errorf("environment variable %q: a name has no =, and neither it nor its value a NUL", name)
		}
	}
	return cmake.Configure{Defines: v.Defines, Args: v.Args}.Check()
}

// VariantEnv returns the environment of a variant's commands.
func (s *Settings) VariantEnv(v model.Variant) []string {
	if len(v.Env) == 0 {
		return s.Env
	}
	env := make([]string, 0, len(s.Env)+len(v.Env))
	for _, entry := range s.Env {
		name, _, _ := strings.Cut(entry, "=")
		if _, ok := v.Env[name]; !ok {
			env = append(env, entry)
		}
	}
	for name, value := range v.Env {
		env = append(env, name+"="+value)
	}
	return env
}
