// Package flow follows values through the code of a package: to their uses, and
// from a function to what it calls.
package flow

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// Callee is the declared function that a call statically reaches, or nil.
func Callee(c *ssa.CallCommon) *types.Func {
	fn := c.StaticCallee()
	if fn == nil {
		return nil
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if len(fn.FreeVars) > 0 {
		return nil // a bound method: the receiver is not among the arguments
	}
	obj, _ := fn.Object().(*types.Func)
	if obj == nil {
		return nil
	}
	return obj.Origin()
}

// RT names the function of package rt that c calls, as rtapi.Func does, or "".
func RT(c *ssa.CallCommon) string { return rtapi.Func(Callee(c)) }

// A Use is an instruction that has a value as operand Index.
type Use struct {
	Instr ssa.Instruction
	Value ssa.Value // the operand: the value itself, or a copy of it
}

// returnsReceiver are methods that return what they are called on.
var returnsReceiver = map[string]bool{
	"AsyncResource.EmitBefore": true, "AsyncResource.EmitAfter": true, "AsyncResource.EmitDestroy": true,
	"AsyncHook.Enable": true, "AsyncHook.Disable": true,
}

// Uses gives the uses of v and of its copies: through phis, conversions, local
// variables, variables captured by literals, and methods that return their
// receiver. A use that stores v anywhere else is among the results.
func Uses(v ssa.Value) []Use {
	var uses []Use
	seen := make(map[ssa.Value]bool)
	var follow func(ssa.Value)
	var cell func(ssa.Value)
	follow = func(v ssa.Value) {
		if seen[v] || v.Referrers() == nil {
			return
		}
		seen[v] = true
		for _, ref := range *v.Referrers() {
			switch ref := ref.(type) {
			case *ssa.DebugRef:
			case *ssa.Phi:
				follow(ref)
			case *ssa.ChangeType:
				follow(ref)
			case *ssa.Store:
				if alloc, ok := ref.Addr.(*ssa.Alloc); ok && ref.Val == v && isVariable(alloc) {
					cell(alloc)
					continue
				}
				uses = append(uses, Use{ref, v})
			case *ssa.Call:
				uses = append(uses, Use{ref, v})
				if returnsReceiver[RT(&ref.Call)] && len(ref.Call.Args) > 0 && ref.Call.Args[0] == v {
					follow(ref)
				}
			default:
				uses = append(uses, Use{ref, v})
			}
		}
	}
	cell = func(addr ssa.Value) {
		if seen[addr] || addr.Referrers() == nil {
			return
		}
		seen[addr] = true
		for _, ref := range *addr.Referrers() {
			switch ref := ref.(type) {
			case *ssa.UnOp:
				follow(ref)
			case *ssa.Store, *ssa.DebugRef:
			case *ssa.MakeClosure:
				for i, b := range ref.Bindings {
					if b == addr {
						cell(ref.Fn.(*ssa.Function).FreeVars[i])
					}
				}
			default:
				uses = append(uses, Use{ref, addr})
			}
		}
	}
	if alloc, ok := v.(*ssa.Alloc); ok && !isVariable(alloc) {
		cell(v)
	}
	follow(v)
	return uses
}

// isVariable reports whether an Alloc is that of a variable that holds a
// pointer, function or interface, and not of a struct or array.
func isVariable(a *ssa.Alloc) bool {
	switch a.Type().(*types.Pointer).Elem().Underlying().(type) {
	case *types.Struct, *types.Array:
		return false
	}
	return true
}

// A Step is a call on the way from a function to what it reaches.
type Step struct {
	In    *ssa.Function
	Instr ssa.Instruction
}

// Reach visits the instructions that run when fn is called, as far as the calls
// in them are static and stay in the package: literals that are called, and
// functions given to functions that call them at once are included, goroutines
// are not. visit gets the calls that led to an instruction; it returns false to
// end the search.
func Reach(fn *ssa.Function, visit func(path []Step, instr ssa.Instruction) bool) {
	seen := make(map[*ssa.Function]bool)
	var walk func(fn *ssa.Function, path []Step) bool
	walk = func(fn *ssa.Function, path []Step) bool {
		if o := fn.Origin(); o != nil {
			fn = o
		}
		if seen[fn] || len(path) > 20 {
			return true
		}
		seen[fn] = true
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if !visit(path, instr) {
					return false
				}
				c, ok := instr.(ssa.CallInstruction)
				if _, isGo := instr.(*ssa.Go); !ok || isGo {
					continue
				}
				next := append(path[:len(path):len(path)], Step{fn, instr})
				if callee := c.Common().StaticCallee(); callee != nil && !walk(callee, next) {
					return false
				}
				if callsArgument(c.Common()) {
					for _, a := range c.Common().Args {
						if f := Func(a); f != nil && !walk(f, next) {
							return false
						}
					}
				}
			}
		}
		return true
	}
	walk(fn, nil)
}

// callsArgument reports whether a call runs a function that it is given.
func callsArgument(c *ssa.CallCommon) bool {
	switch RT(c) {
	case "AsyncResource.RunInAsyncScope", "RunInAsyncScope", "AsyncLocalStorage.Run", "AsyncLocalStorage.Exit", "Run", "Exit":
		return true
	}
	if fn := Callee(c); fn != nil {
		switch fn.FullName() {
		case "(*sync.Once).Do", "slices.SortFunc", "slices.IndexFunc", "slices.ContainsFunc", "slices.DeleteFunc", "sort.Slice", "strings.Map", "runtime/pprof.Do":
			return true
		}
	}
	return false
}

// Func is the function that v is known to be, or nil.
func Func(v ssa.Value) *ssa.Function {
	switch v := v.(type) {
	case *ssa.Function:
		return v
	case *ssa.MakeClosure:
		return v.Fn.(*ssa.Function)
	case *ssa.ChangeType:
		return Func(v.X)
	}
	return nil
}

// InLoop reports whether b can be executed again after it was.
func InLoop(b *ssa.BasicBlock) bool {
	seen := make(map[*ssa.BasicBlock]bool)
	work := append([]*ssa.BasicBlock(nil), b.Succs...)
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		if s == b {
			return true
		}
		if !seen[s] {
			seen[s] = true
			work = append(work, s.Succs...)
		}
	}
	return false
}

// Entry reports whether fn is where a program or a test begins: main, an init
// function, TestMain.
func Entry(fn *ssa.Function) bool {
	for fn.Parent() != nil {
		fn = fn.Parent()
	}
	if fn.Signature.Recv() != nil || fn.Pkg == nil {
		return false
	}
	switch {
	case fn.Name() == "main":
		return fn.Pkg.Pkg.Name() == "main"
	case fn.Name() == "TestMain", fn.Name() == "init":
		return true
	}
	return len(fn.Name()) > 5 && fn.Name()[:5] == "init#"
}
