package asyncstore

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/report"
)

// unchecked finds a store that is used as if there were one: it is a pointer,
// map or function whose zero value is nil, and it is dereferenced or called on
// a path that has not looked, or has looked and found none. The storage must be
// known to have no default value, and the function must not run inside Run.
func unchecked(r *report.Reporter, get *ssa.Call) {
	if !hasNoDefault(r, get.Call.Args[0]) || insideRun(get.Parent(), get.Call.Args[0]) {
		return
	}
	var store, ok *ssa.Extract
	for _, ref := range *get.Referrers() {
		switch x, isExtract := ref.(*ssa.Extract); {
		case !isExtract:
			return
		case x.Index == 1:
			ok = x
		default:
			store = x
		}
	}
	if store == nil || ok != nil && !onlyTested(ok) {
		return
	}
	for _, use := range *store.Referrers() {
		switch use := use.(type) {
		case *ssa.BinOp:
			if !isNilTest(use, store) || !onlyTested(use) {
				return
			}
		case *ssa.Phi, *ssa.Store, *ssa.MakeInterface, *ssa.Return, *ssa.MakeClosure:
			return // out of sight
		case ssa.CallInstruction:
			if use.Common().Value != store && !use.Common().IsInvoke() {
				return // a function that may check
			}
		}
	}
	if pos := reachesDeref(get, store, ok); pos.IsValid() {
		r.ReportAt(pos, "storeunchecked", "the store may be nil here: GetStore's second result says whether there is one")
	}
}

// onlyTested reports whether branches alone look at a condition.
func onlyTested(v ssa.Value) bool {
	for _, ref := range *v.Referrers() {
		switch ref := ref.(type) {
		case *ssa.If, *ssa.DebugRef:
		case *ssa.UnOp:
			if ref.Op != token.NOT || !onlyTested(ref) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func isNilTest(b *ssa.BinOp, v ssa.Value) bool {
	if b.Op != token.EQL && b.Op != token.NEQ {
		return false
	}
	isNil := func(x ssa.Value) bool {
		c, ok := x.(*ssa.Const)
		return ok && c.Value == nil
	}
	return b.X == v && isNil(b.Y) || b.Y == v && isNil(b.X)
}

// reachesDeref follows the paths from GetStore on which there is no store, and
// gives the first place that needs one. Past a look that has found none, other
// branches end a path: what they test may depend on it.
func reachesDeref(get *ssa.Call, store, ok ssa.Value) token.Pos {
	type place struct {
		b      *ssa.BasicBlock
		looked bool
	}
	seen := make(map[place]bool)
	var walk func(b *ssa.BasicBlock, from int, looked bool) token.Pos
	walk = func(b *ssa.BasicBlock, from int, looked bool) token.Pos {
		if from == 0 {
			if seen[place{b, looked}] {
				return token.NoPos
			}
			seen[place{b, looked}] = true
		}
		for _, instr := range b.Instrs[from:] {
			if instr == ssa.Instruction(get) {
				return token.NoPos // another store
			}
			if derefs(instr, store) {
				return instr.Pos()
			}
		}
		succs := b.Succs
		if cond, isIf := b.Instrs[len(b.Instrs)-1].(*ssa.If); isIf {
			switch found := foundWhen(cond.Cond, store, ok); {
			case found == 1:
				succs, looked = succs[1:], true
			case found == -1:
				succs, looked = succs[:1], true
			case looked:
				return token.NoPos
			}
		}
		for _, s := range succs {
			if pos := walk(s, 0, looked); pos.IsValid() {
				return pos
			}
		}
		return token.NoPos
	}
	b := get.Block()
	for i, instr := range b.Instrs {
		if instr == ssa.Instruction(get) {
			return walk(b, i+1, false)
		}
	}
	return token.NoPos
}

// foundWhen tells what a condition says of a store: 1, that there is one if it
// is true; -1, that there is one if it is false; 0, nothing.
func foundWhen(cond, store, ok ssa.Value) int {
	switch c := cond.(type) {
	case *ssa.Extract:
		if c == ok {
			return 1
		}
	case *ssa.UnOp:
		if c.Op == token.NOT {
			return -foundWhen(c.X, store, ok)
		}
	case *ssa.BinOp:
		if isNilTest(c, store) {
			if c.Op == token.NEQ {
				return 1
			}
			return -1
		}
	}
	return 0
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
