package bench_test

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
)

// goal is the wanted value of a ratio.
type goal struct {
	over, under string // contenders: the ratio is over's time to under's
	least, most float64
}

// String returns the goal as it is shown after its ratio; nothing where there is none.
func (g goal) String() string {
	switch {
	case g.least > 0:
		return fmt.Sprintf("goal: at least %g", g.least)
	case g.most > 0:
		return fmt.Sprintf("goal: at most %g", g.most)
	}
	return ""
}

// rounds are the times of each contender, by name, a value a round.
type rounds map[string][]usage

// seconds returns the medians of a contender's times.
func (r rounds) seconds(name string) (wall, cpu float64) {
	var walls, cpus []float64
	for _, u := range r[name] {
		walls, cpus = append(walls, u.wall.Seconds()), append(cpus, u.cpu.Seconds())
	}
	return median(walls), median(cpus)
}

// ratio returns the medians of the ratios within each round; not ok without both contenders.
func (r rounds) ratio(over, under string) (wall, cpu float64, ok bool) {
	var walls, cpus []float64
	for i := range min(len(r[over]), len(r[under])) {
		a, b := r[over][i], r[under][i]
		walls = append(walls, a.wall.Seconds()/b.wall.Seconds())
		cpus = append(cpus, a.cpu.Seconds()/b.cpu.Seconds())
	}
	return median(walls), median(cpus), len(walls) > 0
}

// table shows contenders in the order given, and the ratios for which there are goals.
func (r rounds) table(title string, names []string, goals []goal) string {
	var s strings.Builder
	fmt.Fprintf(&s, "\n%s\n", title)
	w := tabwriter.NewWriter(&s, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tclock s\tCPU s\t\t")
	for _, name := range names {
		wall, cpu := r.seconds(name)
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t\t\n", name, wall, cpu)
	}
	for _, g := range goals {
		if wall, cpu, ok := r.ratio(g.over, g.under); ok {
			fmt.Fprintf(w, "%s / %s\t%.2f\t%.2f\t%s\t\n", g.over, g.under, wall, cpu, g)
		}
	}
	_ = w.Flush() // to a strings.Builder
	return s.String()
}

// median returns the middle value, the mean of the middle two, or 0 where there is none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}
