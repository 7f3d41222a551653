package pair

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A Directive is a comment //asynchooks:enters p or //asynchooks:exits p on a
// function: what it opens or closes for its callers.
type Directive struct {
	Pos   token.Pos
	Verb  string // "enters" or "exits"
	Names []string
	Wrong string // why it is not true; empty: it is
}

// Directives gives the directives of the package's functions, checked.
func (e *Engine) Directives() []Directive {
	var out []Directive
	for _, fn := range e.SSA.Funcs {
		for _, d := range e.directives(fn) {
			d.Wrong = e.checkDirective(fn, &d)
			out = append(out, d)
		}
	}
	return out
}

func (e *Engine) directives(fn *ssa.Function) []Directive {
	decl := e.SSA.Decl[fn]
	if decl == nil || decl.Doc == nil {
		return nil
	}
	return ParseDirectives(decl.Doc)
}

// ParseDirectives reads the directives of a doc comment.
func ParseDirectives(doc *ast.CommentGroup) []Directive {
	var out []Directive
	for _, c := range doc.List {
		for _, verb := range []string{"enters", "exits"} {
			rest, ok := strings.CutPrefix(c.Text, "//asynchooks:"+verb)
			if ok && (rest == "" || rest[0] == ' ' || rest[0] == '\t') {
				rest, _, _ = strings.Cut(rest, "//")
				out = append(out, Directive{Pos: c.Pos(), Verb: verb, Names: strings.Fields(rest)})
			}
		}
	}
	return out
}

func paramIndex(fn *ssa.Function, name string) int {
	return slices.IndexFunc(fn.Params, func(p *ssa.Parameter) bool { return p.Name() == name })
}

func (e *Engine) hasDirective(fn *ssa.Function, verb string, path *Term) bool {
	root := path.root()
	for _, d := range e.directives(fn) {
		for _, name := range d.Names {
			if d.Verb == verb && root.Kind == KParam && paramIndex(fn, name) == root.N {
				return true
			}
		}
	}
	return false
}

func (e *Engine) checkDirective(fn *ssa.Function, d *Directive) string {
	if len(d.Names) == 0 {
		return "it names no parameter"
	}
	want := Enter
	if d.Verb == "exits" {
		want = Exit
	}
	for _, name := range d.Names {
		i := paramIndex(fn, name)
		if i < 0 || name == "_" {
			return fn.Name() + " has no parameter " + name
		}
		f := e.info(fn)
		if fn.Blocks == nil {
			continue // it says so itself
		}
		e.explore(f)
		if f.sum.Unknown || f.finds == nil || f.finds.gaveUp {
			continue
		}
		if !e.directiveHolds(f, i, want) {
			return fn.Name() + " does not do that to " + name + " on every path"
		}
	}
	return ""
}

// directiveHolds: every way to return without an error has the event.
func (e *Engine) directiveHolds(f *funcInfo, param int, want Op) bool {
	hits := 0
	for _, o := range f.sum.Outcomes {
		if o.Panics {
			continue
		}
		has := slices.ContainsFunc(o.Events, func(ev Event) bool {
			root := ev.T.root()
			return ev.Op == want && root.Kind == KParam && root.N == param
		})
		if has {
			hits++
			continue
		}
		n := len(o.Results)
		failed := n > 0 && o.Results[n-1] != nil && (o.Results[n-1].nonNil() || o.Results[n-1].Kind == KResult && o.Results[n-1].N&freshNonNil != 0 || o.Results[n-1].Key() == termFalse.Key())
		if !failed {
			return false
		}
	}
	return hits > 0
}
