//go:build linux

package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/magecmake/magecmake/cmaketargets"
)

// driverReport names the file that gets the driver's report as JSON, driverConfig the Config, as JSON too.
const (
	driverReport = "CHAOS_REPORT"
	driverConfig = "CHAOS_CONFIG"
)

// targets are those that mage finds in the package.
var targets = map[string]func(context.Context) error{
	"build": cmaketargets.Build, "clean": cmaketargets.Clean, "configure": cmaketargets.Configure,
	"install": cmaketargets.Install, "rebuild": cmaketargets.Rebuild, "test": cmaketargets.Test,
}

// driverMain runs the targets that its arguments name, one after the other until one fails, as a compiled magefile does
// with those on its command line.
func driverMain() {
	if text := os.Getenv(driverConfig); text != "" {
		var c cmaketargets.Config
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		quitIf(d.Decode(&c))
		cmaketargets.Use(c)
	}
	var err error
	for _, name := range os.Args[1:] {
		if err = targets[name](context.Background()); err != nil {
			break
		}
	}
	if path := os.Getenv(driverReport); path != "" {
		file, err := os.Create(path)
		quitIf(err)
		quitIf(cmaketargets.Results().WriteJSON(file))
		quitIf(file.Close())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		status := 1
		if e, ok := err.(interface{ ExitStatus() int }); ok {
			status = e.ExitStatus()
		}
		os.Exit(status)
	}
}

func quitIf(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(125)
	}
}
