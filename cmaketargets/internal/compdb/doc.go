// Package compdb merges the compile_commands.json of many build trees into one, in the form that clangd and its like
// read (https://clang.llvm.org/docs/JSONCompilationDatabase.html).
//
// Those tools take the first entry of a file and pass over the others, so a merged database has one entry per file; see
// [Source] for which. Sources are read twice and never held: the memory it takes is that for the names of the files.
//
// A [File] is rewritten only where its bytes change, because its readers index everything anew when it is touched, and
// only where it is one that this package wrote: they say nothing about their origin, so what counts is the form, which
// no other program writes (see [ours]). What it was merged from is remembered beside the build trees, in a few lines
// that are compared without reading a database.
package compdb
