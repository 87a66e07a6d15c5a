package settings

import (
	"reflect"
	"slices"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// Owner returns the variant whose build trees those of v are: the first one that differs from v in
// nothing but its name and BuildType, in which a build tree with several configurations serves
// both. multi reports whether the generator makes such build trees; it is called only if there is
// another variant.
func (s *Settings) Owner(v model.Variant, multi func() bool) model.Variant {
	plain := func(v model.Variant) model.Variant {
		v.Name, v.BuildType = "", ""
		return v
	}
	if !slices.ContainsFunc(s.Variants, func(other model.Variant) bool { return other.Name == v.Name }) {
		return v // it is gone, see engine.goneVariants
	}
	for _, other := range s.Variants {
		switch {
		case other.Name == v.Name:
			return v
		case reflect.DeepEqual(plain(other), plain(v)) && multi():
			return other
		}
	}
	return v
}
