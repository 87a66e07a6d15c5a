package toolchain

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/magecmake/magecmake/cmaketargets/internal/cmake"
	"github.com/magecmake/magecmake/cmaketargets/internal/fsutil"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// BuildTool is a Make or a Ninja.
type BuildTool struct {
	File    File
	Name    string // "GNU Make" or "ninja", "" for anything else
	Version [2]int
}

// The first releases that can be clients of a jobserver. Older ones of Make have another option for it.
var firstClients = map[string][2]int{"GNU Make": {4, 3}, "ninja": {1, 13}}

// Joins reports whether the tool takes the tokens of a jobserver.
func (t BuildTool) Joins() bool {
	first, ok := firstClients[t.Name]
	return ok && !windows && (t.Version[0] > first[0] || t.Version[0] == first[0] && t.Version[1] >= first[1])
}

// toolVersion matches the first line of --version: "GNU Make 4.3", "1.13.2", "1.11.1.git.kitware".
var toolVersion = text.Regexp(`^(GNU Make )?(\d+)\.(\d+)\b`)

// Pending returns the number of commands that a Ninja has to do in a build tree, 0 when its output does not show it.
func (t *Tools) Pending(ctx context.Context, ninja, dir string, env []string) int {
	env = append(slices.Clip(env), "NINJA_STATUS=[%f/%t] ")
	output, _, _ := ask(ctx, askShortly, ninja, env, "-C", dir, "-n") // also of one whose output is cut off
	return cmake.Pending(output)
}

// NothingToDo reports whether a dry run of a Ninja finds nothing to do. args are those of a build.
func (t *Tools) NothingToDo(ctx context.Context, ninja, dir string, env []string, args ...string) bool {
	output, _, err := ask(ctx, askLong, ninja, env, append([]string{"-C", dir, "-n"}, args...)...)
	return err == nil && cmake.NothingToDo(output)
}

// askLong bounds the time of a dry run of a Ninja, which examines all files.
const askLong = 30 * time.Second

// askShortly bounds the time of an answer of a build tool, which needs 2 ms.
const askShortly = 2 * time.Second

// BuildTool returns the name and version of the program at an absolute path. It is started with --version once; the
// store keeps the answer, and the next run starts a program again that did not answer.
func (t *Tools) BuildTool(ctx context.Context, path string, env []string) BuildTool {
	t.mu.Lock()
	defer t.mu.Unlock()
	tool := BuildTool{File: File{Path: path}}
	info, err := os.Stat(path)
	if err != nil {
		return tool
	}
	tool.File.Size, tool.File.ModTime = info.Size(), info.ModTime().UnixNano()
	if t.known == nil {
		t.known = rememberedTools(t.memory)
	}
	for _, known := range t.known {
		if known.File == tool.File {
			return known
		}
	}
	output, _, err := ask(ctx, askShortly, path, env, "--version")
	if found := toolVersion().FindStringSubmatch(output); err == nil && found != nil {
		tool.Name = "ninja"
		if found[1] != "" {
			tool.Name = "GNU Make"
		}
		for i := range tool.Version {
			tool.Version[i], _ = strconv.Atoi(found[2+i])
		}
	}
	t.known = append(slices.DeleteFunc(t.known, func(known BuildTool) bool { return known.File.Path == path }), tool)
	if data, failed := json.Marshal(t.known); failed == nil && err == nil && t.memory != "" {
		_ = fsutil.WriteFile(t.memory, data)
	}
	return tool
}

func rememberedTools(path string) (tools []BuildTool) {
	data, _, err := fsutil.Read(path, maxMemory)
	if err != nil || json.Unmarshal(data, &tools) != nil {
		return nil
	}
	return tools
}

// String returns "ninja 1.11".
func (t BuildTool) String() string {
	return strings.TrimSpace(fmt.Sprintf("%s %d.%d", t.Name, t.Version[0], t.Version[1]))
}
