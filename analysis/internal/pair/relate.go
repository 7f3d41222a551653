package pair

// A relation is what is known of two values.
type relation uint8

const (
	unsure relation = iota
	same
	distinct
)

// relate compares two resources. Two different names that the programmer gave
// count as two resources; values whose origin cannot be seen are unsure.
func relate(a, b *Term) relation {
	a, b = strip(a), strip(b)
	if a.Key() == b.Key() {
		if a.any(func(x *Term) bool { return x.Kind == KFresh && x.N&freshOld != 0 }) {
			return unsure // of several earlier iterations, perhaps
		}
		return same
	}
	switch {
	case a.Kind == KFresh && b.Kind == KFresh:
		if a.Tag != "" && a.Tag == b.Tag {
			return unsure
		}
		if a.N&freshNew != 0 && b.N&freshNew != 0 {
			return distinct
		}
		return unsure
	case a.Kind == KFresh && a.N&freshNew != 0:
		return newAgainst(b)
	case b.Kind == KFresh && b.N&freshNew != 0:
		return newAgainst(a)
	case a.Kind == KParam && b.Kind == KParam:
		return distinct
	case a.Kind == KLoad && b.Kind == KLoad, a.Kind == KField && b.Kind == KField:
		return relatePaths(a, b)
	case a.Kind == KLoad && b.Kind == KGlobal, a.Kind == KGlobal && b.Kind == KLoad:
		return distinct
	}
	return unsure
}

// newAgainst: an object made here is no parameter. It may have been stored.
func newAgainst(b *Term) relation {
	if b.Kind == KParam {
		return distinct
	}
	return unsure
}

// relatePaths compares x.f with y.g.
func relatePaths(a, b *Term) relation {
	for a.Kind == b.Kind && len(a.Args) > 0 && len(b.Args) > 0 {
		if a.Kind == KField && a.Str != b.Str {
			return distinct
		}
		if a.Kind == KIndex {
			if a.Args[0].Key() == b.Args[0].Key() && a.Args[1].Kind == KConst && b.Args[1].Kind == KConst {
				return distinct
			}
			return unsure
		}
		a, b = a.Args[0], b.Args[0]
	}
	if a.Key() == b.Key() {
		return same
	}
	named := func(t *Term) bool { return t.Kind == KParam || t.Kind == KGlobal || t.Kind == KFree }
	if named(a) && named(b) {
		return distinct
	}
	if named(a) && follows(b, a) || named(b) && follows(a, b) {
		return distinct // x and x.next: what is reached from a thing is another
	}
	return unsure
}

// follows reports whether t is what fields of base hold, or a field in it, and of
// what those hold.
func follows(t, base *Term) bool {
	for {
		switch {
		case t.Kind == KField:
			t = t.Args[0]
		case t.Kind == KLoad && t.Args[0].Kind == KField:
			t = t.Args[0].Args[0]
		default:
			return false
		}
		if t.Key() == base.Key() {
			return true
		}
	}
}

// callersTell reports whether callers may know whether two resources are one.
func (r *run) callersTell(w *world, a, b *Term) bool {
	if maybeAlias(a, b) {
		return false
	}
	switch r.e.roleOf(r.f.fn) {
	case roleCalled, roleLiteral:
		equal := mkEql(strip(a), strip(b))
		known, _ := w.decide(equal)
		return !known && equal.external()
	}
	return false
}

// doubt notes, for callers who know, that t may be another resource than the
// innermost, whose scope it closes; i is the place of its own scope, or -1.
func (r *run) doubt(w *world, i int, t *Term, at site) {
	if r.quiet > 0 || w.ended {
		return
	}
	top := w.stack[len(w.stack)-1]
	f := found{kind: foundMismatch, entry: top, at: at, t: t}
	if i >= 0 {
		f.kind, f.entry, f.other = foundOrder, w.stack[i], top
	}
	r.finds.when(r, f, append(w.conds(), Cond{T: mkEql(strip(top.t), strip(t)), must: true}))
}

// maybeAlias: two values that were got in the same way.
func maybeAlias(a, b *Term) bool {
	return a.Kind == KFresh && b.Kind == KFresh && a.Tag != "" && a.Tag == b.Tag
}
