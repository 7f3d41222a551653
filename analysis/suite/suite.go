// Package suite lists the analyzers, for programs that run them:
//
//	func main() { multichecker.Main(suite.Analyzers...) }
//
// and, with the analyzers of go vet, the suite of a vet tool:
//
//	func main() { unitchecker.Main(suite.Vet...) }
//
// The suite of a fix tool is in package fixes below.
package suite

import (
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/suite/vet"

	"github.com/asynchooks/asynchooks/analysis/asynchook"
	"github.com/asynchooks/asynchooks/analysis/asyncignore"
	"github.com/asynchooks/asynchooks/analysis/asynclife"
	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/asyncstore"
)

// Analyzers are the analyzers of this project.
var Analyzers = []*analysis.Analyzer{
	asyncpair.Analyzer,
	asynclife.Analyzer,
	asynchook.Analyzer,
	asyncstore.Analyzer,
	asyncignore.Analyzer,
}

// Vet is what go vet runs, and ours.
var Vet = slices.Concat(vet.Suite, Analyzers)
