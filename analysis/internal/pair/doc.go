// Package pair is the engine behind asyncpair and asynclife: a bounded
// symbolic execution of go/ssa that follows every path of a function and keeps
// account of the scopes that are open on it.
//
// # What a path knows
//
// A world is what is known at one point of one path: the stack of resources
// entered and not yet left, the resources destroyed, what the branches taken
// imply, the values of phis and of memory cells, and the deferred calls. Worlds
// that agree are explored once, so that a function with many branches and few
// pair operations stays cheap.
//
// Values are terms: parameters, fields of them, objects made here, comparisons.
// A term names a value as it was when the function was entered, which is what
// makes it meaningful in a caller.
//
// # Functions
//
// Each function is explored once. What is left is its summary: one outcome for
// each way in which it can return, with the conditions on its arguments, the
// scopes that it opened and closed, the cells that it wrote, and its results.
// A call picks the outcomes whose conditions can hold. So a helper that opens a
// scope only when it returns a nil error is understood, and so is a deferred
// closure that looks at a flag. Summaries are exported as facts: a helper in
// another package needs no annotation. Recursion has no effect.
//
// # Where a finding is reported
//
// A scope of a resource that only this function can name is its own affair, and
// reported there. A scope of a parameter, a field or a global may be the
// business of a caller: unexported functions are judged in their callers;
// exported ones, function values and methods that an interface may call are
// judged where they stand, unless they look like one half of a pair.
//
// # When it says nothing
//
// Past a budget of steps, where a closure that opens or closes a scope is given
// to code that cannot be seen, and where two names may or may not be the same
// resource, it assumes that the program is right.
//
// TestRandom compares it with an interpreter that runs all paths of a program. Of
// 100,000 programs of up to fourteen statements, in all forms that the test has,
// nothing bad was missed and nothing good was reported; 17,523 are not compared,
// since they have too many paths or a helper that nobody calls. It gave up on 32:
// helpers that open and close a scope under conditions of their own, called or
// deferred again and again, have too many outcomes.
//
// What it does not tell is whether the callers of an exported function can: one
// that leaves a scope open where it gives a nil error, or that is thin or has a
// companion which closes the scope, counts as half of a pair even if the condition
// was meant the other way round.
package pair
