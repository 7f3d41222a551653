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

// A tail is what a frame with a table of some size has besides.
type tail struct {
	cell   cell
	deaths uint64 // what deaths was when no key in the frame was dead
	lower  atomic.Pointer[lower]
}

// isInline reports whether f is one object with its table.
func (f *frame) isInline() bool { return f.tab == unsafe.Add(unsafe.Pointer(f), unsafe.Sizeof(*f)) }

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

// set makes e the entry of a, whose store c keeps.
func (e *entry) set(a *addition, c *cell) {
	e.key, e.val = a.key, a.val
	if a.val == nil && !a.exits {
		*c = a.cell
		e.val = c.store(a.of.class)
	}
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
