// Package fixes is the suite of a tool for go fix -fixtool: what go fix applies,
// and the fixes of this project. It is apart from package suite because go fix's
// own analyzers take longer to initialize than a compiler's wrapper may.
//
//	func main() { unitchecker.Main(fixes.Suite...) }
package fixes

import (
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/suite/fix"

	"github.com/asynchooks/asynchooks/analysis/asynchook"
	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/asyncstore"
)

// Suite is what go fix runs, and those of our analyzers that suggest fixes.
var Suite = slices.Concat(fix.Suite, []*analysis.Analyzer{asyncpair.Analyzer, asynchook.Analyzer, asyncstore.Analyzer})
