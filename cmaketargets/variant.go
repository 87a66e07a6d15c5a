package cmaketargets

// Variant is one configuration of every project. The zero value is a Debug build with
// the default generator.
type Variant struct {
	// Name identifies the variant, and is the directory of its build trees below
	// Config.BuildRoot. With several variants it defaults to Preset, then to BuildType; a
	// single variant without a name has no directory.
	Name string `json:"name,omitempty"`
	// Preset is a configure preset that every project has (CMake 3.19 and later). The
	// fields below are applied on top of it.
	Preset string `json:"preset,omitempty"`
	// Generator is CMake's -G. Default: that of the preset, else the environment variable
	// CMAKE_GENERATOR, else that of the existing build tree, else Ninja where it is
	// installed, else CMake's own choice.
	Generator string `json:"generator,omitempty"`
	// BuildType is CMAKE_BUILD_TYPE. Default: that of the preset, else the environment
	// variable CMAKE_BUILD_TYPE, else Debug.
	//
	// With a multi-config generator it is the configuration that is built, tested and
	// installed, and has to be one that the project has. Default: that of the build presets
	// of Preset, else of its test presets, else CMAKE_CONFIG_TYPE in the environment, else
	// CMAKE_DEFAULT_BUILD_TYPE, else CMAKE_BUILD_TYPE, else the first one of the project.
	// Variants that differ only in Name and BuildType then share the build trees of the first
	// of them, and its configure steps; each is installed into its own directory of
	// Config.Prefix, but generated files name that of the first.
	BuildType string `json:"buildType,omitempty"`
	// Toolchain is a toolchain file, absolute or relative to Config.Root.
	Toolchain string `json:"toolchain,omitempty"`
	// Defines are cache entries: "NAME" or "NAME:TYPE" to value, as in CMake's -D. An entry
	// that is removed here is undefined in the existing build tree. Every user of the
	// machine can read command lines, and with them Defines and Args; secrets go into Env.
	Defines map[string]string `json:"defines,omitempty"`
	// Args are further arguments of the configure step, passed unchanged.
	Args []string `json:"args,omitempty"`
	// Env are environment variables of every step, "NAME" to value, on top of those of this
	// process.
	Env map[string]string `json:"-"`
}
