// Package asyncignore defines an Analyzer that checks the suppressions of the
// other analyzers' findings.
//
// The examples below are compiled and checked by the package's tests.
//
// # Analyzer asyncignore
//
// asyncignore: check suppressions of asynchooks findings
//
// A comment
//
//	//asynchooks:ignore rule reason
//
// suppresses findings of a rule, or of several with commas between them: those on
// its line; if it has the line to itself, those on the next; in the doc comment
// of a function, those in the function. Findings about suppressions cannot be
// suppressed.
//
// # ignorereason
//
// A suppression names a rule and gives a reason. Without one it suppresses
// nothing.
//
// Bad:
//
//	func start(r *rt.AsyncResource) {
//		//asynchooks:ignore pairleak
//		r.EmitBefore()
//	}
//
// Good:
//
//	func start(r *rt.AsyncResource) {
//		//asynchooks:ignore pairleak the interpreter calls stop
//		r.EmitBefore()
//	}
//
// Fix: none; say why.
//
// Suppress: delete the comment
//
// # ignoreunknown
//
// The rule exists.
//
// Bad:
//
//	func start(r *rt.AsyncResource) {
//		//asynchooks:ignore pairlaek the interpreter calls stop
//		r.EmitBefore()
//	}
//
// Good:
//
//	func start(r *rt.AsyncResource) {
//		//asynchooks:ignore pairleak the interpreter calls stop
//		r.EmitBefore()
//	}
//
// Fix: none.
//
// Suppress: delete the comment
//
// # ignoreunused
//
// There is something to suppress. A rule that is off by default and was not
// turned on does not count.
//
// Bad:
//
//	func scope(r *rt.AsyncResource) {
//		r.EmitBefore() //asynchooks:ignore pairleak the interpreter calls stop
//		defer r.EmitAfter()
//	}
//
// Good:
//
//	func scope(r *rt.AsyncResource) {
//		r.EmitBefore()
//		defer r.EmitAfter()
//	}
//
// Fix: none; delete the comment.
//
// Suppress: delete the comment
package asyncignore
