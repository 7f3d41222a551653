package suite_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/asynchooks/asynchooks/analysis/internal/testutil"
	"github.com/asynchooks/asynchooks/analysis/suite"
)

// TestCases runs all analyzers on code as it is written where resources are
// used: what is found in a line is what its comment "finds" says, and nothing
// else.
func TestCases(t *testing.T) {
	packages := []string{"cases/lib", "cases/paths", "cases/pairs", "cases/others", "cases/kept", "cases/keepers", "cases/given", "cases/tells"}
	marker := regexp.MustCompile(`// finds ([a-z,]+)$`)
	var want, got []string
	for i, a := range suite.Analyzers {
		for _, res := range analysistest.Run(ignoreErrors{t}, testutil.Data(), a, packages...) {
			if res.Err != nil {
				t.Fatalf("%s: %v", a.Name, res.Err)
			}
			for _, d := range res.Diagnostics {
				p := res.Pass.Fset.Position(d.Pos)
				got = append(got, filepath.Base(p.Filename)+":"+strconv.Itoa(p.Line)+" "+d.Category)
			}
			if i > 0 {
				continue
			}
			for _, f := range res.Pass.Files {
				for _, g := range f.Comments {
					for _, c := range g.List {
						m := marker.FindStringSubmatch(c.Text)
						if m == nil {
							continue
						}
						p := res.Pass.Fset.Position(c.Pos())
						for slug := range strings.SplitSeq(m[1], ",") {
							want = append(want, filepath.Base(p.Filename)+":"+strconv.Itoa(p.Line)+" "+slug)
						}
					}
				}
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" || len(want) < 150 {
		t.Errorf("%d findings are wanted; (-want +got):\n%s", len(want), diff)
	}
}

// ignoreErrors drops complaints about findings without a want comment: these
// files have others.
type ignoreErrors struct{ *testing.T }

func (ignoreErrors) Errorf(string, ...any) {}
