// Package report is how the analyzers report: with the rule's slug as category,
// a link to its documentation, and an eye on the suppressions.
//
// A comment
//
//	//asynchooks:ignore slug reason
//
// suppresses findings of that rule (or of several, "slug,slug") on its line; on
// a line of its own, on the next line of code; in the doc comment of a function,
// in that function. The reason is not optional.
package report

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

const prefix = "//asynchooks:ignore"

// An Ignore is a suppression.
type Ignore struct {
	Pos    token.Pos
	Slugs  []string
	Reason string
	file   string
	from   int // lines
	to     int
}

// Ignores are the suppressions of a package, and what they suppressed.
type Ignores struct {
	List []*Ignore
	mu   sync.Mutex
	used map[*Ignore]map[string]bool
}

// IgnoreAnalyzer collects the suppressions of packages that use asynchooks.
var IgnoreAnalyzer = &analysis.Analyzer{
	Name:       "asyncignores",
	Doc:        "collect suppressions of asynchooks findings",
	URL:        "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis",
	Run:        collect,
	Requires:   []*analysis.Analyzer{ssabuild.Analyzer},
	ResultType: reflect.TypeFor[*Ignores](),
}

func collect(pass *analysis.Pass) (any, error) {
	ig := &Ignores{used: make(map[*Ignore]map[string]bool)}
	if pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA) == nil {
		return ig, nil
	}
	for _, f := range pass.Files {
		docs := make(map[*ast.CommentGroup]*ast.FuncDecl)
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Doc != nil {
				docs[d.Doc] = d
			}
		}
		code := codeLines(pass.Fset, f)
		for _, group := range f.Comments {
			for _, c := range group.List {
				x := parse(c)
				if x == nil {
					continue
				}
				p := pass.Fset.Position(c.Pos())
				x.file, x.from, x.to = p.Filename, p.Line, p.Line
				if d := docs[group]; d != nil {
					x.from, x.to = pass.Fset.Position(d.Pos()).Line, pass.Fset.Position(d.End()).Line
				} else if !code[p.Line] {
					x.to = pass.Fset.Position(group.End()).Line + 1
				}
				ig.List = append(ig.List, x)
			}
		}
	}
	return ig, nil
}

// codeLines are the lines on which code begins or ends.
func codeLines(fset *token.FileSet, f *ast.File) map[int]bool {
	lines := make(map[int]bool)
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup, *ast.File:
			return n != nil
		}
		lines[fset.Position(n.Pos()).Line] = true
		lines[fset.Position(n.End()).Line] = true
		return true
	})
	return lines
}

func parse(c *ast.Comment) *Ignore {
	rest, ok := strings.CutPrefix(c.Text, prefix)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return nil
	}
	// Tests put their expectations into the same comment.
	rest, _, _ = strings.Cut(rest, "// want")
	slugs, reason, _ := strings.Cut(strings.TrimSpace(rest), " ")
	x := &Ignore{Pos: c.Pos(), Reason: strings.TrimSpace(reason)}
	if slugs != "" {
		x.Slugs = strings.Split(slugs, ",")
	}
	return x
}

// suppress reports whether a finding is suppressed, and remembers by what.
func (ig *Ignores) suppress(p token.Position, slug string) bool {
	ig.mu.Lock()
	defer ig.mu.Unlock()
	hit := false
	for _, x := range ig.List {
		if x.Reason != "" && x.file == p.Filename && x.from <= p.Line && p.Line <= x.to && slices.Contains(x.Slugs, slug) {
			if ig.used[x] == nil {
				ig.used[x] = make(map[string]bool)
			}
			ig.used[x][slug] = true
			hit = true
		}
	}
	return hit
}

// Used reports whether x suppressed a finding of the rule.
func (ig *Ignores) Used(x *Ignore, slug string) bool {
	ig.mu.Lock()
	defer ig.mu.Unlock()
	return ig.used[x][slug]
}
