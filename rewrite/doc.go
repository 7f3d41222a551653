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
//   - a callback that is registered, which is bound
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
//
// An iterator runs on when the body of its loop was left. A scope that is left
// from inside such a body is closed behind the loop; one that was opened inside
// is closed first, by a return once its results are evaluated. Where calls were
// deferred inside of it, a return leaves it open for them, and for the end of the
// iterator. A panic that passes an iterator closes it when it reaches the function.
//
// # Service loops
//
// A goroutine whose function is a receive loop over a field, a package variable,
// or a parameter that is one of these at the go statement, serves whoever sends:
// it starts with no stores. A variable of an enclosing function is none of them,
// also where the go statement stands in a function literal that captures it:
//
//	jobs := make(chan job)
//	start := func() { go func() { for j := range jobs { … } }() }
//
// The literal may be called by the enclosing function alone, as where a request
// fans out its work: those workers are the request's own, and would lose its
// stores. Or it outlives that function, as in a pool that is made of closures and
// starts its workers when they are first needed: those keep the stores of whoever
// came first. Nothing in the source tells one from the other, so the goroutine
// inherits. Conflicts of package rt shows the second kind, and a directive,
// //asynchooks:detach above the go statement, mends it.
//
// # Callbacks
//
// A registration is bound where the function that takes the callback is declared,
// at the start of its body: by the table Registrations, or by a directive in the
// function's comment that names the parameter, which is a function, an interface,
// or a field of a struct that is passed by value:
//
//	//asynchooks:callback fn
//	func (q *Queue) OnMessage(fn func(Msg)) {
//
// So every caller's is bound, by whatever name, value or interface it calls. With
// "once" behind it, the callback is called once; "type=NAME" names the resource.
//
// A bound interface value is one of a type that is added, with the methods of the
// interface and of those others that the package looks for in such values. Where
// the package compares values of the interface, or asks them for a type that is
// none, the value itself takes its place; as keys of a map they are refused.
//
// A directive outside of functions and their comments names a function of another
// package, which is not touched:
//
//	//asynchooks:callback queue.Queue.OnClose fn once
//
// The argument is bound in the calls that the directive's package makes, and those
// that import it. They read of it in a constant that is added to the package, and
// so are built again when it changes. A function that is used as a value is bound
// as one. The parameter may be given by its number, from 1. A directive that can
// not be followed is an error.
//
// # Files on disk
//
// Package generate writes the result to files that people read. There every line
// is formatted ([Package.Lines]), what is inserted stands on lines of its own, and
// line directives keep the lines of the user's. For the stock runtime
// ([Package.Stock]) receive loops stay as they are, since nothing tells which
// message was received; go statements, sends, timers and callbacks become calls of
// package rt, which need no patch and no file beside.
package rewrite
