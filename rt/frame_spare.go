package rt

import "unsafe"

// A frame that was made for a Run or an Enter and that no one has a copy of when
// that is over has no other use: it is kept for the goroutine's next Run, which
// then allocates nothing. The carrier counts each copy of a goroutine's frame that
// may outlive its use there: by a goroutine, a message, a timer, a coroutine, a
// resource, a bound function. If none was made from the start to the end, and the
// frame is still the goroutine's own one at the end, there is none. Stores that are
// too large are not kept room for.
//
// A goroutine has a few spare frames, linked by next. One with a single slot
// keeps its key, and is for that storage alone; the tables of others are empty.

const (
	maxSpare  = 128 // bytes of a store
	maxSpares = 4
)

// single reports whether k's entry is the only one that f can have.
func (f *frame) single(k *storageKey) bool {
	return uint32(f.mask) == 0 && f.next == nil && f.slot(0).owner() == k
}

// spareSingle takes a spare frame for k's store alone and puts it above next;
// nil: there is none.
func spareSingle(k *storageKey, next *frame) *frame {
	var above *frame
	for f := loadSpare(); f != nil; above, f = f, f.next {
		if f.slot(0).key == unsafe.Pointer(k) && (next == nil || !f.isBoxed()) {
			f.takeOut(above)
			f.next = next
			return f
		}
	}
	return nil
}

// isBoxed reports whether f, which has one slot, is a boxedFrame: other frames
// may refer to the store in it, so that it has no next.
func (f *frame) isBoxed() bool {
	return f.slot(0).val == unsafe.Add(unsafe.Pointer(f), unsafe.Offsetof(boxedFrame[int]{}.box)) && (*storageKey)(f.slot(0).key).class == boxedStore
}

// spareTable takes a spare frame with an empty table of that mask, which is not
// 0; nil: there is none.
func spareTable(mask uint32) *frame {
	var above *frame
	for f := loadSpare(); f != nil; above, f = f, f.next {
		if uint32(f.mask) == mask {
			f.takeOut(above)
			return f
		}
	}
	return nil
}

// takeOut takes f out of the spare frames, where it follows above, if there is any.
func (f *frame) takeOut(above *frame) {
	if above == nil {
		storeSpare(f.next)
	} else {
		above.next = f.next
	}
}

// left is the end of a Run or an Enter that f was made for, when frameShares was
// what shares is. It keeps f if that was only ever the goroutine's frame.
func (f *frame) left(shares uint64) {
	if carrierMode == "none" || frameShares() != shares || !f.isInline() {
		return
	}
	switch uint32(f.mask) {
	case 0:
		e := f.slot(0)
		if e.val == nil {
			return // an Exit
		}
		switch k := (*storageKey)(e.key); {
		case k.class == boxedStore:
			if k.size > maxSpare {
				return
			}
			k.drop(e.val)
		case k.class != scalarStore:
			*(*cell)(e.val) = cell{}
		}
	case mask2:
		o := (*frame2)(unsafe.Pointer(f))
		o.slots, o.cell = [2]entry{}, cell{}
	case mask8:
		o := (*frame8)(unsafe.Pointer(f))
		o.slots = [8]entry{}
		o.tail.clear()
	case mask16:
		o := (*frame16)(unsafe.Pointer(f))
		o.slots = [16]entry{}
		o.tail.clear()
	default:
		return
	}
	if spare := loadSpare(); spare != f.next {
		f.next = spare
		if spare != nil {
			spare.cut(maxSpares - 1)
		}
	}
	storeSpare(f)
}

// clear forgets what t is about.
func (t *tail) clear() {
	t.cell = cell{}
	if t.lower.Load() != nil {
		t.lower.Store(nil)
	}
}

// cut leaves n spare frames from f on.
func (f *frame) cut(n int) {
	for ; n > 1; n-- {
		if f = f.next; f == nil {
			return
		}
	}
	f.next = nil
}

func dropStore[T any](store unsafe.Pointer) {
	var none T
	*(*T)(store) = none
}
