package pair

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"
)

// branch follows an If to where it can go.
func (r *run) branch(w *world, instr *ssa.If) {
	b := instr.Block()
	cond := r.eval(w, instr.Cond)
	if known, truth := w.decide(cond); known {
		if truth {
			r.push(b.Succs[0], b, w)
		} else {
			r.push(b.Succs[1], b, w)
		}
		return
	}
	key, _ := staticKey(instr.Cond)
	root := testedValue(instr.Cond)
	keep := len(r.f.tests[key]) > 1 || root != nil
	if r.isCandidate(cond) || comparesReferences(instr.Cond) {
		keep, key = true, ""
	}
	if !keep && slices.ContainsFunc(w.asm, func(a assumption) bool { return sameSubject(a.t, cond) }) {
		keep = true
	}
	if !keep && cond.Kind == KBin && r.subjectTestedAgain(instr, cond) {
		keep = true
	}
	failed, where := impliesError(cond)
	other := w.clone()
	for i, x := range []*world{w, other} {
		if failed != nil && (i == 0) == where && !x.assume(mkEql(failed, termNil), false, "", nil) {
			continue
		}
		if !keep || x.assume(cond, i == 0, key, root) {
			r.push(b.Succs[i], b, x)
		}
	}
}

// errorTests are functions that say yes of errors alone, and not of nil.
var errorTests = map[string]bool{
	"errors.Is": true, "errors.As": true, "os.IsExist": true, "os.IsNotExist": true, "os.IsPermission": true, "os.IsTimeout": true,
}

// impliesError gives the error that cond says is not nil where it has that truth,
// or nil.
func impliesError(cond *Term) (err *Term, truth bool) {
	truth = true
	if cond.Kind == KNot {
		cond, truth = cond.Args[0], false
	}
	if cond.Kind == KBin && cond.Str == "==" {
		switch a, b := cond.Args[0], cond.Args[1]; {
		case b.nonNil() && !a.nonNil():
			return a, truth // err == io.EOF
		case a.nonNil() && !b.nonNil():
			return b, truth
		}
	}
	if cond.Kind != KCall || !errorTests[cond.Str] || len(cond.Args) == 0 {
		return nil, false
	}
	if cond.Str == "errors.Is" && !cond.Args[1].nonNil() {
		return nil, false
	}
	return cond.Args[0], truth
}

// comparesReferences: the branch tells whether two variables are one resource.
func comparesReferences(cond ssa.Value) bool {
	bin, ok := stripNot(cond).(*ssa.BinOp)
	if !ok || bin.Op != token.EQL && bin.Op != token.NEQ {
		return false
	}
	for _, v := range []ssa.Value{bin.X, bin.Y} {
		if _, isConst := v.(*ssa.Const); isConst || !isPointer(v.Type()) {
			return false
		}
	}
	return true
}

func isFuncType(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// sameSubject: both compare the same thing with a constant.
func sameSubject(a, b *Term) bool {
	if a.Kind == KNot {
		a = a.Args[0]
	}
	if b.Kind == KNot {
		b = b.Args[0]
	}
	return a.Kind == KBin && b.Kind == KBin && a.Args[1].Kind == KConst && b.Args[1].Kind == KConst &&
		a.Args[0].Key() == b.Args[0].Key()
}

// subjectTestedAgain: a later branch compares the same thing with something
// else, as the cases of two switches do.
func (r *run) subjectTestedAgain(instr *ssa.If, cond *Term) bool {
	bin, ok := stripNot(instr.Cond).(*ssa.BinOp)
	if !ok {
		return false
	}
	n := 0
	for _, bs := range r.f.tests {
		for _, b := range bs {
			if o, ok := stripNot(b.Instrs[len(b.Instrs)-1].(*ssa.If).Cond).(*ssa.BinOp); ok && valueKey(o.X, 0) == valueKey(bin.X, 0) {
				n++
			}
		}
	}
	return n > 1
}

func stripNot(v ssa.Value) ssa.Value {
	for {
		u, ok := v.(*ssa.UnOp)
		if !ok || u.Op != token.NOT {
			return v
		}
		v = u.X
	}
}

// testedValue is the value that a branch asks about where that value has other
// uses which the answer bears on: an error that is returned, a flag that a phi
// passes on.
func testedValue(cond ssa.Value) ssa.Value {
	v := stripNot(cond)
	if bin, ok := v.(*ssa.BinOp); ok && (bin.Op == token.EQL || bin.Op == token.NEQ) {
		v = bin.X
		if _, ok := v.(*ssa.Const); ok {
			v = bin.Y
		}
	}
	if v.Referrers() == nil || !isFollowed(v.Type()) || !isBindable(v) {
		return nil
	}
	for _, ref := range *v.Referrers() {
		switch ref.(type) {
		case *ssa.Return, *ssa.Phi, *ssa.Store, *ssa.MakeInterface, *ssa.ChangeInterface:
			return v
		}
	}
	return nil
}

// isCandidate reports whether a condition is one on the arguments of a small
// function, which a caller may know.
func (r *run) isCandidate(cond *Term) bool {
	return len(r.f.fn.Blocks) <= 60 && cond.external() && r.f.onArg <= 6
}
