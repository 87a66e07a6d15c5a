package treestate

import (
	"encoding/json"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// needsFile holds, as JSON, the edges to other projects that a configure step has shown.
const needsFile = "needs"

const maxNeedsFile = 1 << 20 // bytes

// Learned returns the edges to other projects that configure steps in a build tree have shown.
func Learned(buildDir string) (edges []model.Edge) {
	data, _, err := fsutil.Read(Path(buildDir, needsFile), maxNeedsFile)
	if err != nil || json.Unmarshal(data, &edges) != nil {
		return nil
	}
	return edges
}

// Learn adds an edge to those that a build tree remembers.
func Learn(buildDir string, e model.Edge) {
	data, err := json.Marshal(append(Learned(buildDir), e))
	if err == nil {
		_ = fsutil.WriteFile(Path(buildDir, needsFile), append(data, '\n'))
	}
}

// NotFound returns the names of the packages that find_package() looked for and did not find.
func (g *Generated) NotFound() []string {
	var names []string
	cache := g.entries()
	for _, entry := range text.SortedKeys(cache) {
		if name, ok := strings.CutSuffix(entry, "_DIR"); ok && cache[entry].Value == entry+"-NOTFOUND" {
			names = append(names, name)
		}
	}
	return names
}
