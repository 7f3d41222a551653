// Package gopatch holds what an instrumented build changes in the Go
// distribution: statements of package runtime and of a dozen others of the standard
// library, the files that are added to these, and the one file of package rt that
// reaches the goroutine's state.
//
// Go has no goroutine-local state, so the patch gives each goroutine some: a
// field of runtime.g that holds its ids and its AsyncLocalStorage frame. The
// places that move the state from one goroutine to the next (a go statement, a
// send, a timer that fires, the first and the last instruction of a goroutine) are
// patch points: a statement of a function, found by its syntax, before or after
// which a call is inserted. Points of other packages are where they register
// callbacks, call them, or start goroutines that serve the process.
//
// A point is named in a table (points.go, points_std.go) by the function that holds
// it and by the text of the statement, white space folded. It must be found exactly as
// often as the table says, or the build is refused with an error that names the
// point: a Go release whose runtime looks different is never instrumented
// halfway. Insertions stay on the line where they are made, so that no
// statement moves to another line.
//
// The inserted calls lead to the files in source, which are added to the packages
// that their folders are named for; source/links, which declares functions of package
// runtime, goes to most of the others. They are data here, embedded and never compiled
// in this package.
package gopatch
