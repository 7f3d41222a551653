// Package generate writes instrumented source to disk, for builds that can have
// no tool in them. The engine is that of the build, package rewrite; what differs
// is where packages come from and where files go:
//
//	load      packages from patterns, by the go command, once for each platform
//	rewrite   each package, in the form for files on disk
//	plan      what is to be written and removed, all of it, in memory
//	apply     checks every target, then writes; or tells what differs
//
// [Overlay] writes a folder with the rewritten files and overlay.json, which go
// build -overlay reads: the sources stay as they are, and packages of the
// standard library take part. [Tags] writes a twin beside each source file, for
// builds with a tag, which need no overlay and no patched runtime; [Undo] takes
// them away.
//
// Two lines at the top of a generated file say what it was made from and hold the
// hash of the rest. So a file that someone has edited is known, and never
// overwritten unasked.
package generate
