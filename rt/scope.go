package rt

import "unsafe"

// A scope is one that is open on a goroutine: the resource that is executing,
// and what to return to. Scopes form a stack per goroutine, which is its own
// alone: what other goroutines need of a scope they copy.
type scope struct {
	// The patched runtime knows these: it opens and closes the scopes of
	// messages itself where there is nothing else to do.
	id       ID
	trigger  ID
	res      *AsyncResource
	prev     *scope // nil: the goroutine's own
	next     *scope // a closed one, to be used again
	saved    *frame // of the goroutine outside
	seq      uint64 // how often the record was used
	depth    uint32 // of hooks within hooks, outside
	kind     scopeKind
	message  uint8 // what kind of message, in a scope of one
	deepened bool  // depth was changed and is to be restored
	destroy  bool  // the resource was destroyed inside: queue that at the end
	ends     bool  // the resource, a message or a callback, ends with the scope

	object any     // the request, in a scope of one
	pc     uintptr // where that is served

	// On the stock runtime: which goroutine opened it, and its state then.
	owner  uintptr
	labels unsafe.Pointer
}

// scopeKind says what opened a scope, and so what may close it.
type scopeKind uint8

const (
	scopeOwn      scopeKind = iota // the goroutine's own, below all others
	scopeRun                       // RunInAsyncScope
	scopeEmit                      // EmitBefore
	scopeBound                     // a call of a bound function: no events
	scopeMessage                   // a handled message
	scopeEnter                     // AsyncLocalStorage.Enter: stores only
	scopeNone                      // of no resource: where Destroy is delivered
	scopeCallback                  // a call of a registered callback
	scopeRequest                   // a request that is being served
)

var scopeNames = [...]string{
	scopeOwn:      "the goroutine's own",
	scopeRun:      "RunInAsyncScope",
	scopeEmit:     "EmitBefore",
	scopeBound:    "bound function",
	scopeMessage:  "message",
	scopeEnter:    "AsyncLocalStorage.Enter",
	scopeNone:     "Destroy",
	scopeCallback: "callback",
	scopeRequest:  "request",
}

// scopePair is what a goroutine allocates for its first scope.
type scopePair struct{ own, first scope }

// openScope opens a scope with the frame f.
func openScope(kind scopeKind, id, trigger ID, res *AsyncResource, f *frame) *scope {
	cur := loadScope()
	var s *scope
	if carrierMode != "none" && cur != nil {
		s = cur.next
	}
	if s == nil {
		s = newScope(cur)
	}
	s.kind, s.id, s.trigger = kind, id, trigger
	s.seq++
	opened()
	s.res, s.saved = res, peekFrame()
	swapContext(s, f)
	if carrierMode == "none" {
		s.labels = getProfLabel()
	}
	return s
}

// openNone is openScope(scopeNone, 0, 0, nil, nil), with less ado where there is a
// record to use again: a closed one has no resource.
func openNone() *scope {
	cur := loadScope()
	if carrierMode == "none" || cur == nil || cur.next == nil {
		return openScope(scopeNone, 0, 0, nil, nil)
	}
	s := cur.next
	s.kind, s.id, s.trigger = scopeNone, 0, 0
	s.seq++
	s.saved = peekFrame()
	swapContext(s, nil)
	opened()
	return s
}

// newScope makes a record for a scope inside of cur.
func newScope(cur *scope) *scope {
	switch {
	case carrierMode == "none":
		// Goroutines inherit the stack with the labels: never use one again.
		owner := goroutinePointer()
		return &scope{prev: cur.inherited(owner), owner: owner}
	case cur == nil:
		use()
		p := new(scopePair)
		p.own.id, p.own.trigger = ownIDs()
		p.own.next, p.first.prev = &p.first, &p.own
		return &p.first
	}
	cur.next = &scope{prev: cur}
	return cur.next
}

// inherited returns the scope that the goroutine owner has below one that it
// opens. If that is another goroutine's, it is a copy that knows no further
// ones, or a chain of goroutines would keep all of them.
func (s *scope) inherited(owner uintptr) *scope {
	if s == nil || s.owner == owner {
		return s
	}
	for s != nil && s.kind == scopeEnter {
		s = s.prev
	}
	if s == nil {
		return nil
	}
	return &scope{id: s.id, trigger: s.trigger, res: s.resource(), kind: s.kind, owner: s.owner}
}

// closeScope closes s, which is innermost.
func closeScope(s *scope) {
	f := s.saved
	if s.deepened {
		storeDepth(s.depth)
		s.deepened = false
	}
	if carrierMode != "none" {
		s.res, s.saved, s.destroy, s.ends = nil, nil, false, false
	}
	swapContext(s.prev, f)
	closed()
}

// deepen makes the scope's work inherit the depth of hooks in which its
// resource was made.
func (s *scope) deepen(depth uint32) {
	if d := loadDepth(); depth > d {
		s.depth, s.deepened = d, true
		storeDepth(depth)
	}
}

// reinstate brings back the goroutine's state as it was when s was opened, if
// other code has put its own labels in its place.
func (s *scope) reinstate() {
	if carrierMode == "none" && s != nil && s.owner == goroutinePointer() && currentLabels() == nil {
		setProfLabel(s.labels)
	}
}

// resource returns the scope's resource, which is never nil.
func (s *scope) resource() *AsyncResource {
	switch {
	case s.res != nil:
	case s.kind == scopeMessage:
		if m := loadReceived(); m.id == s.id && m.resource != nil {
			s.res = m.resource // Received has told of it
			break
		}
		s.res = messageResource(s.id, s.trigger, s.message, loadFrame())
		if loadReceived().id == s.id {
			storeReceived(s.id, s.res)
		}
	case s.kind == scopeRequest:
		s.res = newRequest(s.id, s.trigger, s.object, s.pc, s.saved)
	default:
		return &AsyncResource{id: s.id, trigger: s.trigger, builtin: true}
	}
	return s.res
}

// mine reports whether s is an open scope of the calling goroutine's, other
// than its own one. On the stock runtime a goroutine inherits the scopes of the
// one that started it; it cannot close them.
func (s *scope) mine() bool {
	return s != nil && s.kind != scopeOwn && (carrierMode != "none" || s.owner == goroutinePointer())
}

// isOpen reports whether s, when it was used for the seq-th time, is still open
// on the calling goroutine.
func (s *scope) isOpen(seq uint64) bool {
	for o := loadScope(); o.mine(); o = o.prev {
		if o == s {
			return o.seq == seq
		}
	}
	return false
}
