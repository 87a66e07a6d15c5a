package cmaketargets

import "slices"

// Step is one thing done to one variant of one project.
type Step string

// The steps, in the order in which a Report lists them.
const (
	StepClean     Step = "clean"     // remove the build tree
	StepConfigure Step = "configure" // cmake -S -B
	StepBuild     Step = "build"     // cmake --build
	StepTest      Step = "test"      // ctest
	StepInstall   Step = "install"   // cmake --install
)

// stepWords says how a step is spoken of and what it stands on.
var stepWords = []struct {
	step  Step
	done  string // "12 configured"
	needs Step   // the step before it, "" for none
}{
	{StepClean, "cleaned", ""},
	{StepConfigure, "configured", ""},
	{StepBuild, "built", StepConfigure},
	{StepTest, "tested", StepBuild},
	{StepInstall, "installed", StepBuild},
}

// order is the step's place in a Report; unknown steps have none.
func (s Step) order() int {
	for i, w := range stepWords {
		if w.step == s {
			return i
		}
	}
	return -1
}

// needs is the step that has to have succeeded before this one, or "".
func (s Step) needs() Step { return stepWords[s.order()].needs }

// done is the step's name once it happened, as in "12 configured".
func (s Step) done() string { return stepWords[s.order()].done }

// expand turns what was asked for into the chain of steps that each tree goes
// through: a step's needs come before it, and nothing comes twice unless a
// Clean lies between.
func expand(steps []Step) []Step {
	var chain []Step
	var add func(Step)
	add = func(s Step) {
		since := 0
		if i := lastIndex(chain, StepClean); i >= 0 {
			since = i + 1
			if s == StepClean && since == len(chain) {
				return
			}
		}
		if slices.Contains(chain[since:], s) {
			return
		}
		if n := s.needs(); n != "" {
			add(n)
		}
		chain = append(chain, s)
	}
	for _, s := range steps {
		add(s)
	}
	return chain
}

func lastIndex(chain []Step, s Step) int {
	for i := len(chain) - 1; i >= 0; i-- {
		if chain[i] == s {
			return i
		}
	}
	return -1
}
