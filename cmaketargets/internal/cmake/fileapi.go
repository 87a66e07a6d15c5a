package cmake

// Toolchain is the compiler of one language.
type Toolchain struct {
	Language string
	Path     string // of the compiler, absolute
	ID       string // "GNU", "Clang", "MSVC", ...
	Version  string
	Target   string // when the compiler is told one
}

// Toolchains reads the object toolchains. CMake before 3.20 has none, for
// which the answer is none.
func (x Index) Toolchains() ([]Toolchain, error) {
	if !x.has("toolchains") && !x.CMake.Has(ToolchainsReply) {
		return nil, nil
	}
	var file struct {
		Toolchains []struct {
			Language string
			Compiler struct{ Path, ID, Version, Target string }
		}
	}
	if err := x.read("toolchains", &file); err != nil {
		return nil, err
	}
	var toolchains []Toolchain
	for _, t := range file.Toolchains {
		if t.Language == "NONE" {
			continue // From project(x NONE); there is no compiler behind it.
		}
		path := ""
		if t.Compiler.Path != "" {
			path = absolute("", t.Compiler.Path)
		}
		toolchains = append(toolchains, Toolchain{
			Language: t.Language, Path: path,
			ID: t.Compiler.ID, Version: t.Compiler.Version, Target: t.Compiler.Target,
		})
	}
	return toolchains, nil
}

// Reply is all that this package reads of the file API's reply.
type Reply struct {
	Index      Index
	Model      Model
	Inputs     Inputs
	Toolchains []Toolchain
}

// ReadReply reads the whole reply of a build tree. Who needs a part of it,
// for many trees, calls [ReadIndex] and the part.
func ReadReply(buildDir string) (Reply, error) {
	x, err := ReadIndex(buildDir)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Index: x}
	if reply.Model, err = x.Model(); err != nil {
		return Reply{}, err
	}
	if reply.Inputs, err = x.Inputs(); err != nil {
		return Reply{}, err
	}
	if reply.Toolchains, err = x.Toolchains(); err != nil {
		return Reply{}, err
	}
	return reply, nil
}
