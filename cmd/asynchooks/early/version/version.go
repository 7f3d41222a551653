// Package version deals with the calls that [toolid.Run] can deal with, as package
// early does with those of package toolcall. It is apart from it since it imports
// more.
package version

import (
	"os"

	"github.com/asynchooks/asynchooks/rewrite/build/toolid"
)

func init() {
	if len(os.Args) > 1 && os.Args[1] == "toolexec" {
		toolid.Run(os.Args[2:])
	}
}
