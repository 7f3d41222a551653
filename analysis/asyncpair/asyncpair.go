package asyncpair

import (
	_ "embed"
	"flag"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

//go:embed doc.go
var doc string

// Analyzer checks that EmitBefore and EmitAfter nest.
var Analyzer = &analysis.Analyzer{
	Name:     "asyncpair",
	Doc:      manual.Must(doc, "asyncpair"),
	URL:      "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asyncpair",
	Flags:    flags(),
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer, report.IgnoreAnalyzer, pair.Analyzer},
}

// gaveUp is for those who work on the engine: what it says nothing of.
var gaveUp bool

func flags() (fs flag.FlagSet) {
	fs.BoolVar(&gaveUp, "gaveup", false, "also report the functions that are too much for the engine")
	return fs
}

func run(pass *analysis.Pass) (any, error) {
	r := report.New(pass)
	if r == nil {
		return nil, nil
	}
	res := pass.ResultOf[pair.Analyzer].(*pair.Result)
	for _, f := range res.Findings {
		if m, ok := messages[f.Slug]; ok {
			reportFinding(r, f, m)
		}
	}
	for _, d := range res.Directives {
		if d.Wrong != "" {
			r.Report(analysis.Diagnostic{
				Pos:      d.Pos,
				Category: "pairdirective",
				Message:  "the directive //asynchooks:" + d.Verb + " is wrong: " + d.Wrong,
			})
		}
	}
	if gaveUp {
		for _, fn := range res.GaveUp {
			pass.Reportf(fn.Pos(), "the engine gave up on %s", fn.RelString(pass.Pkg))
		}
	}
	unusedLeaves(r)
	return nil, nil
}

// reportFinding turns a finding of the engine into a diagnostic.
func reportFinding(r *report.Reporter, f *pair.Finding, m func(*report.Reporter, *pair.Finding) (string, []analysis.RelatedInformation)) {
	d := analysis.Diagnostic{Category: f.Slug}
	d.Pos, d.End = r.Range(f.Pos)
	if f.Kind == "panic" {
		d.Pos, d.End = f.Pos, 0
	}
	d.Message, d.Related = m(r, f)
	d.SuggestedFixes = fixes(r, f)
	r.Report(d)
}
