package pair

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// varies reports whether t is another resource in each iteration of a loop.
func (fs *findings) varies(t *Term) bool {
	return t.any(func(x *Term) bool {
		if x.Kind != KFresh {
			return x.Kind == KIndex
		}
		young := *x
		young.N &^= freshOld
		young.key = ""
		return x.N&freshNew == 0 || fs.lists[young.Key()]
	})
}

// closedByAnotherLoop: scopes that one loop opens and another closes. Whether
// their numbers agree cannot be told.
func (e *Engine) closedByAnotherLoop(f *funcInfo, open entry) bool {
	at := open.at.block
	inBody := isLoopBody(open.at.opener())
	if !f.finds.varies(open.t) || !inBody && (at == nil || at.Parent() != f.fn || len(f.block[at.Index].loops) == 0) {
		return false
	}
	for _, h := range f.fn.Blocks {
		if !f.inLoop(h, h) || !inBody && f.inLoop(at, h) {
			continue // not a loop, or one around the call
		}
		if e.closesMore(f.fn, func(b *ssa.BasicBlock) bool { return f.inLoop(b, h) }) {
			return true
		}
	}
	return slices.ContainsFunc(f.fn.AnonFuncs, func(body *ssa.Function) bool {
		return isLoopBody(body) && body != open.at.opener() && e.closesMore(body, func(*ssa.BasicBlock) bool { return true })
	})
}

// opener is the function that the operation itself is in.
func (s site) opener() *ssa.Function {
	if len(s.frames) > 0 {
		return s.frames[0].in
	}
	return s.in
}

// closesMore reports whether there are more calls that close a scope than such
// that open one in the blocks of fn that are in the loop.
func (e *Engine) closesMore(fn *ssa.Function, in func(*ssa.BasicBlock) bool) bool {
	exits, enters := 0, 0
	for _, b := range fn.Blocks {
		if !in(b) {
			continue
		}
		for _, instr := range b.Instrs {
			switch e.instrOp(instr) {
			case Exit:
				exits++
			case Enter:
				enters++
			}
		}
	}
	return exits > enters
}

func (e *Engine) instrOp(instr ssa.Instruction) Op {
	c, ok := instr.(*ssa.Call)
	if !ok {
		return NoOp
	}
	callee := c.Call.StaticCallee()
	if obj := calleeObj(callee); obj != nil {
		if op := e.Spec.Effect(obj).Op; op != NoOp {
			return op
		}
	}
	if callee != nil {
		if f := e.infos[body(callee)]; f != nil && f.sum != nil {
			for _, o := range f.sum.Outcomes {
				for _, ev := range o.Events {
					if ev.Op == Exit || ev.Op == Enter {
						return ev.Op
					}
				}
			}
		}
	}
	return NoOp
}
