package rt

import "unsafe"

// Frames of up to maxInline storages are one object: header, slots and cells.
type (
	frame0 struct {
		frame
		slots [1]entry
	}
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
	frameSparse struct { // where no factor was found for a smaller one
		frame
		slots [32]entry
		cells [8]cell
	}
)

// An addition is the entry by which a frame differs from the one before it.
type addition struct {
	entry // its val is set for a boxed store only
	of    *storageKey
	cell  cell // the store, if a cell keeps it
}

// exits reports whether a says that the storage was exited.
func (a *addition) exits() bool { return a.key != unsafe.Pointer(a.of) }

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
	c := &o.cells[0]
	c.set(k, store)
	o.slots[0] = entry{unsafe.Pointer(k), c.store(k.class)}
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
	if a.val == nil && !a.exits() {
		*c = a.cell
		e.val = c.store(a.of.class)
	}
}

// with returns f with a's key set to a.
func (f *frame) with(a *addition) *frame {
	if f == nil {
		return buildInline(nil, a, nil, nil)
	}
	var buf [maxInline]entry
	k := a.of
	others, next := f.collectHead(buf[:0], k)
	if a.exits() && next.find(k) != nil {
		// An exit must hide what is further down, which a probe that misses
		// here would find.
		all, _ := next.collect(append(others, a.entry), false)
		return buildLevels(all, nil)
	}
	if len(others) < maxInline {
		if f := buildInline(f, a, others, next); f != nil {
			return f
		}
	}
	// Put the others below, into a level of their own, together with those
	// levels that are not much larger, so that each entry is copied a
	// logarithmic number of times.
	rest := append(make([]entry, 0, 4*maxInline), others...)
	for next != nil && next.levelCount() <= 8*len(rest) {
		rest, next = next.collect(rest, true)
	}
	return buildInline(nil, a, nil, buildLevels(rest, next))
}

// collectHead adds the entries of f's first frame to those of to, save k's, and
// returns what follows f.
func (f *frame) collectHead(to []entry, k *storageKey) ([]entry, *frame) {
	for i := range f.slots() {
		e := *f.slot(i)
		if e.isEmpty() {
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
	return buildLevels(kept, nil)
}

// restore returns f with what g has for k.
func (f *frame) restore(k *storageKey, g *frame) *frame {
	e := g.find(k)
	if e == nil || k.dead.Load() {
		return f.without(k)
	}
	var buf [2 * maxInline]entry
	entries, _ := f.collect(buf[:0], false)
	kept := entries[:0]
	for _, e := range entries {
		if e.owner() != k {
			kept = append(kept, e)
		}
	}
	return buildLevels(append(kept, *e), nil)
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

// buildInline returns a frame of one object: a and the others, above next. It
// returns nil if there are too many, or no factor gives each key its own slot.
// The others come from the frame like, whose table may do.
func buildInline(like *frame, a *addition, others []entry, next *frame) *frame {
	f, cells := newInline(like, a.of, others, next)
	if f == nil {
		return nil
	}
	for i := range others {
		f.put(&others[i], &cells[i+1])
	}
	f.at(unsafe.Pointer(a.of)).set(a, &cells[0])
	f.seal()
	return f
}

// newInline returns an empty frame of one object for k and the keys of others,
// or nil, and its cells.
func newInline(like *frame, k *storageKey, others []entry, next *frame) (f *frame, cells []cell) {
	var mask uintptr
	var factor uint64
	switch n := len(others); {
	case n == 0:
	case like != nil && uint32(like.mask) == tableMasks[n] && like.suits(k):
		mask, factor = uintptr(uint32(like.mask)), like.factor
	default:
		ok := false
		if mask, factor, ok = chooseTable(k, others); !ok {
			return nil, nil
		}
	}
	switch mask / entrySize {
	case 0:
		o := new(frame1)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	case 1:
		o := new(frame2)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	case 7:
		o := new(frame4)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	case 15:
		o := new(frame8)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	default:
		o := new(frameSparse)
		o.tab, cells = unsafe.Pointer(&o.slots), o.cells[:]
		f = &o.frame
	}
	f.factor, f.next = factor, next
	f.mask = uint64(mask) | uint64(len(others)+1)<<32 | lastOfLevel
	return f, cells
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

// suits reports whether f's table has a place of its own for k.
func (f *frame) suits(k *storageKey) bool {
	e := f.at(unsafe.Pointer(k))
	return e.isEmpty() || e.owner() == k
}

// tableMasks are the masks of the smallest tables, by the number of keys less
// one.
var tableMasks = [maxInline]uint32{0, mask2, mask8, mask8, mask16, mask16, mask16, mask16}

const (
	mask2  = 1 * uint32(entrySize)
	mask8  = 7 * uint32(entrySize)
	mask16 = 15 * uint32(entrySize)
)

// chooseTable finds a size of table and a factor that give k and each of the
// others a slot of its own.
func chooseTable(k *storageKey, others []entry) (mask uintptr, factor uint64, ok bool) {
	for slots := uint64(tableMasks[len(others)])/uint64(entrySize) + 1; slots <= 32; slots *= 2 {
		if slots == 4 {
			continue
		}
		for try := range 16 {
			factor = factorOf(try)
			taken := uint32(1) << (k.hash(factor) % slots)
			i := 0
			for ; i < len(others); i++ {
				at := uint32(1) << (others[i].owner().hash(factor) % slots)
				if taken&at != 0 {
					break
				}
				taken |= at
			}
			if i == len(others) {
				return uintptr(slots-1) * entrySize, factor, true
			}
		}
	}
	return 0, 0, false
}

// hash returns the number whose low bits are the slot of k's entry.
func (k *storageKey) hash(factor uint64) uint64 {
	return uint64(uintptr(unsafe.Pointer(k))) * factor >> 32 / uint64(entrySize)
}

// factorOf returns the factor of the n-th try. Keys that were made one after
// another lie 64 bytes apart; the first factor gives them one slot after
// another. The others scatter keys.
func factorOf(n int) uint64 {
	if n == 0 {
		return uint64(entrySize) << 32 / 64
	}
	x := uint64(n) * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	return (x ^ x>>27) | 1
}

// buildLevels returns frames that hold the entries, any number of them, as one
// level above next. A key whose slot another one has goes on to a further,
// smaller frame of the level.
func buildLevels(entries []entry, next *frame) *frame {
	if 0 < len(entries) && len(entries) <= maxInline {
		if f, cells := newInline(nil, entries[0].owner(), entries[1:], next); f != nil {
			for i := range entries {
				f.put(&entries[i], &cells[i])
			}
			f.seal()
			return f
		}
	}
	first := next
	link := &first
	for level := 0; len(entries) > 0; level++ {
		size := 2
		for size < 2*len(entries) {
			size *= 2
		}
		slots, cells := make([]entry, size), make([]cell, 0, len(entries))
		f := &frame{tab: unsafe.Pointer(&slots[0]), mask: uint64(uintptr(size-1) * entrySize), factor: factorOf(level)}
		var rest []entry
		for i := range entries {
			e := &entries[i]
			if f.at(unsafe.Pointer(e.owner())).key != nil {
				rest = append(rest, *e)
				continue
			}
			cells = cells[:len(cells)+1]
			f.put(e, &cells[len(cells)-1])
			f.mask += 1 << 32
		}
		if len(rest) == 0 {
			f.mask |= lastOfLevel
		}
		f.seal()
		*link, link = f, &f.next
		entries = rest
	}
	*link = next
	return first
}
