package pair

import (
	"slices"

	"golang.org/x/tools/go/ssa"
)

// assume records that t is true or false. It reports false if that is
// known to be wrong, in which case no program gets here.
func (w *world) assume(t *Term, truth bool, key string, root ssa.Value) bool {
	if t.Kind == KNot {
		t, truth = t.Args[0], !truth
	}
	if known, v := w.decide(t); known {
		return v == truth
	}
	w.asm = append(w.asm, assumption{t, truth, key, root})
	return true
}

// decide tells whether the path implies t or its opposite.
func (w *world) decide(t *Term) (known, truth bool) {
	if t.Kind == KNot {
		known, truth = w.decide(t.Args[0])
		return known, !truth
	}
	if t.Kind == KConst {
		return t.Str == "true" || t.Str == "false", t.Str == "true"
	}
	k := t.Key()
	for _, a := range w.asm {
		if a.t.Key() == k {
			return true, a.truth
		}
	}
	if t.Kind != KBin {
		return isOnce(t), false
	}
	if a, b := t.Args[0], t.Args[len(t.Args)-1]; t.Str == "==" && isNew(a) && isNew(b) && relate(a, b) == distinct {
		return true, false
	}
	if t.Str == "==" && t.Args[1].Key() == termNil.Key() && w.wasUsed(t.Args[0]) {
		return true, false
	}
	if c, ok := intOf(t.Args[len(t.Args)-1]); ok {
		if known, truth = w.rangeOf(t.Args[0]).decide(t.Str, c); known {
			return true, truth
		}
	}
	for _, a := range w.asm {
		if a.t.Kind != KBin || !a.truth {
			continue
		}
		x, y := a.t.Args[0], a.t.Args[1]
		switch {
		case t.Str == "==" && a.t.Str == "==" && y.Kind == KConst && t.Args[1].Kind == KConst &&
			x.Key() == t.Args[0].Key():
			// x is another constant than this one.
			return true, y.Str == t.Args[1].Str
		case t.Str == "<" && a.t.Str == "<" && x.Key() == t.Args[1].Key() && y.Key() == t.Args[0].Key():
			return true, false // b < a, so not a < b
		case t.Str == "==" && a.t.Str == "<" && sameArgs(t, a.t):
			return true, false // a < b, so not a == b
		case t.Str == "<" && a.t.Str == "==" && sameArgs(t, a.t):
			return true, false
		}
	}
	return false, false
}

// wasUsed reports whether a scope of t, or of something reached through t, was
// opened or closed on this path: it would have panicked if t were nil.
func (w *world) wasUsed(t *Term) bool {
	key := t.Key()
	through := func(x *Term) bool {
		for x = strip(x); ; x = x.Args[0] {
			if x.Key() == key {
				return true
			}
			if x.Kind != KLoad && x.Kind != KField {
				return false
			}
		}
	}
	return slices.ContainsFunc(w.stack, func(e entry) bool { return through(e.t) }) ||
		slices.ContainsFunc(w.closed, through) ||
		slices.ContainsFunc(w.trace, func(e Event) bool { return e.Op == Exit && through(e.T) })
}

func sameArgs(a, b *Term) bool {
	a0, a1, b0, b1 := a.Args[0].Key(), a.Args[1].Key(), b.Args[0].Key(), b.Args[1].Key()
	return a0 == b0 && a1 == b1 || a0 == b1 && a1 == b0
}
