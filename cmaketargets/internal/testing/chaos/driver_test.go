//go:build linux

package chaos_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/magecmake/magecmake/cmaketargets"
)

// The environment of a driver: the file for its report as JSON, a file whose appearance cancels the
// context, and one whose appearance makes output panic.
const (
	driverReport = "CHAOS_REPORT"
	driverCancel = "CHAOS_CANCEL"
	driverPanic  = "CHAOS_PANIC"
	driverUsage  = "CHAOS_USAGE" // the file for the resources of the process at its end
)

// targets are those that mage finds in the package.
var targets = map[string]func(context.Context) error{
	"build": cmaketargets.Build, "clean": cmaketargets.Clean, "configure": cmaketargets.Configure,
	"install": cmaketargets.Install, "rebuild": cmaketargets.Rebuild, "test": cmaketargets.Test,
}

// driverMain runs the targets that its arguments name, one after the other until one fails, as a compiled magefile does
// with those on its command line.
func driverMain() {
	if path := os.Getenv(driverPanic); path != "" {
		cmaketargets.Use(cmaketargets.Config{Output: fragile{path}})
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if path := os.Getenv(driverCancel); path != "" {
		go func() {
			for !exists(path) {
				time.Sleep(time.Millisecond)
			}
			cancel()
		}()
	}
	var err error
	for _, name := range os.Args[1:] {
		if err = targets[name](ctx); err != nil {
			break
		}
	}
	if path := os.Getenv(driverReport); path != "" {
		file, err := os.Create(path)
		quitIf(err)
		quitIf(cmaketargets.Results().WriteJSON(file))
		quitIf(file.Close())
	}
	if path := os.Getenv(driverUsage); path != "" {
		quitIf(os.WriteFile(path, []byte(measure().String()), 0o666))
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

// fragile is standard output until a file is there.
type fragile struct{ path string }

// Write implements io.Writer.
func (f fragile) Write(p []byte) (int, error) {
	if exists(f.path) {
		panic("the output breaks")
	}
	return os.Stdout.Write(p)
}

func quitIf(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(125)
	}
}
