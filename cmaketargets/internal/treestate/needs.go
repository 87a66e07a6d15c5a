package treestate

import (
	"encoding/json"
	"os"
	"slices"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// needsFile holds Needs as JSON.
const needsFile = "needs"

const maxNeedsFile = 1 << 20 // bytes

// Needs are the relations to other projects that the last configure step in a build tree has shown.
type Needs struct {
	Learned []model.Edge `json:"learned,omitempty"` // they are not in the code
	// Used and Unused are paths of projects: the step has read files that these install, or has not.
	Used   []string `json:"used,omitempty"`
	Unused []string `json:"unused,omitempty"`
	// Provides are the names of the package files that the build tree installs or has.
	Provides []string `json:"provides,omitempty"`
	// Dirs are the directories of the build tree with packages that it does not install.
	Dirs []string `json:"dirs,omitempty"`
}

// ReadNeeds returns the relations that a build tree remembers. ok reports that it has a record.
func ReadNeeds(buildDir string) (n Needs, ok bool) {
	data, _, err := fsutil.Read(Path(buildDir, needsFile), maxNeedsFile)
	if err != nil || json.Unmarshal(data, &n) != nil {
		return Needs{}, false
	}
	return n, true
}

// Write records the relations in a build tree. One that has none needs no record.
func (n Needs) Write(buildDir string) {
	data, err := json.Marshal(n)
	switch {
	case err != nil:
	case string(data) == "{}":
		_ = os.Remove(Path(buildDir, needsFile))
	default:
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

// Read returns the files that CMake has read.
func (g *Generated) Read() []string {
	if g.read == nil {
		g.read = []string{}
		if index, err := g.Index(); err == nil {
			in, _ := index.Inputs()
			g.read = append(g.read, in.Files...)
		}
	}
	return g.read
}

// Found reports whether a configure step has used a project that is installed in a prefix: it has read one
// of its files, an entry of the cache names one, or pkg-config has found one of the modules there.
func (g *Generated) Found(modules []string, prefix string, file func(path string) bool) bool {
	if slices.ContainsFunc(g.Read(), file) {
		return true
	}
	for name, entry := range g.entries() {
		if file(entry.Value) {
			return true
		}
		if id, ok := strings.CutSuffix(name, "_MODULE_NAME"); ok && slices.Contains(modules, entry.Value) {
			if at, _ := g.Cached(id + "_PREFIX"); at == "" || fsutil.Inside(at, prefix) {
				return true
			}
		}
	}
	return false
}
