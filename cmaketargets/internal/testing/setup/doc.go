// Package setup installs the tools that this repository's build and tests need. Its commands are
// programs and not mage targets because a magefile is outside the directory that may import an
// internal package.
package setup
