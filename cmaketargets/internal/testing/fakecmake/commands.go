package fakecmake

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// exportVariable is the cache entry and environment variable that turn compile_commands.json on.
const exportVariable = "CMAKE_EXPORT_COMPILE_COMMANDS"

// isOn reports whether value is true for CMake.
func isOn(value string) bool {
	switch strings.ToUpper(value) {
	case "1", "ON", "YES", "TRUE", "Y":
		return true
	}
	return false
}

// compileCommands is the compile_commands.json of the project, a source for each target.
func (p project) compileCommands() string {
	var entries []string
	for _, t := range p.targets {
		if t.artifact() == "" {
			continue
		}
		source := t.source
		if !filepath.IsAbs(source) {
			source = filepath.Join(p.source, source)
		}
		for _, config := range p.configs {
			flags, object := " "+flagsOf(config), "CMakeFiles/"+t.name+".dir/"
			if len(p.configs) > 1 {
				flags, object = ` -DCMAKE_INTDIR=\"`+config+`\"`+flags, object+config+"/"
			}
			entries = append(entries, fmt.Sprintf("{\n  \"directory\": %s,\n  \"command\": %s,\n  \"file\": %s\n}", strconv.Quote(p.build),
				strconv.Quote(fmt.Sprintf("%s%s -o %s -c %s", p.compiler, flags, object+filepath.Base(source)+".o", source)), strconv.Quote(source)))
		}
	}
	return "[\n" + strings.Join(entries, ",\n") + "\n]"
}

func flagsOf(config string) string {
	if config == "Debug" {
		return "-g"
	}
	return "-O3 -DNDEBUG"
}

// writeCommands writes what the last steps of generating do: first what always is written, then compile_commands.json
// if it is wanted. An old one stays.
func (p project) writeCommands(wanted bool) error {
	summary := filepath.Join(p.build, "CMakeFiles", "TargetDirectories.txt")
	if err := os.WriteFile(summary, []byte(p.build+"/CMakeFiles/"+p.name+".dir\n"), 0o666); err != nil || !wanted {
		return err
	}
	// As CMake does it, for others may be reading.
	path := filepath.Join(p.build, "compile_commands.json")
	if err := os.WriteFile(path+".tmp", []byte(p.compileCommands()), 0o666); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}
