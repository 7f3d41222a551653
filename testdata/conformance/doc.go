// Conformance does in Go what the scenarios did in Node.js: each twin here is
// the counterpart of one small program whose lines were recorded there.
//
//	conformance NAME   runs the twin of that scenario in this process
//	conformance -list  prints the table of twins as JSON
//
// The lines that Node.js printed are in recorded/, one file for each scenario.
// A twin prints the same lines, with Go's names for the types of resources.
// Where the rules of async_hooks in Go decide otherwise, its lines are in
// decided/, written by hand, and the table in twins.go names the rule. A twin
// with a dot in its name (01-root-context.init) has no counterpart: it checks a
// rule that lies next to that scenario's.
//
// Ids are printed as labels, Type#n in the order of their first appearance.
// Each twin is run in a process of its own, instrumented and plain: ids, the
// root context and exit codes belong to a process. The test that does so is
// TestConformance in package rt.
//
// What Node.js refuses when it runs and Go when it compiles is in static/.
package main
