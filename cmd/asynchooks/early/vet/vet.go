// Package vet answers the go command when it calls the program as its vet tool,
// as package early deals with tool calls: before packages are initialised that
// the analyzers do not need. go vet starts its tool once for each package.
package vet

import (
	"os"

	"github.com/asynchooks/asynchooks/analysis/vettool"
)

func init() {
	if vettool.IsCall(os.Args[1:]) {
		vettool.Main()
	}
}
