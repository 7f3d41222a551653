package asyncignore

import (
	_ "embed"
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/asynchook"
	"github.com/asynchooks/asynchooks/analysis/asynclife"
	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/asyncstore"
	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

//go:embed doc.go
var doc string

// Analyzer checks the suppressions of the other analyzers' findings.
var Analyzer = &analysis.Analyzer{
	Name:     "asyncignore",
	Doc:      manual.Must(doc, "asyncignore"),
	URL:      "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asyncignore",
	Run:      run,
	Requires: append([]*analysis.Analyzer{report.IgnoreAnalyzer}, checked...),
}

// checked are the analyzers whose findings can be suppressed. They run first,
// and note which suppressions they needed.
var checked = []*analysis.Analyzer{asyncpair.Analyzer, asynclife.Analyzer, asynchook.Analyzer, asyncstore.Analyzer}

func run(pass *analysis.Pass) (any, error) {
	ignores := pass.ResultOf[report.IgnoreAnalyzer].(*report.Ignores)
	for _, x := range ignores.List {
		say := func(slug, format string, args ...any) {
			pass.Report(analysis.Diagnostic{
				Pos:      x.Pos,
				Category: slug,
				Message:  fmt.Sprintf(format, args...),
				URL:      manual.URL("asyncignore", slug),
			})
		}
		if len(x.Slugs) == 0 || x.Reason == "" {
			say("ignorereason", "a suppression names a rule and gives a reason: //asynchooks:ignore rule reason")
			continue
		}
		for _, slug := range x.Slugs {
			switch {
			case !slices.Contains(slugs(), slug):
				say("ignoreunknown", "there is no rule %s", slug)
			case !ignores.Used(x, slug) && !off(slug):
				say("ignoreunused", "nothing here is suppressed: no finding of %s", slug)
			}
		}
	}
	return nil, nil
}

// slugs are the rules that can be suppressed, as the manuals have them.
func slugs() []string {
	var names []string
	for _, a := range checked {
		names = append(names, manual.Slugs(a.Doc)...)
	}
	return names
}

// off reports whether a rule is one that is off by default and was not turned
// on.
func off(slug string) bool {
	for _, a := range checked {
		if f := a.Flags.Lookup(slug); f != nil {
			return f.Value.String() == "false"
		}
	}
	return false
}
