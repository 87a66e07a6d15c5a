package cmake

// Install is one `cmake --install`.
type Install struct {
	Dir       string // the build tree
	Config    string // configuration, for generators of many
	Prefix    string // absolute; empty leaves CMAKE_INSTALL_PREFIX
	Component string
	Strip     bool
	Verbose   bool
}

// CommandLine returns the arguments for cmake; every version since [Minimum]
// takes them.
func (i Install) CommandLine() []string {
	args := []string{"--install", i.Dir}
	for _, option := range []struct{ flag, value string }{
		{"--config", i.Config}, {"--prefix", i.Prefix}, {"--component", i.Component},
	} {
		if option.value != "" {
			args = append(args, option.flag, option.value)
		}
	}
	if i.Strip {
		args = append(args, "--strip")
	}
	if i.Verbose {
		args = append(args, "--verbose")
	}
	return args
}
