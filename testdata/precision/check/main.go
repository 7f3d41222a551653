// Command check runs the analyzers alone, where the tests of a package cannot be
// loaded: check -test=false packages.
package main

import (
	"golang.org/x/tools/go/analysis/multichecker"

	"github.com/asynchooks/asynchooks/analysis/suite"
)

func main() { multichecker.Main(suite.Analyzers...) }
