package rt

import "unsafe"

// A frame that was made for a Run or an Enter and that no one has a copy of when
// that is over has no other use: it is kept for the goroutine's next Run of the
// same storage, which then allocates nothing. The carrier counts each copy of a
// goroutine's frame that may outlive its use there: by a goroutine, a message, a
// timer, a coroutine, a resource, a bound function. If none was made from the
// start to the end, and the frame is still the goroutine's own one at the end,
// there is none. Stores that are too large are not kept room for.

const maxSpare = 128

// single reports whether k's entry is the only one that f can have.
func (f *frame) single(k *storageKey) bool {
	return uint32(f.mask) == 0 && f.next == nil && f.slot(0).owner() == k
}

// left is the end of a Run or an Enter that f was made for, when frameShares was
// what shares is. It keeps f if that was only ever the goroutine's frame.
func (f *frame) left(shares uint64) {
	if carrierMode == "none" || frameShares() != shares || uint32(f.mask) != 0 || f.next != nil {
		return
	}
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
	storeSpare(f)
}

func dropStore[T any](store unsafe.Pointer) {
	var none T
	*(*T)(store) = none
}
