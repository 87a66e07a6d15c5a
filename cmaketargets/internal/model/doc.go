// Package model holds the nouns that the other packages share: projects,
// variants, steps, results, diagnostics. It imports none of them and does no
// work.
package model
