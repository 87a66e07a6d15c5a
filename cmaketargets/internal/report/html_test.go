package report_test

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/magecmake/magecmake/cmaketargets/internal/model"
	"github.com/magecmake/magecmake/cmaketargets/internal/report"
)

// In a browser the page requests nothing, has no faults, and is accessible.
func TestPage(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a browser")
	}
	dir := t.TempDir()
	b := openBrowser(t)
	for name, d := range map[string]report.Document{"every": every(), "many": many(40), "empty": {}} {
		d.Summarize()
		file := filepath.Join(dir, name+".html")
		if err := os.WriteFile(file, render(t, report.HTML, d), 0o666); err != nil {
			t.Fatal(err)
		}
		page := (&url.URL{Scheme: "file", Path: file}).String()
		backgrounds := map[string]bool{}
		for _, scheme := range []string{"light", "dark"} {
			b.open(page, 1100, scheme)
			if err := b.complaints(page); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			var background string
			b.eval(`() => getComputedStyle(document.body).backgroundColor`, &background)
			backgrounds[background] = true
			wrong(t, b, name+" "+scheme, pageRules)
			wrong(t, b, name+" "+scheme, contrastRule)
		}
		if len(backgrounds) != 2 {
			t.Errorf("%s: light and dark have the same background, %v", name, backgrounds)
		}
		b.open(page, 360, "light")
		wrong(t, b, name+" on a telephone", narrowRule)
		if name == "every" {
			checkNames(t, b)
		}
	}
}

// A summary that is shown first is not one of the counted errors.
func TestFurtherErrors(t *testing.T) {
	failed := report.Result{Result: model.Result{Step: model.Build, Status: model.Failed, Errors: 1}, Diagnostics: []report.Diagnostic{
		{Diagnostic: model.Diagnostic{Severity: model.Error, Message: "b failed: why", Summary: true}},
		{Diagnostic: model.Diagnostic{Severity: model.Error, Message: "real"}},
		{Diagnostic: model.Diagnostic{Severity: model.Error, Message: "all failed", Summary: true}},
	}}
	page := string(render(t, report.HTML, report.Document{Results: []report.Result{failed}}))
	if !strings.Contains(page, "1 further error<") || !strings.Contains(page, "<li>real</li>") || strings.Contains(page, "<li>all failed</li>") {
		t.Errorf("the page is %s", page)
	}
}

// wrong runs a function in the page that returns faults.
func wrong(t *testing.T, b *browser, what, function string) {
	t.Helper()
	var faults []string
	b.eval(function, &faults)
	for _, fault := range faults[:min(len(faults), 10)] {
		t.Errorf("%s: %s", what, fault)
	}
}

// pageRules returns the faults in the page's structure.
const pageRules = `() => {
	const faults = [];
	const want = (ok, what) => { if (!ok) faults.push(what); };
	const all = selector => [...document.querySelectorAll(selector)];
	want(document.documentElement.lang === "en", "no language");
	want(document.title !== "", "no title");
	want(all("main").length === 1 && all("body > header").length === 1, "landmarks are missing");
	want(all("h1").length === 1, "there is not one h1");
	want(all("script, img, iframe, object, embed, form, style ~ style").length === 0, "an element that no page has");
	want(all("link").every(l => l.getAttribute("href") === "data:,"), "a link to a file");
	let level = 0;
	for (const h of all("h1, h2, h3, h4, h5, h6")) {
		const n = Number(h.tagName[1]);
		want(n <= level + 1, "heading skips a level: " + h.textContent);
		level = n;
	}
	for (const e of all("*")) {
		for (const a of e.attributes) want(!a.name.startsWith("on") && a.name !== "style", "attribute " + a.name);
	}
	want(all("th").every(th => ["col", "row"].includes(th.scope)), "a header without scope");
	want(all("table").every(t => t.caption), "a table without caption");
	want(all("section").every(s => document.getElementById(s.getAttribute("aria-labelledby"))), "a section without a name");
	const ids = all("[id]").map(e => e.id);
	want(new Set(ids).size === ids.length, "an id is used twice");
	for (const a of all("a[href^='#']")) want(document.getElementById(a.getAttribute("href").slice(1)), "a link to nowhere");
	for (const e of all("*")) {
		const s = getComputedStyle(e);
		if (s.overflowX === "auto" && e.scrollWidth > e.clientWidth && e.checkVisibility()) want(e.tabIndex === 0, "scrolls without keyboard: " + e.tagName);
	}
	want(all("pre.command, pre.error").every(e => e.scrollWidth <= e.clientWidth), "a command or a message runs out of its frame");
	want(all("summary").every(s => s.parentElement.tagName === "DETAILS" && s.tabIndex === 0), "a summary that no key reaches");
	return faults;
}`

// contrastRule returns text with too little contrast by WCAG 2.1, success criterion 1.4.3.
const contrastRule = `() => {
	const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
	const parse = s => (s.match(/[\d.]+/g) || []).map(Number);
	const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
	const behind = e => {
		for (; e; e = e.parentElement) {
			const c = parse(getComputedStyle(e).backgroundColor);
			if (c.length === 3) return c;
		}
		return [255, 255, 255];
	};
	const faults = new Set();
	for (const d of document.querySelectorAll("details")) d.open = true;
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || ["TITLE", "DESC"].includes(e.tagName.toUpperCase())) continue;
		const style = getComputedStyle(e);
		const a = light(parse(e.namespaceURI.endsWith("svg") ? style.fill : style.color)), b = light(behind(e));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) faults.add(e.tagName + "." + e.getAttribute("class") + " has a contrast of " + ratio.toFixed(2));
	}
	return [...faults];
}`

// narrowRule returns a fault when a narrow page scrolls sideways.
const narrowRule = `() => {
	for (const d of document.querySelectorAll("details")) d.open = true;
	const wide = document.documentElement.scrollWidth;
	return wide <= innerWidth ? [] : ["the page is " + wide + " wide in a window of " + innerWidth];
}`

// checkNames checks the accessibility tree, which screen readers use.
func checkNames(t *testing.T, b *browser) {
	t.Helper()
	var tree struct {
		Nodes []struct {
			Ignored bool `json:"ignored"`
			Role    struct {
				Value string `json:"value"`
			} `json:"role"`
			Name struct {
				Value string `json:"value"`
			} `json:"name"`
		} `json:"nodes"`
	}
	b.call("Accessibility.getFullAXTree", nil, &tree)
	named := map[string][]string{}
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		named[n.Role.Value] = append(named[n.Role.Value], n.Name.Value)
		if n.Name.Value == "" && slices.Contains([]string{"heading", "link", "region", "table", "image", "columnheader", "rowheader"}, n.Role.Value) {
			t.Errorf("a %s has no name", n.Role.Value)
		}
	}
	for _, role := range []string{"banner", "main", "heading", "region", "table", "columnheader", "rowheader", "image", "link"} {
		if len(named[role]) == 0 {
			t.Errorf("a screen reader finds no %s", role)
		}
	}
	if pictures := named["image"]; len(pictures) > 0 && !strings.HasPrefix(pictures[0], "What each worker did") {
		t.Errorf("the picture is called %q", pictures[0])
	}
}

// The size of a page of a thousand projects with long outputs is bounded.
func TestPageIsBounded(t *testing.T) {
	const most = 2 << 20
	if size := len(render(t, report.HTML, many(1000))); size > most {
		t.Errorf("the page of 1000 projects has %d bytes, more than %d", size, most)
	}
}
