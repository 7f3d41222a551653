package pair

import (
	"go/types"
	"reflect"
	"strconv"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

// Analyzer follows the scopes of asynchronous resources and the end of their
// lives. What it finds is reported by asyncpair and asynclife.
var Analyzer = analyzer("asyncscopes", Scopes, ssabuild.Analyzer, func(pass *analysis.Pass) *ssabuild.SSA {
	return pass.ResultOf[ssabuild.Analyzer].(*ssabuild.SSA)
})

// MutexAnalyzer follows the locks of package sync. It is no check of ours: it
// shows what the engine makes of code that everyone knows.
var MutexAnalyzer = analyzer("asyncmutexes", Mutexes, ctrlflow.Analyzer, ssabuild.Build)

func analyzer(name string, spec *Spec, requires *analysis.Analyzer, code func(*analysis.Pass) *ssabuild.SSA) *analysis.Analyzer {
	return &analysis.Analyzer{
		Name:       name,
		Doc:        "follow pairs of " + spec.Enter + " and " + spec.Exit,
		URL:        "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis",
		Run:        func(pass *analysis.Pass) (any, error) { return follow(pass, spec, code(pass)) },
		Requires:   []*analysis.Analyzer{requires},
		ResultType: reflect.TypeFor[*Result](),
		FactTypes:  []analysis.Fact{new(effects)},
	}
}

// Result is what there is to report in a package; nil: nothing can be wrong.
type Result struct {
	Findings   []*Finding
	Directives []Directive
	GaveUp     []*ssa.Function // those that were too much for the engine
}

// effects is the fact that a function opens or closes scopes for its callers.
type effects struct {
	Summary *Summary
}

func (*effects) AFact() {}

func (e *effects) String() string {
	if e.Summary.Unknown {
		return "effects(unknown)"
	}
	s := "effects("
	for i, o := range e.Summary.Outcomes {
		if i > 0 {
			s += " | "
		}
		for j, ev := range o.Events {
			if j > 0 {
				s += " "
			}
			s += [...]string{Enter: "enters ", Exit: "exits ", Destroy: "destroys ", Call: "calls ", Spawn: "starts ", Use: "uses "}[ev.Op] + ev.T.Key()
		}
	}
	return s + ")"
}

func follow(pass *analysis.Pass, spec *Spec, code *ssabuild.SSA) (*Result, error) {
	if code == nil {
		return nil, nil
	}
	e := NewEngine(spec, code, pass.Fset, func(fn *types.Func) *Summary {
		var f effects
		if fn.Pkg() != pass.Pkg && pass.ImportObjectFact(fn, &f) {
			return f.Summary
		}
		return nil
	})
	res := &Result{Findings: e.Run(), Directives: e.Directives(), GaveUp: e.GaveUp}
	e.Summaries(func(fn *types.Func, s *Summary) {
		pass.ExportObjectFact(fn, &effects{portable(s, 0)})
	})
	return res, nil
}

// portable gives a summary that means the same in another package: function
// values carry their summaries with them.
func portable(s *Summary, depth int) *Summary {
	if s == nil || s.Unknown || depth > 3 {
		return &Summary{Unknown: true}
	}
	var conv func(*Term) *Term
	conv = func(t *Term) *Term {
		c := &Term{Kind: t.Kind, N: t.N, Str: t.Str, Tag: t.Tag, Sum: t.Sum}
		if t.fn != nil {
			c.Sum = portable(t.fn.sum, depth+1)
		}
		for _, a := range t.Args {
			c.Args = append(c.Args, conv(a))
		}
		return c
	}
	p := &Summary{Soft: s.Soft, Hard: s.Hard, Given: s.Given}
	for _, o := range s.Outcomes {
		q := Outcome{Panics: o.Panics}
		for _, c := range o.Conds {
			q.Conds = append(q.Conds, Cond{T: conv(c.T), Truth: c.Truth})
		}
		for _, e := range o.Events {
			q.Events = append(q.Events, Event{Op: e.Op, T: conv(e.T), Class: e.Class, Auto: e.Auto})
		}
		for _, st := range o.Stores {
			q.Stores = append(q.Stores, Store{conv(st.Addr), conv(st.Val)})
		}
		for i, r := range o.Results {
			if r == nil { // which gob cannot send
				r = &Term{Kind: KResult, Str: strconv.Itoa(i)}
			}
			q.Results = append(q.Results, conv(r))
		}
		p.Outcomes = append(p.Outcomes, q)
	}
	return p
}
