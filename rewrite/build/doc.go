// Package build puts asynchooks between the go command and its tools.
//
// The go command runs compile, asm, link, cgo, cover and vet through the
// program named by its -toolexec flag. [Toolexec] is that program: most calls
// it hands to the real tool untouched, by replacing its own process, so that
// signals, exit codes and output need no forwarding. Packages toolcall, toolscan and
// toolid do so, and answer -V=full, for a program that is still being initialised.
// Three kinds differ:
//
//	compile -V=full        the answer gets a suffix, [ToolID]; the go command
//	                       makes it part of every cache key, so that plain and
//	                       instrumented builds never share an entry
//	compile -p PKG … *.go  where package gopatch has patches for PKG, the patched
//	                       files take the place of the originals
//	any other compile      where package rewrite finds sites, the rewritten files
//	                       take the place of the originals; [Options] can exclude
//	                       packages
//
// A quick look at the bytes of the files decides whether they are parsed, and
// the syntax whether types are loaded; those come from the export data that the
// compiler itself is given, so that no other process and no other importcfg is
// needed. Replaced files are written below the directory of the compile call's own
// output ($WORK/bNNN), which the go command removes with the rest of its work,
// and begin with a //line directive that names the original: positions in
// panics, debug information and compiler errors are those of the source that
// the user knows, and the bytes of the archive depend on no temporary path.
//
// No state is shared between the processes of a build, and nothing is kept
// beside the go command's own cache: an interrupted build leaves nothing that
// a later one could take for whole.
//
// [GoCommand] is the other half: it runs go build, run, test or install with
// the -toolexec flag set to this program.
package build
