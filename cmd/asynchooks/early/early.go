// Package early deals with the calls that [toolcall.Run] can deal with before the
// rest of a program is initialised.
//
// The go command starts asynchooks for each call of each tool, several times in
// a build in which nothing changed. To initialise the analyzers and what shows
// traces takes asynchooks five times as long as to start. Go initialises packages
// in the order of their import paths, each as soon as what it imports is: this
// one imports so little that it comes before those, though main imports it as
// well. Nothing depends on the order but the time that such a call takes.
package early

import (
	"os"

	"github.com/asynchooks/asynchooks/rewrite/build/toolcall"
)

func init() {
	if len(os.Args) > 1 && os.Args[1] == "toolexec" {
		toolcall.Run(os.Args[2:])
	}
}
