// Package hooks finds the calls of rt.CreateHook and the callbacks that they
// are given.
package hooks

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/ssabuild"
)

// Names are the fields of HookCallbacks, in their order.
var Names = []string{"Init", "Before", "After", "Destroy", "PromiseResolve"}

// A Hook is a call of CreateHook.
type Hook struct {
	Call      *ssa.Call
	In        *ssa.Function
	Callbacks map[string]*ssa.Function // those that are known
	Known     bool                     // a literal, so that what is not there is nil
}

// Find gives the hooks of a package.
func Find(code *ssabuild.SSA) []*Hook {
	var hooks []*Hook
	for _, fn := range code.Funcs {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(*ssa.Call); ok && flow.RT(&c.Call) == "CreateHook" {
					h := &Hook{Call: c, In: fn, Callbacks: make(map[string]*ssa.Function)}
					h.read(c.Call.Args[0])
					hooks = append(hooks, h)
				}
			}
		}
	}
	return hooks
}

// read looks at the argument: a literal, or a variable that is assigned one.
func (h *Hook) read(arg ssa.Value) {
	if c, ok := arg.(*ssa.Const); ok && c.Value == nil {
		h.Known = true // HookCallbacks{}
		return
	}
	load, ok := arg.(*ssa.UnOp)
	if !ok {
		return
	}
	alloc, ok := load.X.(*ssa.Alloc)
	if !ok {
		return
	}
	h.Known = true
	for _, ref := range *alloc.Referrers() {
		switch ref := ref.(type) {
		case *ssa.FieldAddr:
			name := fieldName(ref)
			for _, use := range *ref.Referrers() {
				st, ok := use.(*ssa.Store)
				if !ok || st.Addr != ref {
					continue
				}
				if f := flow.Func(st.Val); f != nil && h.Callbacks[name] == nil {
					h.Callbacks[name] = Target(f)
				} else if c, isConst := st.Val.(*ssa.Const); !isConst || c.Value != nil {
					h.Known = false
				}
			}
		case *ssa.UnOp, *ssa.DebugRef:
		case *ssa.Store:
			if c, isConst := ref.Val.(*ssa.Const); ref.Addr != alloc || !isConst || c.Value != nil {
				h.Known = false
			}
		default:
			h.Known = false
		}
	}
}

// Target is the method that a bound method calls, and any other function
// itself.
func Target(f *ssa.Function) *ssa.Function {
	if f.Synthetic == "" || f.Parent() != nil {
		return f
	}
	for _, b := range f.Blocks {
		for _, instr := range b.Instrs {
			if c, ok := instr.(*ssa.Call); ok && c.Call.StaticCallee() != nil {
				return c.Call.StaticCallee()
			}
		}
	}
	return f
}

func fieldName(fa *ssa.FieldAddr) string {
	s := fa.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
	return s.Field(fa.Field).Name()
}

// Param is the callback's parameter number i, counted without a receiver, or
// nil.
func Param(fn *ssa.Function, i int) *ssa.Parameter {
	if fn.Signature.Recv() != nil {
		i++
	}
	if i >= len(fn.Params) {
		return nil
	}
	return fn.Params[i]
}
