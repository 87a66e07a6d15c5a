package diagnose

import (
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
)

// codeOrigin returns the tool that uses a code such as "C2065".
func codeOrigin(code string) string {
	switch {
	case code[0] == '#':
		return "nvcc"
	case code[0] == 'U':
		return "nmake"
	case strings.HasPrefix(code, "MSB"):
		return "msbuild"
	}
	return "msvc"
}

// cutMSBuild removes MSBuild's number of the node from a place and its project from the message.
func cutMSBuild(d *model.Diagnostic, place string) string {
	if at := strings.LastIndex(d.Message, " ["); at >= 0 && strings.HasSuffix(d.Message, "proj]") {
		d.Message = d.Message[:at]
	}
	if node, rest, ok := strings.Cut(place, ">"); ok && strings.Trim(node, "0123456789") == "" {
		return rest
	}
	return place
}
