package fakecmake

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// help is cmake --help, cmake -E capabilities and what else is not a step.
func (c *call) help() int {
	switch {
	case c.Args[0] == "--help":
		fmt.Fprintf(c.Stdout, "Usage\n\n  cmake [options] <path-to-source>\n\nGenerators\n\n"+
			"The following generators are available on this platform (* marks default):\n%s", generatorList())
		return 0
	case len(c.Args) == 2 && c.Args[1] == "capabilities":
		return c.capabilities()
	}
	return c.broken(errors.New("run cmake " + strings.Join(c.Args, " ") + ": the fake cannot do that"))
}

// listJSON is ctest --show-only=json-v1.
func (c *call) listJSON(tests []directive) int {
	all := []object{}
	for _, d := range tests {
		all = append(all, object{"name": d.value("name", ""), "command": []string{}, "config": c.config, "properties": []object{}})
	}
	return c.printJSON(object{"kind": "ctestInfo", "tests": all, "version": object{"major": 1, "minor": 0}})
}

// capabilities is cmake -E capabilities.
func (c *call) capabilities() int {
	all := []object{}
	for _, g := range generators {
		all = append(all, object{"name": g, "platformSupport": false, "toolsetSupport": false, "extraGenerators": []string{}})
	}
	n := numbers(c.version)
	version := object{"string": c.version, "major": n[0], "minor": n[1], "patch": n[2], "suffix": "", "isDirty": false}
	return c.printJSON(object{"version": version, "generators": all, "serverMode": false, "tls": true})
}

func (c *call) printJSON(o object) int {
	if err := json.NewEncoder(c.Stdout).Encode(o); err != nil {
		return c.broken(err)
	}
	return 0
}
