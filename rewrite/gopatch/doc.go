// Package gopatch holds what an instrumented build changes in the Go
// distribution: a few statements of package runtime, one file added to it, and
// the one file of package rt that reaches the goroutine's state.
//
// Go has no goroutine-local state, so the patch gives each goroutine some: a
// field of runtime.g that holds its ids and its AsyncLocalStorage frame. The
// places that move the state from one goroutine to the next (a go statement, a
// timer that fires, the first and the last instruction of a goroutine) are
// patch points: a statement of a function of package runtime, found by its
// syntax, before or after which a call is inserted.
//
// A point is named in a table (points.go) by the function that holds it and by
// the text of the statement, white space folded. It must be found exactly as
// often as the table says, or the build is refused with an error that names the
// point: a Go release whose runtime looks different is never instrumented
// halfway. Insertions stay on the line where they are made, so that no
// statement of the runtime moves to another line.
//
// The inserted calls lead to the files in source/runtime, which are added to
// package runtime. They are data here, embedded and never compiled in this
// package.
package gopatch
