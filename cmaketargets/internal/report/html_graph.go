package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/text"
)

// Bounds of the picture of the graph, and the sizes in it.
const (
	maxPicturedNodes = 200
	maxPicturedEdges = 2000
	maxNodeName      = 28 // characters
	nodeHeight       = 22
	rowHeight        = 30
	charWidth        = 7
	layerGap         = 70
)

// node is a project in the picture, or a place that a line goes through, which has no name.
type node struct {
	name     string
	layer    int
	row      float64
	from, to []int // the nodes before it and behind it, in the layers beside its own
}

// line is an edge with the nodes that it goes through.
type line struct {
	edge  model.Edge
	nodes []int
}

// drawing is the graph in layers: each project is right of all that it needs.
type drawing struct {
	nodes  []node
	lines  []line
	layers [][]int // of nodes, ordered
}

// draw places the projects of a graph without circles.
func draw(edges []model.Edge) drawing {
	var d drawing
	at := map[string]int{}
	find := func(name string) int {
		i, ok := at[name]
		if !ok {
			i, at[name] = len(d.nodes), len(d.nodes)
			d.nodes = append(d.nodes, node{name: name})
		}
		return i
	}
	for _, e := range edges {
		d.lines = append(d.lines, line{e, []int{find(e.To), find(e.From)}})
	}
	for range d.nodes { // as often as the longest way has edges, at most
		moved := false
		for _, l := range d.lines {
			if to, from := &d.nodes[l.nodes[0]], &d.nodes[l.nodes[1]]; from.layer <= to.layer {
				from.layer, moved = to.layer+1, true
			}
		}
		if !moved {
			break
		}
	}
	for i := range d.lines {
		l := &d.lines[i]
		first, last := l.nodes[0], l.nodes[1]
		l.nodes = l.nodes[:1]
		for layer := d.nodes[first].layer + 1; layer < d.nodes[last].layer; layer++ {
			l.nodes = append(l.nodes, len(d.nodes))
			d.nodes = append(d.nodes, node{layer: layer})
		}
		l.nodes = append(l.nodes, last)
		for k := 1; k < len(l.nodes); k++ {
			a, b := l.nodes[k-1], l.nodes[k]
			d.nodes[a].to, d.nodes[b].from = append(d.nodes[a].to, b), append(d.nodes[b].from, a)
		}
	}
	d.order()
	return d
}

// order orders the nodes of each layer by the middle of those beside it, forth and back.
func (d *drawing) order() {
	for i, n := range d.nodes {
		for len(d.layers) <= n.layer {
			d.layers = append(d.layers, nil)
		}
		d.layers[n.layer] = append(d.layers[n.layer], i)
	}
	sweep := func(layer []int, beside func(node) []int) {
		middle := map[int]float64{}
		for k, i := range layer {
			middle[i] = float64(k)
			if near := beside(d.nodes[i]); len(near) > 0 {
				middle[i] = 0
				for _, j := range near {
					middle[i] += d.nodes[j].row / float64(len(near))
				}
			}
		}
		text.SortStable(layer, func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
		for k, i := range layer {
			d.nodes[i].row = float64(k) - float64(len(layer)-1)/2
		}
	}
	for range 4 {
		for _, layer := range d.layers {
			sweep(layer, func(n node) []int { return n.from })
		}
		for _, layer := range slices.Backward(d.layers) {
			sweep(layer, func(n node) []int { return n.to })
		}
	}
}

// graph adds a picture of the needs of projects. Its table has the same in words.
func (p *page) graph(edges []model.Edge) {
	d := draw(edges[:min(len(edges), maxPicturedEdges)])
	projects := 0
	for _, n := range d.nodes {
		if n.name != "" {
			projects++
		}
	}
	if projects > maxPicturedNodes || len(edges) > maxPicturedEdges {
		p.printf("<p>%d projects are too many for a picture.</p>\n", projects)
		return
	}
	failed := map[string]bool{}
	for _, r := range p.d.Results {
		failed[r.Project.Path] = failed[r.Project.Path] || r.Status.Bad()
	}
	tallest := 0
	left, widths := make([]int, len(d.layers)), make([]int, len(d.layers))
	x := 10
	for i, layer := range d.layers {
		for _, n := range layer {
			widths[i] = max(widths[i], 16+charWidth*utf8.RuneCountInString(cut(oneLine(d.nodes[n].name), maxNodeName)))
		}
		left[i], x = x, x+widths[i]+layerGap
		tallest = max(tallest, len(layer))
	}
	width, height := x-layerGap+10, tallest*rowHeight+10
	y := func(n node) int { return height/2 + int(n.row*rowHeight) }
	p.printf("<div class=\"wide\" "+scrolls+">\n<svg class=\"graph\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"graph-title graph-text\">\n",
		"Picture of the needs", width, height, width, height)
	p.printf("<title id=\"graph-title\">Which projects need which</title>\n<desc id=\"graph-text\">%s; each is right of those that it needs. The table below has the same.</desc>\n",
		text.Count(projects, "project"))
	for _, l := range d.lines {
		var path strings.Builder
		for k, i := range l.nodes {
			n := d.nodes[i]
			if k > 0 {
				before := left[n.layer] - layerGap/2
				fmt.Fprintf(&path, "C%d %d %d %d %d %d", before, y(d.nodes[l.nodes[k-1]]), before, y(n), left[n.layer], y(n))
			} else {
				fmt.Fprintf(&path, "M%d %d", left[n.layer], y(n))
			}
			if k < len(l.nodes)-1 {
				fmt.Fprintf(&path, "H%d", left[n.layer]+widths[n.layer])
			}
		}
		class := "need"
		if l.edge.Optional && l.edge.Use == "" || l.edge.Use == model.Unused {
			class += " optional"
		}
		p.printf("<path class=\"%s\" d=\"%s\"><title>%s needs %s</title></path>\n", class, path.String(), oneLine(l.edge.From), oneLine(l.edge.To))
	}
	for _, n := range d.nodes {
		if n.name == "" {
			continue
		}
		class := "project"
		if failed[n.name] {
			class += " failed"
		}
		p.printf("<g class=\"%s\"><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/><text x=\"%d\" y=\"%d\">%s</text></g>\n",
			class, oneLine(n.name), left[n.layer], y(n)-nodeHeight/2, widths[n.layer], nodeHeight, left[n.layer]+8, y(n)+4, cut(oneLine(n.name), maxNodeName))
	}
	p.printf("</svg>\n</div>\n<p>Dashed: the project can do without, or did not use it.</p>\n")
}
