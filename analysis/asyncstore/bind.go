package asyncstore

import (
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// bound checks what becomes of a bound function: it is called later. To drop it
// is to do nothing; to call it at once is to call the function itself.
func bound(r *report.Reporter, c ssa.CallInstruction, name string) {
	call, ok := c.(*ssa.Call)
	if !ok {
		r.ReportAt(c.Pos(), "bindunused", "the function that "+short(name)+" returns is dropped")
		return
	}
	refs := *call.Referrers()
	if len(refs) == 0 {
		r.ReportAt(c.Pos(), "bindunused", "the function that "+short(name)+" returns is not used")
		return
	}
	// A goroutine may need it where go statements are not rewritten, a deferred
	// call runs in the same context but after others.
	for _, ref := range refs {
		now, ok := ref.(*ssa.Call)
		if !ok || now.Call.Value != call || len(refs) > 1 || flow.InLoop(now.Block()) && !flow.InLoop(call.Block()) {
			return
		}
		if now.Block() != call.Block() || changesContext(call, now) {
			return
		}
	}
	d := analysis.Diagnostic{Category: "bindimmediate"}
	switch name {
	case "AsyncResource.Bind":
		d.Message = "a function that is bound and called at once: use RunInAsyncScope"
		d.SuggestedFixes = runInScope(r, call, refs[0].(*ssa.Call))
	case "BindTo":
		d.Message = "a function that is bound and called at once: use RunInAsyncScope"
	case "Bind":
		d.Message = "a function that is bound and called at once: Bind does nothing"
	default:
		return // BindAsync makes a resource; Snapshot and Received are made to be called
	}
	d.Pos, d.End = r.Range(c.Pos())
	r.Report(d)
}

func short(name string) string {
	switch name {
	case "AsyncResource.Bind":
		return "Bind"
	}
	return name
}

// changesContext reports whether anything between the two calls may have
// changed the context, so that the bound function is not in the one that it was
// bound in.
func changesContext(bind, now *ssa.Call) bool {
	between := false
	for _, instr := range bind.Block().Instrs {
		switch {
		case instr == ssa.Instruction(bind):
			between = true
		case instr == ssa.Instruction(now):
			return false
		case between:
			if _, ok := instr.(ssa.CallInstruction); ok {
				return true
			}
			if u, ok := instr.(*ssa.UnOp); ok && u.Op == token.ARROW {
				return true
			}
		}
	}
	return true
}

// runInScope turns r.Bind(fn)() into r.RunInAsyncScope(fn).
func runInScope(r *report.Reporter, bind, now *ssa.Call) []analysis.SuggestedFix {
	inner, outer := r.Call(bind.Pos()), r.Call(now.Pos())
	if inner == nil || outer == nil || outer.Fun != ast.Expr(inner) {
		return nil
	}
	sel, ok := inner.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	for _, n := range r.Path(outer.Lparen) {
		if s, ok := n.(*ast.ExprStmt); ok && s.X == outer {
			return []analysis.SuggestedFix{{Message: "Use RunInAsyncScope", TextEdits: []analysis.TextEdit{
				{Pos: sel.Sel.Pos(), End: sel.Sel.End(), NewText: []byte("RunInAsyncScope")},
				{Pos: inner.End(), End: outer.End()},
			}}}
		}
	}
	return nil
}

// storesNeverSet finds unexported package variables whose store is read, and
// set by nobody.
func storesNeverSet(r *report.Reporter) {
	for _, m := range r.Code.Pkg.Members {
		g, ok := m.(*ssa.Global)
		if !ok || g.Object() == nil || g.Object().Exported() || !isStorage(g) {
			continue
		}
		var read *ssa.Call
		known := true
		for _, fn := range r.Code.Funcs {
			for _, b := range fn.Blocks {
				for _, instr := range b.Instrs {
					known = known && readOnly(instr, g, &read)
				}
			}
		}
		if known && read != nil {
			r.ReportAt(g.Pos(), "storeneverset", "the store of "+g.Name()+" is read, and never set")
		}
	}
}

func isStorage(g *ssa.Global) bool {
	elem := g.Type().(*types.Pointer).Elem()
	return rtapi.IsType(elem, "AsyncLocalStorage")
}

// readOnly reports whether instr uses storage g in no other way than to read
// its store, or to make it.
func readOnly(instr ssa.Instruction, g *ssa.Global, read **ssa.Call) bool {
	var rands [10]*ssa.Value
	for _, op := range instr.Operands(rands[:0]) {
		if *op == nil {
			continue
		}
		load, isLoad := (*op).(*ssa.UnOp)
		if *op != ssa.Value(g) && !(isLoad && load.Op == token.MUL && load.X == ssa.Value(g)) {
			continue
		}
		switch instr := instr.(type) {
		case *ssa.Store:
			if instr.Addr != ssa.Value(g) {
				return false
			}
		case *ssa.UnOp:
		case *ssa.Call:
			switch flow.RT(&instr.Call) {
			case "AsyncLocalStorage.GetStore":
				*read = instr
			case "AsyncLocalStorage.Name", "AsyncLocalStorage.Exit", "AsyncLocalStorage.Disable":
			default:
				return false
			}
		default:
			return false
		}
	}
	return true
}
