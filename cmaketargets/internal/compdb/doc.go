// Package compdb merges the compile_commands.json of many build trees into one, in the format that
// clangd reads (https://clang.llvm.org/docs/JSONCompilationDatabase.html).
//
// Its readers take the first entry of a file and ignore the others, so a merged database has one
// entry per file; see [Source] for the choice. The memory needed is that of the merged database.
//
// A [File] is rewritten only when its bytes change, because its readers index everything again when
// it is touched, and only when it is one that this package wrote. The format has no room for a mark
// (LLVM refuses unknown keys), so the layout is the mark: see ours. A state file in a build tree
// remembers the sources, so that an unchanged database costs a stat of each.
package compdb
