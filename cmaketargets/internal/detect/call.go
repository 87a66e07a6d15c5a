package detect

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// separator ends each argument in the text of a call, and each variable in a state. Nothing is stored where one of these
// contains it.
const separator = "\x1e"

// The placeholders of the project's directories in stored texts.
const (
	buildPlace  = "\x01build\x01"
	sourcePlace = "\x01source\x01"
)

// call is a try_compile.
type call struct {
	arguments string   // those that reach a compiler or linker, each on a line
	sources   []string // the text of each source
	alone     bool     // CMake writes the sources into a directory that has nothing else
	copies    bool     // it has COPY_FILE
}

var (
	// callKeyword matches the keywords that the script passes to cmake_parse_arguments.
	callKeyword = text.Regexp(`^(SOURCES|SOURCE_FROM_(CONTENT|VAR|FILE)|CMAKE_FLAGS|COMPILE_DEFINITIONS|LINK_OPTIONS|LINK_LIBRARIES|` +
		`OUTPUT_VARIABLE|COPY_FILE|COPY_FILE_ERROR|LOG_DESCRIPTION|NO_CACHE|NO_LOG|(C|CXX)_(STANDARD|STANDARD_REQUIRED|EXTENSIONS))$`)
	otherKeyword = text.Regexp(`^[A-Z][A-Z_]+$`) // may be one of a newer CMake
	// cacheEntryOption matches what is before the value of an entry of the cache of the program's own project. CMake's
	// modules give lists of directories with a type and without one.
	cacheEntryOption = text.Regexp(`^-D[^=]*=`)
)

// parseCall returns the call that the script recorded. It is not ok unless every argument is known and the script, which
// looks less closely, has found the same sources.
func parseCall(recorded map[string]string) (c call, ok bool) {
	number, after, _ := strings.Cut(recorded["call"], separator)
	arguments := strings.Split(strings.TrimSuffix(after, separator), separator)
	if n, err := strconv.Atoi(number); err != nil || n != len(arguments)+1 || !strings.HasSuffix(after, separator) {
		return c, false // one of them contains the separator
	}
	keyword, values := "", 0 // the last keyword, and how many values it has
	seen := map[string]int{}
	files, directory := 0, false
	complete := func() bool {
		switch keyword {
		case "SOURCE_FROM_CONTENT", "SOURCE_FROM_VAR", "SOURCE_FROM_FILE":
			return values == 2
		case "", "SOURCES", "CMAKE_FLAGS", "COMPILE_DEFINITIONS", "LINK_OPTIONS", "LINK_LIBRARIES", "NO_CACHE", "NO_LOG":
			return true
		}
		return values == 1
	}
	for i, value := range arguments {
		value = strings.TrimSuffix(value, "/")
		if callKeyword().MatchString(value) {
			if !complete() {
				return c, false
			}
			keyword, values = value, 0
			seen[keyword]++
			continue
		}
		values++
		switch keyword {
		case "":
			switch {
			case i > 1 || !placed(value):
				return c, false
			case i == 0:
				directory = true
			default:
				files++
			}
		case "SOURCES":
			if !placed(value) {
				return c, false
			}
			files++
		case "SOURCE_FROM_CONTENT", "SOURCE_FROM_VAR", "SOURCE_FROM_FILE":
			switch {
			case values == 1:
				if value == "" || strings.ContainsAny(value, "/\n") {
					return c, false
				}
				c.arguments += value + "\n"
			case keyword == "SOURCE_FROM_CONTENT":
				c.sources = append(c.sources, value)
			case keyword == "SOURCE_FROM_FILE":
				if !placed(value) {
					return c, false
				}
				files++
			}
		case "CMAKE_FLAGS", "COMPILE_DEFINITIONS", "LINK_OPTIONS", "LINK_LIBRARIES":
			if otherKeyword().MatchString(value) || strings.Contains(value, "\n") ||
				keyword == "LINK_LIBRARIES" && (strings.Contains(value, ";") || strings.Contains(value, "$<")) {
				return c, false // a list may hold a target of the project, which the script does not see
			}
			if keyword == "CMAKE_FLAGS" {
				value = cacheEntryOption().ReplaceAllString(value, " ")
			}
			c.arguments += value + "\n"
		case "OUTPUT_VARIABLE", "LOG_DESCRIPTION", "COPY_FILE":
			if value == "" {
				return c, false
			}
		case "C_STANDARD", "C_STANDARD_REQUIRED", "C_EXTENSIONS", "CXX_STANDARD", "CXX_STANDARD_REQUIRED", "CXX_EXTENSIONS":
			c.arguments += value + "\n"
		default: // a flag has no value, and what COPY_FILE_ERROR gets is not stored
			return c, false
		}
	}
	if !complete() || directory && files == 0 {
		return c, false
	}
	for keyword, n := range seen {
		if n > 1 && keyword != "SOURCE_FROM_CONTENT" {
			return c, false
		}
	}
	c.copies = seen["COPY_FILE"] > 0
	c.alone = !directory && seen["SOURCES"] == 0
	return c, c.addSources(recorded, seen["SOURCE_FROM_VAR"] > 0, files)
}

// placed reports whether an argument is the path of a file or directory wherever it is used.
func placed(path string) bool {
	return (filepath.IsAbs(path) || strings.HasPrefix(path, buildPlace+"/") || strings.HasPrefix(path, sourcePlace+"/") ||
		path == buildPlace || path == sourcePlace) && !strings.ContainsAny(path, ";[]")
}

// addSources adds the sources that are not arguments themselves: one from a variable, and so many from files.
func (c *call) addSources(recorded map[string]string, variable bool, files int) bool {
	content, texts := recorded["sources"], recorded["texts"]
	n, err := strconv.Atoi(recorded["number"])
	if err != nil || n < 0 || n > len(content) || variable != (n > 0) {
		return false
	}
	if variable {
		c.sources = append(c.sources, strings.TrimSuffix(content[:n], "\n"))
	}
	hashes := strings.Fields(content[n:])
	if len(hashes) != files {
		return false
	}
	for _, hash := range hashes {
		length, rest, _ := strings.Cut(texts, "\n")
		n, err := strconv.Atoi(length)
		if err != nil || n < 0 || n >= len(rest) || fsutil.Hash(rest[:n]) != hash {
			return false // it has a zero byte, at which CMake ends the text, or has changed
		}
		c.sources = append(c.sources, rest[:n])
		texts = rest[n+1:]
	}
	return texts == ""
}

var (
	// include matches a directive or assembler statement that reads a file; searched matches those that search for it in the
	// directories of the compiler only, and quoted those that do so if the directory of the source has no such header.
	include  = text.Regexp(`(?i)\b(include|include_next|import|embed|incbin|__has_include|__has_include_next|__has_embed)\b.*|\?\?[=/]|%:`)
	searched = text.Regexp(`^(include|include_next) *<[A-Za-z0-9_+-][A-Za-z0-9_+./-]*>`)
	quoted   = text.Regexp(`^(include|include_next) *"[A-Za-z0-9_+-][A-Za-z0-9_+./-]*\.(h|hh|hpp|hxx)"`)
)

// continued matches what joins a line to the next one. Compilers ignore blanks there.
var continued = text.Regexp(`\\[ \t\v\f]*(\r\n?|\n)`)

// includesByPlace reports whether a source may read files that depend on its own directory. In one that CMake has made for it
// are the other sources, which are looked at, too, and files of CMake's own.
func (c *call) includesByPlace() bool {
	return slices.ContainsFunc(c.sources, func(source string) bool {
		source += "\n" + continued().ReplaceAllString(source, "")
		for line := range strings.Lines(source) {
			if !hinted(line) {
				continue
			}
			for _, s := range include().FindAllString(line, -1) {
				plain := searched().MatchString(s) || c.alone && quoted().MatchString(s) && !strings.Contains(s, "CMakeFiles")
				if !plain || strings.Contains(s, "..") {
					return true
				}
			}
		}
		return false
	})
}

// hinted reports whether include may match a line, which it looks for slowly.
func hinted(line string) bool {
	if strings.Contains(line, "??") || strings.Contains(line, "%:") {
		return true
	}
	line = strings.ToLower(line)
	return slices.ContainsFunc([]string{"include", "import", "embed", "incbin"}, func(word string) bool { return strings.Contains(line, word) })
}
