package rt

import "unsafe"

// Frames of up to maxInline storages are one object: header, slots and cells.
type (
	frame1 struct {
		frame
		slots [1]entry
		cells [1]cell
	}
	frame2 struct {
		frame
		slots [2]entry
		cells [2]cell
	}
	frame4 struct {
		frame
		slots [8]entry
		cells [4]cell
	}
	frame8 struct {
		frame
		slots [16]entry
		cells [8]cell
	}
)

// with returns f with e's key set to e. What e.val points to is copied where
// the key's class says that a cell keeps it.
func (f *frame) with(e entry) *frame {
	var buf [maxInline + 1]entry
	entries, next := append(buf[:0], e), (*frame)(nil)
	if f != nil {
		entries, next = f.collectHead(entries)
	}
	if e.val == nil && next.find(e.owner()) != nil {
		// An exit must hide what is further down, which a probe that misses
		// here would find.
		rest, _ := next.collect(entries, false)
		return buildLevels(rest, nil)
	}
	if len(entries) <= maxInline {
		return buildInline(entries, next)
	}
	return spill(entries, next)
}

// collectHead adds the entries of f's first frame to those of to, whose keys
// come first, and returns what follows f.
func (f *frame) collectHead(to []entry) ([]entry, *frame) {
	k := to[0].owner()
	for i := range f.slots() {
		e := *f.slot(i)
		if e.key == nil {
			continue
		}
		if o := e.owner(); o != k && !o.dead.Load() {
			to = append(to, e)
		}
	}
	return to, f.next
}

// without returns f with no entry for k.
func (f *frame) without(k *storageKey) *frame {
	if f.find(k) == nil {
		return f
	}
	var buf [2 * maxInline]entry
	entries, _ := f.collect(buf[:0], false)
	kept := entries[:0]
	for _, e := range entries {
		if e.owner() != k {
			kept = append(kept, e)
		}
	}
	return fromEntries(kept)
}

// fromEntries returns the frame that has exactly these entries.
func fromEntries(entries []entry) *frame {
	switch {
	case len(entries) == 0:
		return nil
	case len(entries) <= maxInline:
		return buildInline(entries, nil)
	}
	return buildLevels(entries, nil)
}

// spill makes a frame of the newest entry alone, and puts the others below it:
// into a level of their own, together with those levels that are not much
// larger, so that each entry is copied a logarithmic number of times.
func spill(entries []entry, next *frame) *frame {
	rest := append(make([]entry, 0, 4*maxInline), entries[1:]...)
	for next != nil && next.levelCount() <= 8*len(rest) {
		rest, next = next.collect(rest, true)
	}
	return buildInline(entries[:1], buildLevels(rest, next))
}

// levelCount returns how many entries f's level has.
func (f *frame) levelCount() int {
	n := 0
	for ; f != nil; f = f.next {
		n += int(f.count)
		if f.last {
			break
		}
	}
	return n
}

// buildInline returns a frame of one object.
func buildInline(entries []entry, next *frame) *frame {
	var f *frame
	var cells []cell
	switch n := len(entries); {
	case n == 0:
		return next
	case n == 1:
		o := new(frame1)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	case n == 2:
		o := new(frame2)
		o.tab, o.mask, cells = unsafe.Pointer(&o.slots), uint32(entrySize), o.cells[:]
		f = &o.frame
	case n <= 4:
		o := new(frame4)
		o.tab, o.mask, cells = unsafe.Pointer(&o.slots), 7*uint32(entrySize), o.cells[:]
		f = &o.frame
	default:
		o := new(frame8)
		o.tab, o.mask, cells = unsafe.Pointer(&o.slots), 15*uint32(entrySize), o.cells[:]
		f = &o.frame
	}
	shift, ok := chooseShift(entries, uintptr(f.mask))
	if !ok {
		return buildLevels(entries, next)
	}
	f.shift, f.next, f.count, f.last = shift, next, uint32(len(entries)), true
	for i := range entries {
		f.put(&entries[i], &cells[i])
	}
	return f
}

// put stores e, and its store in c if a cell keeps it, in a slot of its own.
func (f *frame) put(e *entry, c *cell) {
	k := e.owner()
	s := f.at(unsafe.Pointer(k))
	s.key = e.key
	switch {
	case e.val == nil:
	case k.class == pointerStore:
		c.ptr = *(*unsafe.Pointer)(e.val)
		s.val = unsafe.Pointer(&c.ptr)
	case k.class == scalarStore:
		copyScalar(&c.bits, e.val, k.size)
		s.val = unsafe.Pointer(&c.bits)
	case k.class == stringStore:
		*(*string)(unsafe.Pointer(c)) = *(*string)(e.val)
		s.val = unsafe.Pointer(c)
	default:
		s.val = e.val
	}
}

// copyScalar copies size bytes, at most 8.
func copyScalar(to *uint64, from unsafe.Pointer, size uintptr) {
	if size == 8 {
		*to = *(*uint64)(from)
		return
	}
	copy((*[8]byte)(unsafe.Pointer(to))[:size], unsafe.Slice((*byte)(from), size))
}

// chooseShift finds a shift that gives each key a slot of its own. Keys are
// 64-byte objects, so those that were made one after another differ in the
// bits that the first shift takes.
func chooseShift(entries []entry, mask uintptr) (shift uint8, ok bool) {
	for shift = 2; shift < 40; shift++ {
		var taken [maxInline * 2]bool
		ok = true
		for i := range entries {
			at := uintptr(unsafe.Pointer(entries[i].owner())) >> shift & mask / entrySize
			if taken[at] {
				ok = false
				break
			}
			taken[at] = true
		}
		if ok {
			return shift, true
		}
	}
	return 0, false
}

// buildLevels returns frames that hold the entries, any number of them, as one
// level above next. A key whose slot another one has goes on to a further,
// smaller frame of the level.
func buildLevels(entries []entry, next *frame) *frame {
	var first *frame
	link := &first
	for shift := uint8(2); len(entries) > 0; shift++ {
		size := 2
		for size < 2*len(entries) {
			size *= 2
		}
		slots, cells := make([]entry, size), make([]cell, 0, len(entries))
		f := &frame{tab: unsafe.Pointer(&slots[0]), mask: uint32(uintptr(size-1) * entrySize), shift: shift}
		var rest []entry
		for i := range entries {
			e := &entries[i]
			if f.at(unsafe.Pointer(e.owner())).key != nil {
				rest = append(rest, *e)
				continue
			}
			cells = cells[:len(cells)+1]
			f.put(e, &cells[len(cells)-1])
			f.count++
		}
		f.last = len(rest) == 0
		*link, link = f, &f.next
		entries = rest
	}
	*link = next
	return first
}
