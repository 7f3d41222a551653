package asyncpair_test

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/asyncpair"
	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
)

// forms is how many bad and how many good forms each rule is tried on.
const forms = 10

// TestForms tries each rule on the functions of testdata/src/forms: what is
// found in a function named bad… is of the rule that its package is named for,
// and nothing is found in one named good…. The want comments say where.
func TestForms(t *testing.T) {
	for _, slug := range slugs {
		t.Run(slug, func(t *testing.T) {
			for _, res := range analysistest.Run(t, testutil.Data(), asyncpair.Analyzer, "forms/"+slug) {
				bad, good := 0, 0
				for _, f := range res.Pass.Files {
					for _, d := range f.Decls {
						fn, ok := d.(*ast.FuncDecl)
						if !ok {
							continue
						}
						found := categories(res, fn)
						switch {
						case strings.HasPrefix(fn.Name.Name, "bad"):
							bad++
							if !slices.Contains(found, slug) {
								t.Errorf("%s: what is found is %q", fn.Name, found)
							}
						case strings.HasPrefix(fn.Name.Name, "good"):
							good++
							if len(found) > 0 {
								t.Errorf("%s: what is found is %q", fn.Name, found)
							}
						}
					}
				}
				if bad < forms || good < forms {
					t.Errorf("%d bad and %d good forms: too few", bad, good)
				}
			}
		})
	}
}

// categories are those of the findings in fn and its comments.
func categories(res *analysistest.Result, fn *ast.FuncDecl) (list []string) {
	from := fn.Pos()
	if fn.Doc != nil {
		from = fn.Doc.Pos()
	}
	in := func(p token.Pos) bool { return from <= p && p < fn.End() }
	for _, d := range res.Diagnostics {
		if in(d.Pos) || slices.ContainsFunc(d.Related, func(r analysis.RelatedInformation) bool { return in(r.Pos) }) {
			list = append(list, d.Category)
		}
	}
	return list
}
