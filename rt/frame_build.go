package rt

import "unsafe"

// A Run, an Enter or an Exit makes a frame of the goroutine's: with one store
// changed, or one storage exited. Its end makes one with that undone.

// with returns f with a's key set to a.
func (f *frame) with(a *addition) *frame {
	if f == nil {
		return newHead(a, nil)
	}
	if next, ok := f.over(a.of); ok {
		return newHead(a, next)
	}
	return f.beside(a)
}

// over returns what the frame that adds k's entry alone to f has next, if there is
// to be such a frame: f is a level, or k's entry alone, or has none of k's and
// either all that it can have inline, or more stores below it than are copied at a
// Run, so that a store is added to many at the cost of one. Of frames that are
// inline no more than three are above one another.
func (f *frame) over(k *storageKey) (next *frame, ok bool) {
	if !f.isInline() {
		return f, true
	}
	if uint32(f.mask) == 0 {
		return f.next, f.slot(0).owner() == k
	}
	if f.next == nil && f.count() < maxInline || f.at(unsafe.Pointer(k)).key == unsafe.Pointer(k) {
		return nil, false
	}
	if below := f.next; below != nil && (below.next == nil || !below.isInline() || !below.next.isInline()) {
		return f, true
	}
	if t := f.tail(); t != nil && f.count() == maxInline && t.deaths == deaths.Load() {
		return f.under(), true
	}
	return nil, false
}

// beside is with where over says that there is to be no frame above f: it copies f.
func (f *frame) beside(a *addition) *frame {
	if g := f.image(a); g != nil {
		return g
	}
	if g := f.inlineWith(a); g != nil {
		return g
	}
	return newHead(a, f.under())
}

// image returns f with a in it, if a's place in f's table is free or is that of
// what f added itself; else nil.
func (f *frame) image(a *addition) *frame {
	t := f.tail()
	if t == nil || t.deaths != deaths.Load() {
		return nil
	}
	more := uint64(1) << 32
	switch e := f.at(unsafe.Pointer(a.of)); {
	case e.isEmpty():
		if f.count() == maxInline {
			return nil
		}
	case e.key == unsafe.Pointer(a.of) && e.val == unsafe.Pointer(&t.cell):
		more = 0
	default:
		return nil
	}
	g := newTable(uint32(f.mask))
	switch uint32(f.mask) {
	case mask8:
		*(*[8]entry)(g.tab) = *(*[8]entry)(f.tab)
	case mask16:
		*(*[16]entry)(g.tab) = *(*[16]entry)(f.tab)
	case mask32:
		*(*[32]entry)(g.tab) = *(*[32]entry)(f.tab)
	}
	g.next, g.factor, g.mask = f.next, f.factor, f.mask+more
	u := g.tail()
	u.deaths = t.deaths
	g.at(unsafe.Pointer(a.of)).set(a, &u.cell)
	return g
}

// inlineWith returns f with a in it, in one object; nil: it has no place there.
func (f *frame) inlineWith(a *addition) *frame {
	var buf [maxInline]entry
	others, whole := f.headWithout(buf[:0], a.of)
	if len(others) == maxInline {
		return nil
	}
	return buildInline(a, others, whole, f.next)
}

// headWithout adds the entries of f alone to those of to, save k's and those of
// dead keys. whole means that there was none to save.
func (f *frame) headWithout(to []entry, k *storageKey) (others []entry, whole bool) {
	whole = true
	for i := range f.slots() {
		e := *f.slot(i)
		if e.isEmpty() {
			continue
		}
		if o := e.owner(); o == k || o.dead.Load() {
			whole = false
		} else {
			to = append(to, e)
		}
	}
	return to, whole
}

// under returns the frame that a frame added above f has next: f itself, if it
// is at most the second of those that are inline. Else what is below f is merged
// into levels first, each of which is about eight times as large as the one above
// it, so that a store is copied a logarithmic number of times. A merge is of a
// frame above which at least maxInline others were added, and it is remembered
// there: to add to one frame over and over costs it once.
func (f *frame) under() *frame {
	if f.next == nil || !f.next.isInline() {
		return f
	}
	t := f.tail()
	if t != nil {
		if l := t.lower.Load(); l != nil && l.over != nil {
			return l.over
		}
	}
	var buf [maxInline]entry
	entries, _ := f.headWithout(buf[:0], nil)
	over := buildLevels(entries, f.next.merged())
	t.remember(lower{over: over})
	return over
}

// merged returns f as levels.
func (f *frame) merged() *frame {
	t := f.tail()
	if t != nil {
		if l := t.lower.Load(); l != nil && l.merged != nil {
			return l.merged
		}
	}
	rest, _ := f.headWithout(make([]entry, 0, 4*maxInline), nil)
	next := f.next
	for next != nil && next.levelCount() <= 8*len(rest) {
		rest, next = next.collect(rest, f, true)
	}
	merged := buildTables(rest, next)
	t.remember(lower{merged: merged})
	return merged
}

// levelCount returns how many entries f's level has.
func (f *frame) levelCount() int {
	n := 0
	for ; f != nil; f = f.next {
		n += f.count()
		if f.mask&lastOfLevel != 0 {
			break
		}
	}
	return n
}

// A lower is what was once made of a frame for those above it, see under, and for
// whoever captures it, see settle.
type lower struct{ over, merged, settled *frame }

// remember keeps what was made of the frame that t is the tail of.
func (t *tail) remember(l lower) {
	if t == nil {
		return
	}
	if old := t.lower.Load(); old != nil {
		if l.over == nil {
			l.over = old.over
		}
		if l.merged == nil {
			l.merged = old.merged
		}
		if l.settled == nil {
			l.settled = old.settled
		}
	}
	t.lower.Store(&l)
}

// restore returns f with what g has for k.
func (f *frame) restore(k *storageKey, g *frame) *frame {
	e := g.find(k)
	if e == nil || k.dead.Load() {
		return f.without(k)
	}
	a := additionOf(e)
	return f.with(&a)
}

// without returns f with no entry for k.
func (f *frame) without(k *storageKey) *frame {
	if f.find(k) == nil {
		return f
	}
	if f.isInline() && f.next.find(k) == nil {
		var buf [maxInline]entry
		if others, _ := f.headWithout(buf[:0], k); len(others) > 0 {
			return buildLevels(others, f.next)
		}
		return f.next
	}
	var buf [2 * maxInline]entry
	return buildLevels(f.others(buf[:], k), nil)
}

// others returns the entries of f that count, save k's, in buf if there is room.
func (f *frame) others(buf []entry, k *storageKey) []entry {
	all, _ := f.collect(buf[:0], f, false)
	kept := all[:0]
	for _, e := range all {
		if e.owner() != k {
			kept = append(kept, e)
		}
	}
	return kept
}
