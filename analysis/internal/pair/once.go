package pair

// onceDone is the field that stands for the state of a sync.Once.
const onceDone = "sync.Once done"

// callOnce calls fn if the sync.Once at addr was not used before. One that
// comes from outside is taken to be new, but a caller may know better: for it
// there is a second outcome, on which nothing is reported here.
func (r *run) callOnce(w *world, addr, fn *Term, at site, depth int) []*world {
	cell := mkField(addr, onceDone)
	done := w.load(cell)
	if known, truth := w.decide(done); known && truth {
		return []*world{w}
	}
	var out []*world
	if done.external() {
		x := w.clone()
		x.asm = append(x.asm, assumption{t: done, truth: true})
		x.ended = true
		out = append(out, x)
		w.asm = append(w.asm, assumption{t: done})
	}
	w.store(cell, termTrue)
	return append(out, r.callValue(w, fn, nil, at, nil, depth)...)
}

// isOnce reports whether t asks whether a sync.Once that comes from outside was
// used before. Unless a path says so, it was not.
func isOnce(t *Term) bool {
	return t.Kind == KLoad && t.Args[0].Kind == KField && t.Args[0].Str == onceDone
}
