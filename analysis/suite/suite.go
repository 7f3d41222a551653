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
	"go/version"
	"runtime"
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
var Vet = slices.Concat(stock(runtime.Version()), Analyzers)

// since is the Go release whose go vet is the first to run an analyzer that
// x/tools has already.
var since = map[string]string{
	"scannererr": "go1.28",
	"sqlrowserr": "go1.28",
}

// stock gives what the go vet of a Go release runs: whoever changes from it to
// this suite finds what he found before, and what is ours.
func stock(release string) []*analysis.Analyzer {
	return slices.DeleteFunc(slices.Clone(vet.Suite), func(a *analysis.Analyzer) bool {
		first, ok := since[a.Name]
		return ok && version.IsValid(release) && version.Compare(release, first) < 0
	})
}
