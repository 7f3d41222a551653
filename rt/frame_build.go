package rt

import (
	"sync/atomic"
	"unsafe"
)

// Frames of up to maxInline storages are one object: header, slots, and the cell
// of the store that was added last. The other stores stay where they are, in the
// frames that these came from: all that such a frame keeps alive, the later one has
// as well. Where it has not (a store was replaced, or a storage is gone) the other
// stores are copied to cells of their own.
type (
	frame0 struct {
		frame
		slots [1]entry
	}
	frame1 struct {
		frame
		slots [1]entry
		cell  cell
	}
	frame2 struct {
		frame
		slots [2]entry
		cell  cell
	}
	frame8 struct {
		frame
		slots [8]entry
		tail
	}
	frame16 struct {
		frame
		slots [16]entry
		tail
	}
	frame32 struct { // where no factor was found for a smaller one
		frame
		slots [32]entry
		tail
	}
)

// A tableFrame is one whose table is another object. That does not lie right
// behind it, as if it were inline: there is a field.
type tableFrame struct {
	frame
	settled atomic.Pointer[frame]
}

// A tail is what a frame with a table of some size has besides.
type tail struct {
	cell   cell
	deaths uint64 // what deaths was when no key in the frame was dead
	lower  atomic.Pointer[lower]
}

// A lower is what was once made of a frame for those above it, see under, and for
// whoever captures it, see settle.
type lower struct{ over, merged, settled *frame }

// isInline reports whether f is one object with its table.
func (f *frame) isInline() bool { return f.tab == unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(*f)) }

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

// tail returns the tail of f, which is inline; nil: it has none.
func (f *frame) tail() *tail {
	switch uint32(f.mask) {
	case mask8:
		return &(*frame8)(unsafe.Pointer(f)).tail
	case mask16:
		return &(*frame16)(unsafe.Pointer(f)).tail
	case mask32:
		return &(*frame32)(unsafe.Pointer(f)).tail
	}
	return nil
}

// An addition is the entry by which a frame differs from the one before it.
type addition struct {
	entry // its val is set for a boxed store only
	of    *storageKey
	cell  cell // the store, if a cell keeps it
	exits bool // the storage was exited: it has no store
}

// additionOf returns the addition of what e says.
func additionOf(e *entry) addition {
	a := addition{entry: *e, of: e.owner(), exits: e.val == nil}
	if a.of.class != boxedStore && !a.exits {
		a.val = nil
		a.cell.set(a.of, e.val)
	}
	return a
}

// newSingle returns the frame of one storage alone, whose store a cell keeps.
func newSingle(k *storageKey, store unsafe.Pointer) *frame {
	if k.class == scalarStore {
		// The factor is of no use where there is one slot: it is the cell.
		o := new(frame0)
		var c cell
		c.set(k, store)
		o.factor = c.bits
		o.slots[0] = entry{unsafe.Pointer(k), unsafe.Pointer(&o.factor)}
		return o.hold(&o.slots[0])
	}
	o := new(frame1)
	o.cell.set(k, store)
	o.slots[0] = entry{unsafe.Pointer(k), o.cell.store(k.class)}
	return o.hold(&o.slots[0])
}

// hold makes f the frame of the entry e alone.
func (f *frame) hold(e *entry) *frame {
	f.tab, f.mask = unsafe.Pointer(e), 1<<32|lastOfLevel
	return f
}

// set makes e the entry of a, whose store c keeps.
func (e *entry) set(a *addition, c *cell) {
	e.key, e.val = a.key, a.val
	if a.val == nil && !a.exits {
		*c = a.cell
		e.val = c.store(a.of.class)
	}
}

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

// inlineWith returns f with a in it, in one object; nil: it has no place there.
func (f *frame) inlineWith(a *addition) *frame {
	var buf [maxInline]entry
	others, whole := f.headWithout(buf[:0], a.of)
	if len(others) == maxInline {
		return nil
	}
	return buildInline(a, others, whole, f.next)
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

// restore returns f with what g has for k.
func (f *frame) restore(k *storageKey, g *frame) *frame {
	e := g.find(k)
	if e == nil || k.dead.Load() {
		return f.without(k)
	}
	a := additionOf(e)
	return f.with(&a)
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

// newHead returns the frame of a alone, above next.
func newHead(a *addition, next *frame) *frame {
	f := newTable(0)
	f.next = next
	f.mask = 1<<32 | lastOfLevel
	f.slot(0).set(a, &(*frame1)(unsafe.Pointer(f)).cell)
	return f
}

// buildInline returns a frame of one object: a and the others, above next. It
// returns nil if there are too many, or no factor gives each key its own slot.
// Without whole the others get cells of their own.
func buildInline(a *addition, others []entry, whole bool, next *frame) *frame {
	mask, factor, ok := chooseTable(a.of, others)
	if !ok {
		return nil
	}
	f := newTable(mask)
	f.next, f.factor = next, factor
	f.mask = uint64(mask) | uint64(len(others)+1)<<32 | lastOfLevel
	if whole {
		for i := range others {
			*f.at(unsafe.Pointer(others[i].owner())) = others[i]
		}
	} else {
		cells := make([]cell, len(others))
		for i := range others {
			f.put(&others[i], &cells[i])
		}
	}
	f.at(unsafe.Pointer(a.of)).set(a, f.ownCell())
	f.seal()
	if t := f.tail(); t != nil {
		t.deaths = deaths.Load()
	}
	return f
}

// newTable returns an inline frame with a table of that mask, with nothing in
// it: a spare one, if there is any. For one slot it is a frame1.
func newTable(mask uint32) *frame {
	if mask != 0 {
		if f := spareTable(mask); f != nil {
			return f
		}
	}
	var f *frame
	switch mask {
	case 0:
		f = &new(frame1).frame
	case mask2:
		f = &new(frame2).frame
	case mask8:
		f = &new(frame8).frame
	case mask16:
		f = &new(frame16).frame
	default:
		f = &new(frame32).frame
	}
	f.tab = unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(*f))
	return f
}

// ownCell returns the cell of f, which newTable made.
func (f *frame) ownCell() *cell {
	switch uint32(f.mask) {
	case 0:
		return &(*frame1)(unsafe.Pointer(f)).cell
	case mask2:
		return &(*frame2)(unsafe.Pointer(f)).cell
	}
	return &f.tail().cell
}

// put stores e, and its store in c if a cell keeps it, in a slot of its own.
func (f *frame) put(e *entry, c *cell) {
	k := e.owner()
	s := f.at(unsafe.Pointer(k))
	s.key, s.val = e.key, e.val
	if e.val != nil && k.class != boxedStore {
		c.set(k, e.val)
		s.val = c.store(k.class)
	}
}

// set copies the store at p, of k's storage, into the cell.
func (c *cell) set(k *storageKey, p unsafe.Pointer) {
	switch k.class {
	case pointerStore:
		c.ptr = *(*unsafe.Pointer)(p)
	case stringStore:
		*(*string)(unsafe.Pointer(c)) = *(*string)(p)
	case scalarStore:
		if k.size == 8 {
			c.bits = *(*uint64)(p)
		} else {
			copy((*[8]byte)(unsafe.Pointer(&c.bits))[:k.size], unsafe.Slice((*byte)(p), k.size))
		}
	}
}

// store returns the address of the store in the cell.
func (c *cell) store(class storeClass) unsafe.Pointer {
	if class == scalarStore {
		return unsafe.Pointer(&c.bits)
	}
	return unsafe.Pointer(c)
}
