package asynchook

import (
	_ "embed"
	"flag"
	"go/ast"
	"go/token"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/hooks"
	"github.com/asynchooks/asynchooks/analysis/internal/manual"
	"github.com/asynchooks/asynchooks/analysis/internal/pair"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

//go:embed doc.go
var doc string

// Analyzer checks hooks and what their callbacks do.
var Analyzer = &analysis.Analyzer{
	Name:     "asynchook",
	Doc:      manual.Must(doc, "asynchook"),
	URL:      "https://pkg.go.dev/github.com/asynchooks/asynchooks/analysis/asynchook",
	Flags:    flags(),
	Run:      run,
	Requires: []*analysis.Analyzer{ssabuild.Analyzer, report.IgnoreAnalyzer},
}

// locks turns on a rule that cannot be proved.
var locks bool

func flags() (fs flag.FlagSet) {
	fs.BoolVar(&locks, "hooklock", false, "report hook callbacks that take locks")
	return fs
}

func run(pass *analysis.Pass) (any, error) {
	r := report.New(pass)
	if r == nil {
		return nil, nil
	}
	found := hooks.Find(r.Code)
	if len(found) == 0 {
		return nil, nil
	}
	for _, h := range found {
		dropped(r, h)
		empty(r, h)
		for _, name := range hooks.Names {
			if fn := h.Callbacks[name]; fn != nil {
				callback(r, name, fn)
			}
		}
		reentrant(r, h)
		if init := h.Callbacks["Init"]; init != nil {
			retained(r, init)
		}
		pairing(r, h)
	}
	leaks(r)
	return nil, nil
}

// dropped finds hooks that nobody can enable, or disable once they are enabled.
// A program's main and init functions may enable a hook for good.
func dropped(r *report.Reporter, h *hooks.Hook) {
	enabled, disabled := false, false
	for _, u := range flow.Uses(h.Call) {
		c, ok := u.Instr.(ssa.CallInstruction)
		if !ok {
			return // it is kept somewhere
		}
		switch flow.RT(c.Common()) {
		case "AsyncHook.Enable":
			enabled = true
		case "AsyncHook.Disable":
			disabled = true
		default:
			return
		}
	}
	switch {
	case !enabled:
		r.ReportAt(h.Call.Pos(), "hookdropped", "this hook is never enabled")
	case !disabled && isDropped(r, h.Call) && !flow.Entry(h.In):
		r.ReportAt(h.Call.Pos(), "hookdropped", "this hook is enabled and dropped: nobody can disable it")
	}
}

// isDropped reports whether no variable holds the hook: the call is what Enable
// is called on, in a statement of its own or assigned to the blank identifier.
func isDropped(r *report.Reporter, c *ssa.Call) bool {
	call := r.Call(c.Pos())
	for _, n := range r.Path(c.Pos()) {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if n.X != call {
				return false
			}
		case *ast.ExprStmt:
			return true
		case *ast.AssignStmt: // _ = …
			blank, ok := n.Lhs[0].(*ast.Ident)
			return ok && len(n.Lhs) == 1 && blank.Name == "_"
		case *ast.CallExpr:
			if n != call && len(n.Args) > 0 {
				return false
			}
		default:
			return false
		}
	}
	return false
}

// empty finds hooks without any callback.
func empty(r *report.Reporter, h *hooks.Hook) {
	if h.Known && len(h.Callbacks) == 0 {
		r.ReportAt(h.Call.Pos(), "hookempty", "this hook has no callbacks")
	}
}

// leaks finds hooks of a function that are enabled on a path on which they are
// not disabled again. The engine that follows scopes follows them too.
func leaks(r *report.Reporter) {
	e := pair.NewEngine(pair.Hooks, r.Code, r.Pass.Fset, nil)
	for _, f := range e.Run() {
		switch f.Slug {
		case "pairleak", "pairloop", "pairclosure":
			if !flow.Entry(f.Func) && len(f.Closes) > 0 {
				r.ReportAt(f.Pos, "hookleak", "this hook stays enabled on a path on which the function returns")
			} else if !flow.Entry(f.Func) && !isDroppedAt(r, f) {
				r.ReportAt(f.Pos, "hookleak", "this hook is local to the function and never disabled")
			}
		}
	}
}

// isDroppedAt: hookdropped has said it of the hook that is enabled at f.Pos.
func isDroppedAt(r *report.Reporter, f *pair.Finding) bool {
	for _, h := range hooks.Find(r.Code) {
		if h.In == f.Func && isDropped(r, h.Call) {
			for _, ref := range *h.Call.Referrers() {
				if ref.Pos() == f.Pos {
					return true
				}
			}
		}
	}
	return false
}

// callback checks what a callback does, itself and through what it calls.
func callback(r *report.Reporter, name string, fn *ssa.Function) {
	reported := make(map[token.Pos]bool)
	flow.Reach(fn, func(path []flow.Step, instr ssa.Instruction) bool {
		slug, what := effect(instr)
		if slug == "" || reported[instr.Pos()] || slug == "hooklock" && !locks {
			return true
		}
		if slug == "hookpanic" && recovers(path, instr) {
			return true
		}
		reported[instr.Pos()] = true
		d := r.At(instr.Pos(), slug, "the "+name+" callback of a hook "+what)
		for i, s := range path {
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: s.Instr.Pos(), Message: step(path, i)})
		}
		if slug == "hooklog" && len(path) == 0 {
			d.SuggestedFixes = debugf(r, instr)
		}
		r.Report(d)
		return true
	})
}

// step describes a call on the way to a finding.
func step(path []flow.Step, i int) string {
	if c, ok := path[i].Instr.(ssa.CallInstruction); ok && c.Common().StaticCallee() != nil {
		return "which is reached through " + c.Common().StaticCallee().Name()
	}
	return "called here"
}

// recovers reports whether a function on the way defers one that recovers.
func recovers(path []flow.Step, instr ssa.Instruction) bool {
	for _, fn := range append(functions(path), instr.Parent()) {
		for _, b := range fn.Blocks {
			for _, i := range b.Instrs {
				d, ok := i.(*ssa.Defer)
				if !ok {
					continue
				}
				if f := flow.Func(d.Call.Value); f != nil && callsRecover(f) {
					return true
				}
			}
		}
	}
	return false
}

func functions(path []flow.Step) []*ssa.Function {
	var fns []*ssa.Function
	for _, s := range path {
		fns = append(fns, s.In)
	}
	return fns
}

func callsRecover(fn *ssa.Function) bool {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.Call); ok {
				if bi, ok := c.Call.Value.(*ssa.Builtin); ok && bi.Name() == "recover" {
					return true
				}
			}
		}
	}
	return false
}

// isResource reports whether v is one of rt's resources.
func isResource(v ssa.Value) bool { return rtapi.IsType(v.Type(), "AsyncResource") }
