// Package scan deals with the calls that [toolscan.Run] can deal with, as package
// early does with those of package toolcall. It is apart from it since it imports
// more.
package scan

import (
	"os"

	"github.com/asynchooks/asynchooks/rewrite/build/toolscan"
)

func init() {
	if len(os.Args) > 1 && os.Args[1] == "toolexec" {
		toolscan.Run(os.Args[2:])
	}
}
