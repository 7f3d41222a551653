// Package rewrite finds the sites of a package where asynchronous work is
// handled and inserts the calls that give it the right scope. Source files and
// types go in, instrumented source comes out; the package knows syntax and
// types and no build.
//
// With a patched runtime (package gopatch) most of what happens needs no change
// in the source: go statements, sends, receives and timers are seen by the
// runtime's own entry points. A lowering of `go f(x)` in the source would add a
// frame to the goroutine's stack, rename the closures that follow it in the
// same function, and turn `go nil()` from a fatal error in the parent into a
// panic in the child. What only the source tells remains:
//
//   - a receive loop: where the handling of a message begins and ends
//   - a go statement that starts a service loop, which is detached
//   - a function value that is sent over a channel, which is bound
//
// Every insertion stays on its line, and a line directive behind it restores
// the column, so that each statement of the user's keeps its position.
//
// # Receive loops
//
// The forms are those of a loop that handles whatever arrives: a range over a
// channel, a select in a for, a receive statement directly in the body of a for
// with no condition. At the point where the message has arrived, a call opens
// its scope:
//
//	for v := range ch {        for v := range asyncLoop(ch, &t) { asyncOpen(&t) …
//		if v == 0 {                if v == 0 {
//			continue                   asyncClose(&t); continue
//		}                          }
//		use(v)                     use(v)
//	}                          asyncClose(&t) }
//
// A call in front of each continue, break and goto that ends the iteration, and
// at the end of the body, closes it. A return, a panic and Goexit close it by a
// deferred call, which the first message of the function call that carries a
// scope registers: so the results of a return and the calls that the body
// deferred still run in the scope, and earlier deferred calls do not. The
// variable t is declared at the start of the function, where no goto can jump
// over it.
package rewrite
