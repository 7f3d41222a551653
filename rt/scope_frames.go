package rt

import (
	"sync/atomic"
	"unsafe"
)

// An extent is a stretch of a goroutine's run with another store for one
// storage: a Run or an Exit. It remembers what to return to.
type extent struct {
	of     *unsafe.Pointer // the storage's key: another one after Disable
	key    *storageKey     // what it was then
	frame  *frame          // inside, unless EnterWith changes it
	saved  *frame
	scope  *scope
	seq    uint64
	shares uint64 // what frameShares was at the start
}

// enter makes f, which differs from the goroutine's frame in k's store, the
// goroutine's frame. of is where the storage keeps its key.
func (x *extent) enter(of *unsafe.Pointer, k *storageKey, f *frame) {
	x.of, x.key, x.frame, x.saved, x.shares = of, k, f, peekFrame(), frameShares()
	if s := loadScope(); s != nil {
		x.scope, x.seq = s, s.seq
	}
	storeFrame(f)
	opened()
}

// after returns the frame to return to from f: the one from before, with what
// EnterWith did to other storages. No frame at all is one that was lost, on the
// stock runtime to other code's labels.
func (x *extent) after(f *frame) *frame {
	if f == x.frame || f == nil {
		return x.saved
	}
	if k := (*storageKey)(atomic.LoadPointer(x.of)); k != x.key {
		// Disabled inside: what there was does not come back, and what was
		// entered since then ends here.
		return f.without(k)
	}
	return f.restore(x.key, x.saved)
}

// leave restores the storage's store from before.
func (x *extent) leave() {
	x.scope.reinstate()
	s := loadScope()
	if s == x.scope && (s == nil || s.seq == x.seq) {
		if f := peekFrame(); f == x.frame {
			storeFrame(x.saved)
			f.left(x.shares)
		} else {
			storeFrame(x.after(f))
		}
	} else {
		x.leaveAcross(s)
	}
	closed()
}

// leaveAcross restores the frame when scopes were opened inside and are open
// still, or the one outside was closed inside.
func (x *extent) leaveAcross(s *scope) {
	var outermost *scope // of those that were opened inside
	storesOnly := true
	for o := s; ; o = o.prev {
		if o == x.scope && (o == nil || o.seq == x.seq) || x.scope == nil && !o.mine() {
			break
		}
		if !o.mine() {
			return // the scope that the frame belonged to is closed
		}
		outermost = o
		storesOnly = storesOnly && o.kind == scopeEnter
	}
	switch {
	case outermost == nil:
		storeFrame(x.after(peekFrame()))
	case storesOnly:
		for ; s != outermost; s = s.prev {
			closeScope(s)
		}
		outermost.saved = x.after(outermost.saved)
		closeScope(outermost)
	default:
		outermost.saved = x.after(outermost.saved) // what its EmitAfter returns to
		storeFrame(x.after(peekFrame()))
	}
}

// entered is what the leave function of AsyncLocalStorage.Enter needs.
type entered struct {
	scope     *scope
	seq       uint64
	goroutine ID
	frame     *frame // inside, unless EnterWith changes it
	shares    uint64
	left      bool
}

// enterStores opens a scope that differs from the present one in its frame
// alone.
func enterStores(f *frame) entered {
	own, trigger := ownIDs()
	id := own
	if s := loadScope(); s != nil {
		id, trigger = s.id, s.trigger
	}
	s := openScope(scopeEnter, id, trigger, nil, f)
	return entered{scope: s, seq: s.seq, goroutine: own, frame: f, shares: frameShares()}
}

// leave restores what was before Enter.
func (e *entered) leave() {
	switch own, _ := ownIDs(); {
	case own != e.goroutine || carrierMode == "none" && e.scope.owner != goroutinePointer():
		misuse("AsyncLocalStorage.Enter", 0, "leave was called on goroutine %d, and Enter on goroutine %d: call both in the same function", own, e.goroutine)
	case e.left:
		misuse("AsyncLocalStorage.Enter", 0, "leave was called twice: call it once, as in defer s.Enter(v)()")
	}
	e.left = true
	e.scope.reinstate()
	s := loadScope()
	if s == e.scope && s.seq == e.seq {
		f := peekFrame()
		closeScope(s)
		if f == e.frame {
			f.left(e.shares)
		}
		return
	}
	if e.scope.isOpen(e.seq) {
		leaveBelow(e.scope)
	}
}

// leaveBelow closes the scope s of an Enter inside which others are open still.
func leaveBelow(s *scope) {
	above, storesOnly := loadScope(), true
	for above.prev != s {
		storesOnly = storesOnly && above.kind == scopeEnter
		above = above.prev
	}
	if storesOnly && above.kind == scopeEnter {
		for above = loadScope(); above != s; above = above.prev {
			closeScope(above) // it has nothing to restore any more
		}
		closeScope(s)
		return
	}
	// Take it out from below; the others stay.
	saved := s.saved
	above.prev, above.saved = s.prev, saved
	if s.prev != nil && carrierMode != "none" {
		s.prev.next = above
	}
	storeFrame(saved)
	closed()
}
