package asyncstore

import (
	"go/token"
	"go/types"

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
				at(r, get.Pos(), "storecapture", "the store is kept in package variable "+addr.Name()+": call GetStore where it is used")
			case *ssa.Alloc:
				for _, use := range *addr.Referrers() {
					if mc, ok := use.(*ssa.MakeClosure); ok && servesOthers(mc) {
						at(r, get.Pos(), "storecapture", "the store is captured by a function that serves other contexts: call GetStore in it")
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

// unchecked finds a store that is used as if there were one: ok is dropped, the
// store is a pointer, map or function whose zero value is nil, it is not
// compared with nil, and it is dereferenced or called. The storage must be known
// to have no default value, and the function must not run inside Run.
func unchecked(r *report.Reporter, get *ssa.Call) {
	if !hasNoDefault(r, get.Call.Args[0]) || insideRun(get.Parent(), get.Call.Args[0]) {
		return
	}
	var store *ssa.Extract
	for _, ref := range *get.Referrers() {
		switch x, ok := ref.(*ssa.Extract); {
		case !ok:
			return
		case x.Index == 1:
			if len(*x.Referrers()) > 0 {
				return // looked at
			}
		default:
			store = x
		}
	}
	if store == nil {
		return
	}
	uses := *store.Referrers()
	for _, use := range uses {
		switch use := use.(type) {
		case *ssa.BinOp, *ssa.Phi, *ssa.Store, *ssa.MakeInterface, *ssa.Return, *ssa.MakeClosure:
			return // compared, or out of sight
		case ssa.CallInstruction:
			if use.Common().Value != store && !use.Common().IsInvoke() {
				return // a function that may check
			}
		}
	}
	for _, use := range uses {
		if derefs(use, store) {
			at(r, use.Pos(), "storeunchecked", "the store may be nil here: GetStore's second result says whether there is one")
			return
		}
	}
}

// derefs reports whether an instruction panics if v is nil.
func derefs(instr ssa.Instruction, v ssa.Value) bool {
	switch instr := instr.(type) {
	case *ssa.FieldAddr:
		return instr.X == v
	case *ssa.UnOp:
		return instr.Op == token.MUL && instr.X == v
	case *ssa.MapUpdate:
		return instr.Map == v
	case ssa.CallInstruction:
		return instr.Common().Value == v
	}
	return false
}

// hasNoDefault reports whether a storage is a package variable that was made
// without a default value.
func hasNoDefault(r *report.Reporter, storage ssa.Value) bool {
	g, ok := storage.(*ssa.Global)
	if ok {
		return isStorageValue(g) // a zero value
	}
	load, ok := storage.(*ssa.UnOp)
	if !ok {
		return false
	}
	g, ok = load.X.(*ssa.Global)
	if !ok || g.Pkg != r.Code.Pkg {
		return false
	}
	stores := 0
	plain := false
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				st, ok := instr.(*ssa.Store)
				if !ok || st.Addr != g {
					continue
				}
				stores++
				c, ok := st.Val.(*ssa.Call)
				plain = ok && flow.RT(&c.Call) == "NewAsyncLocalStorage" && !setsDefault(c.Call.Args[0])
			}
		}
	}
	return stores == 1 && plain
}

func isStorageValue(g *ssa.Global) bool {
	_, ok := g.Type().(*types.Pointer).Elem().Underlying().(*types.Struct)
	return ok
}

// setsDefault reports whether options may have a DefaultValue.
func setsDefault(opts ssa.Value) bool {
	if c, ok := opts.(*ssa.Const); ok {
		return c.Value != nil
	}
	alloc, ok := opts.(*ssa.Alloc)
	if !ok {
		return true
	}
	for _, ref := range *alloc.Referrers() {
		if fa, ok := ref.(*ssa.FieldAddr); ok {
			s := fa.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
			if s.Field(fa.Field).Name() == "DefaultValue" {
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
		at(r, get.Pos(), "exitinscope", "GetStore in the function that Exit calls finds no store")
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
