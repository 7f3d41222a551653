package asyncstore

import (
	"go/token"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// registrars are functions that keep a function and call it in other contexts,
// each with a store of its own, and where the function is among the arguments.
var registrars = map[string]int{
	"net/http.HandleFunc":                   1,
	"(*net/http.ServeMux).HandleFunc":       2,
	"expvar.Publish":                        1,
	"(*net/http.Server).RegisterOnShutdown": 1,
}

// captures finds a store that outlives the context that it was read in: kept in
// a package variable, or captured by a function that serves other contexts, an
// HTTP handler or a hook's callback. What runs in the same context, as
// goroutines and bound functions do, may capture it.
func captures(r *report.Reporter, get *ssa.Call) {
	for _, ref := range *get.Referrers() {
		x, ok := ref.(*ssa.Extract)
		if !ok || x.Index != 0 {
			continue
		}
		for _, use := range *x.Referrers() {
			st, ok := use.(*ssa.Store)
			if !ok || st.Val != x {
				continue
			}
			switch addr := st.Addr.(type) {
			case *ssa.Global:
				r.ReportAt(get.Pos(), "storecapture", "the store is kept in package variable "+addr.Name()+": call GetStore where it is used")
			case *ssa.Alloc:
				for _, use := range *addr.Referrers() {
					if mc, ok := use.(*ssa.MakeClosure); ok && servesOthers(mc) {
						r.ReportAt(get.Pos(), "storecapture", "the store is captured by a function that serves other contexts: call GetStore in it")
						return
					}
				}
			}
		}
	}
}

// servesOthers reports whether a literal is registered to be called in contexts
// of others.
func servesOthers(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.ChangeType:
			if ref.Type().String() == "net/http.HandlerFunc" || servesOthers(ref) {
				return true
			}
		case ssa.CallInstruction:
			fn := flow.Callee(ref.Common())
			if fn == nil {
				continue
			}
			if i, ok := registrars[fn.FullName()]; ok && i < len(ref.Common().Args) && ref.Common().Args[i] == v {
				return true
			}
		case *ssa.Store:
			if fa, ok := ref.Addr.(*ssa.FieldAddr); ok && ref.Val == v && rtapi.IsType(fa.X.Type(), "HookCallbacks") {
				return true
			}
		}
	}
	return false
}

// insideRun reports whether fn is a literal that Run of the storage calls, or is
// within one.
func insideRun(fn *ssa.Function, storage ssa.Value) bool {
	return within(fn, storage, "AsyncLocalStorage.Run", "Run")
}

// within reports whether fn, or a function around it, is an argument of a call
// of one of the named functions on the storage.
func within(fn *ssa.Function, storage ssa.Value, names ...string) bool {
	for ; fn.Parent() != nil; fn = fn.Parent() {
		for _, b := range fn.Parent().Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(ssa.CallInstruction)
				if !ok {
					continue
				}
				name := flow.RT(c.Common())
				for _, n := range names {
					if n != name || !sameVariable(c.Common().Args[0], storage) {
						continue
					}
					if last := c.Common().Args[len(c.Common().Args)-1]; flow.Func(last) == fn {
						return true
					}
				}
			}
		}
	}
	return false
}

// sameVariable is sameStorage across a literal: a captured variable is the one
// of that name around it.
func sameVariable(outer, inner ssa.Value) bool {
	if sameStorage(outer, inner) {
		return true
	}
	f, ok1 := outer.(*ssa.FieldAddr)
	g, ok2 := inner.(*ssa.FieldAddr)
	if ok1 && ok2 {
		return f.Field == g.Field && sameVariable(f.X, g.X)
	}
	x, ok1 := outer.(*ssa.UnOp)
	y, ok2 := inner.(*ssa.UnOp)
	if ok1 && ok2 && x.Op == token.MUL && y.Op == token.MUL && sameVariable(x.X, y.X) {
		return true
	}
	return outerCell(outer) != nil && outerCell(outer) == outerCell(inner)
}

// outerCell is the variable that v is loaded from, as the outermost function
// knows it.
func outerCell(v ssa.Value) ssa.Value {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = load.X
	}
	for {
		fv, ok := v.(*ssa.FreeVar)
		if !ok {
			break
		}
		next := bindingOf(fv)
		if next == nil {
			return nil
		}
		v = next
	}
	switch v.(type) {
	case *ssa.Alloc, *ssa.Global, *ssa.Parameter:
		return v
	}
	return nil
}

func bindingOf(fv *ssa.FreeVar) ssa.Value {
	fn := fv.Parent()
	for _, b := range fn.Parent().Blocks {
		for _, instr := range b.Instrs {
			if mc, ok := instr.(*ssa.MakeClosure); ok && mc.Fn == fn {
				for i, v := range fn.FreeVars {
					if v == fv {
						return mc.Bindings[i]
					}
				}
			}
		}
	}
	return nil
}

// inExit finds GetStore in the function that Exit of the same storage calls:
// there is no store there.
func inExit(r *report.Reporter, get *ssa.Call) {
	if within(get.Parent(), get.Call.Args[0], "AsyncLocalStorage.Exit", "Exit") && !setAgain(get) {
		r.ReportAt(get.Pos(), "exitinscope", "GetStore in the function that Exit calls finds no store")
	}
}

// setAgain reports whether a store is set again between Exit and get.
func setAgain(get *ssa.Call) bool {
	storage := get.Call.Args[0]
	if insideRun(get.Parent(), storage) {
		return true
	}
	for fn := get.Parent(); fn != nil; fn = fn.Parent() {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c, ok := instr.(ssa.CallInstruction)
				if !ok || len(c.Common().Args) == 0 {
					continue
				}
				switch flow.RT(c.Common()) {
				case "AsyncLocalStorage.EnterWith", "AsyncLocalStorage.Enter":
					return true
				}
			}
		}
	}
	return false
}
