package pair

import (
	"fmt"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// funcInfo is what is known of a function before any path is followed, and its
// summary once it was explored.
type funcInfo struct {
	fn    *ssa.Function
	block []blockInfo
	tests map[string][]*ssa.BasicBlock // blocks that branch on a condition, by its static key
	onArg int                          // conditions among them that are on the arguments alone
	decl  *ssa.Function                // the declared function around fn

	state   uint8 // of the exploration
	sum     *Summary
	finds   *findings
	static  bool // block and tests are filled in
	recover bool // a deferred function may recover
}

const (
	unexplored = iota
	exploring
	explored
)

type blockInfo struct {
	live  map[ssa.Value]bool // values that are used in the block or after it
	reach []bool             // blocks that can be reached from its end
	loops []*ssa.BasicBlock  // headers of the loops that it is in, outermost first
}

// prepare fills in the static part of f.
func (f *funcInfo) prepare() {
	if f.static {
		return
	}
	f.static = true
	n := len(f.fn.Blocks)
	f.block = make([]blockInfo, n)
	f.tests = make(map[string][]*ssa.BasicBlock)
	f.findReach()
	f.findLoops()
	f.findLive()
	for _, b := range f.fn.Blocks {
		if cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If); ok {
			key, _ := staticKey(cond.Cond)
			if f.tests[key] = append(f.tests[key], b); len(f.tests[key]) == 1 && isOnArgs(cond.Cond, 0) {
				f.onArg++
			}
		}
	}
	f.recover = recovers(f.fn)
}

// isOnArgs reports whether v is computed from parameters and captured variables
// alone, as far as can be seen.
func isOnArgs(v ssa.Value, depth int) bool {
	switch v := v.(type) {
	case *ssa.Parameter, *ssa.FreeVar, *ssa.Const, *ssa.Global:
		return true
	case *ssa.UnOp:
		return v.Op != token.ARROW && depth < maxDepth && isOnArgs(v.X, depth+1)
	case *ssa.FieldAddr:
		return depth < maxDepth && isOnArgs(v.X, depth+1)
	case *ssa.BinOp:
		return depth < maxDepth && isOnArgs(v.X, depth+1) && isOnArgs(v.Y, depth+1)
	}
	return false
}

// recovers reports whether fn defers a function that may recover.
func recovers(fn *ssa.Function) bool {
	found := false
	eachDefer(fn, func(d *ssa.Defer) { found = found || mayRecover(d.Call.Value) })
	return found
}

// eachDefer calls f for what fn defers, in the bodies of its loops over iterators
// too.
func eachDefer(fn *ssa.Function, f func(*ssa.Defer)) {
	if isLoopBody(fn) {
		return
	}
	var visit func(fn *ssa.Function)
	visit = func(fn *ssa.Function) {
		eachInstr(fn, func(instr ssa.Instruction) {
			if d, ok := instr.(*ssa.Defer); ok {
				f(d)
			}
		})
		for _, anon := range fn.AnonFuncs {
			if isLoopBody(anon) {
				visit(anon)
			}
		}
	}
	visit(fn)
}

func mayRecover(v ssa.Value) bool {
	if mc, ok := v.(*ssa.MakeClosure); ok {
		v = mc.Fn
	}
	fn, ok := v.(*ssa.Function)
	if !ok {
		return false
	}
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

func (f *funcInfo) findReach() {
	n := len(f.fn.Blocks)
	for _, b := range f.fn.Blocks {
		reach := make([]bool, n)
		work := append([]*ssa.BasicBlock(nil), b.Succs...)
		for len(work) > 0 {
			s := work[len(work)-1]
			work = work[:len(work)-1]
			if !reach[s.Index] {
				reach[s.Index] = true
				work = append(work, s.Succs...)
			}
		}
		f.block[b.Index].reach = reach
	}
}

// findLoops finds the natural loops: a header dominates the source of a back
// edge, and the loop is what reaches that source without passing the header.
func (f *funcInfo) findLoops() {
	for _, h := range f.fn.Blocks {
		in := make(map[*ssa.BasicBlock]bool)
		for _, p := range h.Preds {
			if !h.Dominates(p) {
				continue
			}
			in[h] = true
			work := []*ssa.BasicBlock{p}
			for len(work) > 0 {
				b := work[len(work)-1]
				work = work[:len(work)-1]
				if !in[b] {
					in[b] = true
					work = append(work, b.Preds...)
				}
			}
		}
		for b := range in {
			f.block[b.Index].loops = append(f.block[b.Index].loops, h)
		}
	}
}

func (f *funcInfo) inLoop(b *ssa.BasicBlock, header *ssa.BasicBlock) bool {
	for _, h := range f.block[b.Index].loops {
		if h == header {
			return true
		}
	}
	return false
}

// findLive computes, by the usual backward iteration, which values may still be
// used from the start of each block.
func (f *funcInfo) findLive() {
	for i := range f.block {
		f.block[i].live = make(map[ssa.Value]bool)
	}
	for changed := true; changed; {
		changed = false
		for i := len(f.fn.Blocks) - 1; i >= 0; i-- {
			b := f.fn.Blocks[i]
			live := f.block[b.Index].live
			add := func(v ssa.Value) {
				if !live[v] {
					live[v] = true
					changed = true
				}
			}
			defined := make(map[ssa.Value]bool)
			for _, instr := range b.Instrs {
				if v, ok := instr.(ssa.Value); ok {
					defined[v] = true
				}
			}
			for _, instr := range b.Instrs {
				if phi, ok := instr.(*ssa.Phi); ok {
					// The value of a phi is bound on entry.
					add(phi)
					continue
				}
				var rands [10]*ssa.Value
				for _, op := range instr.Operands(rands[:0]) {
					if *op != nil && isBindable(*op) && (!defined[*op] || isPhiOf(*op, b)) {
						add(*op)
					}
				}
			}
			for _, s := range b.Succs {
				for v := range f.block[s.Index].live {
					if isPhiOf(v, s) || (defined[v] && !isPhiOf(v, b)) {
						continue
					}
					add(v)
				}
				for _, instr := range s.Instrs {
					phi, ok := instr.(*ssa.Phi)
					if !ok {
						break
					}
					for k, p := range s.Preds {
						if e := phi.Edges[k]; p == b && isBindable(e) && (!defined[e] || isPhiOf(e, b)) {
							add(e)
						}
					}
				}
			}
		}
	}
}

func isPhiOf(v ssa.Value, b *ssa.BasicBlock) bool {
	phi, ok := v.(*ssa.Phi)
	return ok && phi.Block() == b
}

// isState reports whether phi only ever has values that are constants of the
// program: the state of a machine, not a number that is computed.
func isState(phi *ssa.Phi) bool {
	seen := map[*ssa.Phi]bool{phi: true}
	for work := []*ssa.Phi{phi}; len(work) > 0; {
		p := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range p.Edges {
			switch e := e.(type) {
			case *ssa.Const:
			case *ssa.Phi:
				if !seen[e] {
					seen[e] = true
					work = append(work, e)
				}
			default:
				return false
			}
		}
	}
	return true
}

// isBindable reports whether the value of v can differ from path to path.
func isBindable(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Const, *ssa.Parameter, *ssa.FreeVar, *ssa.Global, *ssa.Function, *ssa.Builtin:
		return false
	}
	return true
}

// staticKey identifies a condition by its form, so that two branches on the
// same thing are seen to be that. neg: the condition is the key's negation.
func staticKey(v ssa.Value) (key string, neg bool) {
	switch v := v.(type) {
	case *ssa.UnOp:
		if v.Op == token.NOT {
			key, neg = staticKey(v.X)
			return key, !neg
		}
	case *ssa.BinOp:
		op := v.Op
		switch op {
		case token.NEQ:
			op, neg = token.EQL, true
		case token.GEQ:
			op, neg = token.LSS, true
		case token.LEQ:
			op, neg = token.GTR, true
		}
		return op.String() + "(" + valueKey(v.X, 0) + "," + valueKey(v.Y, 0) + ")", neg
	}
	return valueKey(v, 0), false
}

func valueKey(v ssa.Value, depth int) string {
	if depth < maxDepth {
		switch v := v.(type) {
		case *ssa.Const:
			return mkConst(v.Value).Key()
		case *ssa.UnOp:
			if v.Op == token.ARROW {
				break // each receive is another
			}
			return v.Op.String() + "(" + valueKey(v.X, depth+1) + ")"
		case *ssa.FieldAddr:
			return valueKey(v.X, depth+1) + "." + fieldName(v.X.Type(), v.Field)
		case *ssa.BinOp:
			return v.Op.String() + "(" + valueKey(v.X, depth+1) + "," + valueKey(v.Y, depth+1) + ")"
		case *ssa.Call:
			if key, args, ok := pureCall(&v.Call); ok {
				for _, a := range args {
					key += "," + valueKey(a, depth+1)
				}
				return key
			}
		}
	}
	return fmt.Sprintf("%p", v)
}

// fieldName names field i of the struct that t is or points to.
func fieldName(t types.Type, i int) string {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		return s.Field(i).Name()
	}
	return fmt.Sprint(i)
}

// pureCall reports whether a call is taken to give the same answer when it is
// made again with the same arguments: len and cap, and what answers yes or no.
// To be wrong about that only hides paths.
func pureCall(c *ssa.CallCommon) (key string, args []ssa.Value, ok bool) {
	if b, isBuiltin := c.Value.(*ssa.Builtin); isBuiltin {
		return b.Name(), c.Args, b.Name() == "len" || b.Name() == "cap"
	}
	res := c.Signature().Results()
	if res.Len() != 1 {
		return "", nil, false
	}
	if basic, isBasic := res.At(0).Type().Underlying().(*types.Basic); !isBasic || basic.Kind() != types.Bool {
		return "", nil, false
	}
	if c.IsInvoke() {
		return c.Method.FullName(), append([]ssa.Value{c.Value}, c.Args...), true
	}
	if callee := c.StaticCallee(); callee != nil {
		return callee.String(), c.Args, true
	}
	return "", nil, false
}
