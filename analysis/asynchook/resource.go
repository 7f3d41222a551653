package asynchook

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/hooks"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// retained finds the resource that Init is given where it is kept: in a map, a
// package variable, a field of something that lives on, a slice or a channel.
func retained(r *report.Reporter, init *ssa.Function) {
	p := hooks.Param(init, 3)
	if p == nil || !isResource(p) {
		return
	}
	t := &tracer{r: r, seen: make(map[ssa.Value]bool)}
	t.trace(p)
}

// tracer follows a resource through values that hold it.
type tracer struct {
	r    *report.Reporter
	seen map[ssa.Value]bool
}

func (t *tracer) keep(pos token.Pos, where string) {
	t.r.ReportAt(pos, "resourceretain", "Init keeps its resource "+where+", so that it is never collected: keep its id, or weak.Make of it")
}

func (t *tracer) trace(v ssa.Value) {
	if t.seen[v] || v.Referrers() == nil {
		return
	}
	t.seen[v] = true
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.Phi:
			t.trace(ref)
		case *ssa.ChangeType:
			t.trace(ref)
		case *ssa.MakeInterface:
			t.trace(ref)
		case *ssa.MakeClosure:
			t.trace(ref) // which has captured it
		case *ssa.MapUpdate:
			if ref.Value == v || ref.Key == v {
				t.keep(ref.Pos(), "in a map")
			}
		case *ssa.Send:
			if ref.X == v {
				t.keep(ref.Pos(), "in a channel")
			}
		case *ssa.Store:
			if ref.Val == v {
				t.stored(ref)
			}
		case *ssa.UnOp:
			if ref.Op == token.MUL {
				if _, ok := v.(*ssa.Alloc); ok {
					t.trace(ref) // of a struct or variable that holds it
				}
			}
		case *ssa.Slice:
			t.trace(ref)
		case ssa.CallInstruction:
			t.passed(ref, v)
		}
	}
}

// stored follows v into what it is stored in.
func (t *tracer) stored(st *ssa.Store) {
	addr := st.Addr
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
			continue
		case *ssa.IndexAddr:
			addr = a.X
			continue
		case *ssa.Alloc:
			t.trace(a)
		case *ssa.Global:
			t.keep(st.Pos(), "in package variable "+a.Name())
		case *ssa.FreeVar:
			t.keep(st.Pos(), "in variable "+a.Name())
		case *ssa.Parameter:
			t.keep(st.Pos(), "in "+a.Name())
		case *ssa.UnOp:
			t.keep(st.Pos(), "in memory that lives on")
		}
		return
	}
}

// passed follows v into a function of this package, and into append and the
// maps of package sync.
func (t *tracer) passed(c ssa.CallInstruction, v ssa.Value) {
	common := c.Common()
	if b, ok := common.Value.(*ssa.Builtin); ok {
		if call, ok := c.(*ssa.Call); ok && b.Name() == "append" {
			t.trace(call)
		}
		return
	}
	if fn := flow.Callee(common); fn != nil {
		switch fn.FullName() {
		case "(*sync.Map).Store", "(*sync.Map).LoadOrStore", "(*sync.Map).Swap":
			t.keep(c.Pos(), "in a sync.Map")
			return
		case "(*container/list.List).PushBack", "(*container/list.List).PushFront":
			t.keep(c.Pos(), "in a list")
			return
		}
	}
	callee := common.StaticCallee()
	if callee == nil || callee.Blocks == nil {
		return
	}
	for i, a := range common.Args {
		if a == v && i < len(callee.Params) {
			t.trace(callee.Params[i])
		}
	}
}

// pairing finds maps that Init fills by id and that nothing ever deletes from.
func pairing(r *report.Reporter, h *hooks.Hook) {
	init := h.Callbacks["Init"]
	if init == nil || !h.Known {
		return
	}
	ids := []*ssa.Parameter{hooks.Param(init, 0), hooks.Param(init, 2)}
	flow.Reach(init, func(path []flow.Step, instr ssa.Instruction) bool {
		var holder, key ssa.Value
		switch instr := instr.(type) {
		case *ssa.MapUpdate:
			holder, key = instr.Map, instr.Key
		case *ssa.Call:
			if fn := flow.Callee(&instr.Call); fn != nil {
				switch fn.FullName() {
				case "(*sync.Map).Store", "(*sync.Map).LoadOrStore", "(*sync.Map).Swap":
					holder, key = instr.Call.Args[0], instr.Call.Args[1]
				}
			}
		}
		if holder == nil || !isID(key, ids, path) {
			return true
		}
		where := variable(holder)
		if where == nil || deleted(r, where) {
			return true
		}
		r.ReportAt(instr.Pos(), "initdestroypair", "Init fills "+where.Name()+" by id, and Destroy never deletes from it")
		return true
	})
}

// isID reports whether key comes from an id that Init was given, directly or as
// an argument on the way.
func isID(key ssa.Value, ids []*ssa.Parameter, path []flow.Step) bool {
	for {
		switch k := key.(type) {
		case *ssa.MakeInterface:
			key = k.X
			continue
		case *ssa.ChangeType:
			key = k.X
			continue
		case *ssa.Convert:
			key = k.X
			continue
		case *ssa.Parameter:
			if k == ids[0] || k == ids[1] {
				return true
			}
			if len(path) == 0 {
				return false
			}
			c, ok := path[len(path)-1].Instr.(ssa.CallInstruction)
			if !ok || c.Common().StaticCallee() != k.Parent() {
				return false
			}
			for i, p := range k.Parent().Params {
				if p == k {
					return isID(c.Common().Args[i], ids, path[:len(path)-1])
				}
			}
		}
		return false
	}
}

// variable is the package variable or field that holds a map, or nil.
func variable(v ssa.Value) types.Object {
	if load, ok := v.(*ssa.UnOp); ok && load.Op == token.MUL {
		v = load.X
	}
	switch v := v.(type) {
	case *ssa.Global:
		return v.Object()
	case *ssa.FieldAddr:
		return v.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct).Field(v.Field)
	case *ssa.FreeVar:
		return captured(v)
	}
	return nil
}

// captured is the variable that a literal captures, found by its name in the
// scope around it.
func captured(v *ssa.FreeVar) types.Object {
	fn := v.Parent()
	if fn.Pkg == nil {
		return nil
	}
	scope := fn.Pkg.Pkg.Scope().Innermost(fn.Pos())
	if scope == nil {
		return nil
	}
	_, obj := scope.LookupParent(v.Name(), fn.Pos())
	return obj
}

// deleted reports whether any code of the package takes something out of the
// map in variable where, empties it, or gives it to others.
func deleted(r *report.Reporter, where types.Object) bool {
	for _, fn := range r.Code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				switch instr := instr.(type) {
				case ssa.CallInstruction:
					c := instr.Common()
					if b, ok := c.Value.(*ssa.Builtin); ok && b.Name() != "delete" && b.Name() != "clear" {
						continue
					}
					if f := flow.Callee(c); f != nil {
						switch f.FullName() {
						case "(*sync.Map).Store", "(*sync.Map).LoadOrStore", "(*sync.Map).Swap", "(*sync.Map).Load", "(*sync.Map).Range":
							continue
						}
					}
					for _, a := range c.Args {
						if variable(a) == where {
							return true
						}
					}
				case *ssa.Store:
					// A new map for the old one, but for the first.
					if holds(instr.Addr) == where && fn.Name() != "init" && !isLocalInit(instr) {
						return true
					}
				}
			}
		}
	}
	return false
}

func holds(addr ssa.Value) types.Object {
	switch a := addr.(type) {
	case *ssa.Global:
		return a.Object()
	case *ssa.FieldAddr:
		return variable(a)
	case *ssa.FreeVar:
		return captured(a)
	}
	return nil
}

// isLocalInit: the field of a struct that is just being made.
func isLocalInit(st *ssa.Store) bool {
	fa, ok := st.Addr.(*ssa.FieldAddr)
	if !ok {
		return false
	}
	_, ok = fa.X.(*ssa.Alloc)
	return ok
}
