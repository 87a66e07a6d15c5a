package model

import "slices"

// Step is an operation on the build tree of one project and variant.
type Step string

// The steps, in the order in which a report lists them.
const (
	Clean     Step = "clean"
	Configure Step = "configure"
	Build     Step = "build"
	Test      Step = "test"
	Install   Step = "install"
)

// Steps lists all steps in the order in which a report lists them.
var Steps = []Step{Clean, Configure, Build, Test, Install}

var stepWords = map[Step]struct {
	past  string
	needs Step
}{
	Clean:     {"cleaned", ""},
	Configure: {"configured", ""},
	Build:     {"built", Configure},
	Test:      {"tested", Build},
	Install:   {"installed", Build},
}

// Order returns the index of s in Steps, -1 for an unknown step.
func (s Step) Order() int { return slices.Index(Steps, s) }

// Needs returns the step that must have succeeded before s, or "".
func (s Step) Needs() Step { return stepWords[s].needs }

// Past returns the past participle: "configured".
func (s Step) Past() string { return stepWords[s].past }

// Chain returns the steps to do for the requested ones: each after the steps
// that it needs, and none twice unless a Clean lies between.
func Chain(requested []Step) []Step {
	var chain []Step
	var add func(Step)
	add = func(s Step) {
		sinceClean := chain
		for i, done := range slices.Backward(chain) {
			if done == Clean {
				sinceClean = chain[i+1:]
				if s == Clean && len(sinceClean) == 0 {
					return
				}
				break
			}
		}
		if slices.Contains(sinceClean, s) {
			return
		}
		if needed := s.Needs(); needed != "" {
			add(needed)
		}
		chain = append(chain, s)
	}
	for _, s := range requested {
		add(s)
	}
	return chain
}
