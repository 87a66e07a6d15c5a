package cmaketargets_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/magefile/mage/mg"

	"github.com/magecmake/magecmake/cmaketargets"
)

// A magefile that only imports the package needs no configuration. This is
// how it says what its repository wants differently.
func ExampleUse() {
	// In func init() of the magefile:
	cmaketargets.Use(cmaketargets.Config{
		Exclude: []string{"third_party/**"},
		Variants: []cmaketargets.Variant{
			{Name: "debug"},
			{Name: "release", BuildType: "Release", Defines: map[string]string{"ENABLE_LTO:BOOL": "ON"}},
		},
	})
}

// A target of the magefile that depends on Configure and uses its results.
// Configure runs once, however many targets depend on it.
func ExampleConfigure() {
	index := func() error {
		mg.Deps(cmaketargets.Configure)
		for _, res := range cmaketargets.Results().ForStep(cmaketargets.StepConfigure) {
			for _, target := range res.Targets {
				fmt.Println(res.Project.Path, target.Name, target.Artifacts)
			}
		}
		return nil
	}
	_ = index
}

// The same with a context, which mage cancels on Ctrl-C and when its time
// limit (mage -t) is reached.
func ExampleBuild() {
	flash := func(ctx context.Context) error {
		mg.CtxDeps(ctx, cmaketargets.Build)
		return nil // ... and put it on the device
	}
	_ = flash
}

// Without mage's dependencies, the Report is there to be read also when
// projects failed.
func ExampleRun() {
	nightly := func(ctx context.Context) error {
		report, err := cmaketargets.Run(ctx, cmaketargets.StepConfigure)
		for _, res := range report.Failed() {
			fmt.Println(res.Project.Path, res.Err, res.LogFile)
		}
		return err
	}
	_ = nightly
}

// Two roots with settings of their own, as two dependencies that mage tells
// apart. Both together run no more processes than there are CPUs.
func ExampleWorkspace_Dep() {
	firmware := cmaketargets.New(cmaketargets.Config{
		Root:     "firmware",
		Variants: []cmaketargets.Variant{{Toolchain: "cmake/arm-none-eabi.cmake", BuildType: "MinSizeRel"}},
	})
	host := cmaketargets.New(cmaketargets.Config{Root: "host"})
	all := func(ctx context.Context) error {
		mg.CtxDeps(ctx, firmware.Dep(cmaketargets.StepBuild), host.Dep(cmaketargets.StepTest))
		return nil
	}
	_ = all
}

// A report for other programs, written by a target. Config.Reports and
// CMAKETARGETS_REPORT do the same after every run.
func ExampleReport_WriteJSON() {
	report := func() error {
		file, err := os.Create("report.json")
		if err != nil {
			return err
		}
		return errors.Join(cmaketargets.Results().WriteJSON(file), file.Close())
	}
	_ = report
}

// A summary for people, as GitHub shows it.
func ExampleReport_WriteMarkdown() {
	report := cmaketargets.Report{{
		Project: cmaketargets.Project{Path: "libs/a"}, Step: cmaketargets.StepConfigure,
		Status: cmaketargets.StatusUpToDate, Reason: "up to date",
	}}
	if err := report.WriteMarkdown(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ## nothing to do
	//
	// 1 step of 1 project: 1 up to date in 0.00 s
	//
	// ### Projects
	//
	// | Project | State | Time |
	// |---|---|---:|
	// | libs/a | configure up to date | 0.00 s |
}
