//go:build mage

// The magefile of the repositories in which signals are tried.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/magefile/mage/mg"

	//mage:import
	"github.com/magecmake/magecmake/cmaketargets"
)

// All runs the tests of every project, and writes the result of each.
func All(ctx context.Context) error {
	err := cmaketargets.Test(ctx)
	if write := report(); write != nil {
		return errors.Join(err, write)
	}
	return err
}

// Deps does so through a dependency, which gets a context that never ends.
func Deps() {
	defer report()
	mg.Deps(cmaketargets.Test)
}

// Nothing is for having this compiled.
func Nothing() {}

func report() error {
	file, err := os.Create(os.Getenv("CHAOS_REPORT"))
	if err != nil {
		return err
	}
	return errors.Join(cmaketargets.Results().WriteJSON(file), file.Close())
}
