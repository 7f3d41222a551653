package rt

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// A frame is what a goroutine carries of all AsyncLocalStorage: which storage
// has which store. It is immutable as long as it is in use, so that goroutines can
// share it.
//
// It is a hash table without collisions, made for the keys that are in it: the
// factor is chosen so that each key has a slot of its own. A read is one probe.
// What finds no place, or is too much to copy at every Run, is in next: a frame
// in turn, and so on. Each is about eight times as large as the one before it,
// so that a read takes at most a logarithmic number of probes; of one that was
// captured to be entered again, in most cases one.
//
// This file has how frames are read. The others: frame_inline.go, those in one
// object; frame_table.go, tables of any size; frame_build.go, how one is made of
// another; frame_merge.go, what a message brings; frame_settle.go, those that were
// captured; frame_spare.go, when one is used again.
type frame struct {
	tab    unsafe.Pointer // *[slots]entry
	next   *frame         // where keys are that are not here; nil: nowhere
	factor uint64         // see at and newSingle
	// The low half is (slots-1) * size of an entry, the high half how many
	// entries are here, dead ones too; and lastOfLevel.
	mask uint64
}

// lastOfLevel is set in the mask of a frame if no later one belongs to the same
// level: to what was made at once.
const lastOfLevel = 1 << 63

// vacant is the key of a table's first slot where that has no entry: a storage
// that was never set has no key, and its reads must not find any.
var vacant byte

// seal is the end of making f's table.
func (f *frame) seal() {
	if e := f.slot(0); e.key == nil {
		e.key = unsafe.Pointer(&vacant)
	}
}

// isEmpty reports whether there is nothing in the slot.
func (e *entry) isEmpty() bool { return e.key == nil || e.key == unsafe.Pointer(&vacant) }

// count returns how many entries f has, dead ones too.
func (f *frame) count() int { return int(f.mask &^ lastOfLevel >> 32) }

// An entry says that key's storage has the store at val.
type entry struct {
	key unsafe.Pointer // *storageKey
	val unsafe.Pointer // of the storage's type; nil: exited
}

// A cell keeps small stores in the frame itself, so that Run allocates once and
// a frame refers to no other frame's memory.
type cell struct {
	ptr  unsafe.Pointer // a pointer, or a string's bytes
	bits uint64         // a scalar, or a string's length
}

const (
	entrySize = unsafe.Sizeof(entry{})

	// maxInline is how many storages a frame copies at each Run.
	maxInline = 8
)

// at returns the slot where key k is if it is in f.
func (f *frame) at(k unsafe.Pointer) *entry {
	return (*entry)(unsafe.Add(f.tab, uintptr(uint64(uintptr(k))*f.factor>>32&f.mask)))
}

// slot returns the i-th slot.
func (f *frame) slot(i int) *entry {
	return (*entry)(unsafe.Add(f.tab, uintptr(i)*entrySize))
}

func (f *frame) slots() int { return int(uintptr(uint32(f.mask))/entrySize) + 1 }

// A storageKey is the identity of an AsyncLocalStorage in frames. Disable gives
// the storage a new one, so that no frame has a store for it any more.
type storageKey struct {
	name   string
	size   uintptr // of a store
	class  storeClass
	ignore bool                       // messages do not fill it in
	dead   atomic.Bool                // no storage has this key any more
	drop   func(store unsafe.Pointer) // makes a boxed store the zero value
	_      [24]byte                   // keys lie 64 bytes apart: see factorOf
}

// storeClass says where a store is kept.
type storeClass uint8

const (
	boxedStore   storeClass = iota // in an object of its own
	pointerStore                   // in a cell's ptr
	scalarStore                    // in a cell's bits
	stringStore                    // in a cell
)

// Keys are made in blocks, so that those of a program's storages, which are
// mostly made one after another, find slots of their own in a small table.
var keys struct {
	sync.Mutex
	block []storageKey
}

func newStorageKey() *storageKey {
	keys.Lock()
	defer keys.Unlock()
	if len(keys.block) == 0 {
		keys.block = make([]storageKey, 64)
	}
	k := &keys.block[0]
	keys.block = keys.block[1:]
	return k
}

// deaths counts the keys that died.
var deaths atomic.Uint64

// die makes frames drop k's stores when they are next copied.
func (k *storageKey) die() {
	k.dead.Store(true)
	deaths.Add(1)
}

// owner returns the key that the entry is about.
func (e *entry) owner() *storageKey { return (*storageKey)(e.key) }

// find returns the entry of key k, for a store or an exit; nil: none.
func (f *frame) find(k *storageKey) *entry {
	for ; f != nil; f = f.next {
		if e := f.at(unsafe.Pointer(k)); !e.isEmpty() && e.owner() == k {
			return e
		}
	}
	return nil
}

// collect appends the entries of f that count: those of no dead key, and the
// first of each key, for which the frames from top on are looked through. It stops
// after the level in which f is if level is set, and returns what follows it.
func (f *frame) collect(to []entry, top *frame, level bool) ([]entry, *frame) {
	for ; f != nil; f = f.next {
		for i := range f.slots() {
			e := *f.slot(i)
			if e.isEmpty() || e.owner().dead.Load() {
				continue
			}
			if top.findUpTo(f, e.key) == nil {
				to = append(to, e)
			}
		}
		if level && f.mask&lastOfLevel != 0 {
			return to, f.next
		}
	}
	return to, nil
}
