package rt

// sendsWanted reports whether messages are to have resources, with these hooks.
func sendsWanted(l *hookList) bool { return l != nil && l.wantsType(TypeChanSend) || keep.Load() }

// sendInit completes the resource of a message that is about to be sent. It runs
// on the sender, in the scope of which r has id, trigger, frame, site and depth.
func sendInit(r *AsyncResource) {
	r.kind, r.builtin = kindChanSend, true
	if keep.Load() {
		r.track()
	}
	if l := hooks.list.Load(); l != nil { // the runtime does not ask where no one is to be told
		l.fireInit(r, TypeChanSend)
	}
}

// endMessage ends a message that was never sent, because another case of the
// select was taken or the channel was closed, or that nothing handles.
func endMessage(r *AsyncResource) {
	if l := hooks.list.Load(); l != nil && l.hasDestroy {
		l.fireDestroy(r.id, TypeChanSend, r.pc, uint32(r.depth))
	}
}

// messageLost ends a message that was in a channel when that was collected. It
// runs on a goroutine of the runtime's.
func messageLost(id ID, pc uintptr, depth uint32) {
	queueDestroy(destroyed{id: id, typ: TypeChanSend, pc: pc, depth: depth})
}

// openMessage enters the scope of the message that this goroutine received
// last, in a receive loop at pc.
func openMessage(pc uintptr) *scope {
	m := loadReceived()
	if m.id == 0 {
		m.id = newID(m.trigger)
		storeReceived(m.id, m.resource)
	}
	s := openScope(scopeMessage, m.id, m.trigger, m.resource, mergeAt(peekFrame(), m.frame, pc))
	s.message = m.kind
	s.ends = m.kind == receivedSend
	if m.resource != nil && m.resource.depth != 0 {
		s.deepen(uint32(m.resource.depth))
	}
	if l := activeHooks(); l != nil {
		if l.only == nil {
			s.resource() // which no hook has heard of, if it was sent while none was enabled
		}
		l.fireBefore(s.id, s.res)
	}
	return s
}

// openHooked is openMessage for a message with the resource r, which hooks were
// told of.
func openHooked(r *AsyncResource, pc uintptr) *scope {
	f := peekFrame()
	if f != r.frame {
		f = mergeAt(f, r.frame, pc)
	}
	s := openScope(scopeMessage, r.id, r.trigger, r, f)
	s.message, s.ends = receivedSend, true
	if r.depth != 0 {
		s.deepen(uint32(r.depth))
	}
	if l := activeHooks(); l != nil && l.hasBefore {
		l.fireBefore(r.id, r)
	}
	return s
}

// openEnded is openHooked for a message whose Destroy came already: a hook was
// enabled between the loop's announcement that it handles what it receives and the
// receive. It gets no more events.
func openEnded(r *AsyncResource, pc uintptr) *scope {
	s := openScope(scopeBound, r.id, r.trigger, r, mergeAt(peekFrame(), r.frame, pc))
	if r.depth != 0 {
		s.deepen(uint32(r.depth))
	}
	return s
}

// closeMessage leaves a scope that openMessage or callBound opened. It comes at
// the end of the handling, however that is reached.
func closeMessage(s *scope, panicking bool) {
	if r := s.res; s == loadScope() && s.kind == scopeMessage && s.ends && r != nil {
		l := hooks.list.Load()
		switch {
		case l == nil || loadGuard():
			closeScope(s)
		case l.plainEnd:
			l.fireEnd(s)
		case l.only != nil:
			l.only(EventAfter|EventDestroy, r.id, Made{})
			closeScope(s)
		default:
			l.fireAfter(r.id, r)
			closeScope(s)
			if l = activeHooks(); l != nil {
				l.fireDestroy(r.id, TypeChanSend, r.pc, uint32(r.depth))
			}
		}
		return
	}
	if s != loadScope() && !s.isOpen(s.seq) {
		// It was closed with what was around it, which the body of a loop over an
		// iterator was left through: by a panic, or by a return that has yet to run
		// deferred calls.
		return
	}
	c := call{scope: s, seq: s.seq, returned: !panicking}
	c.close()
}

// unwindScopes leaves what was opened inside of to, the scope around the
// handling of a message that has no record of its own. The goroutine's own scope
// may have got one meanwhile.
func unwindScopes(to *scope, panicking bool) {
	for s := loadScope(); s != to && s.mine(); s = loadScope() {
		if s.kind == scopeEmit && !panicking {
			id, _ := ownIDs()
			if to != nil {
				id = to.id
			}
			corrupted(s.id, id)
		}
		leaveScope(s)
	}
}

// callBound opens the scope in which a function was sent, around its call.
func callBound(c *capture) *scope {
	s := openScope(scopeBound, c.id, c.trigger, c.res, c.frame)
	if c.depth != 0 {
		s.deepen(c.depth)
	}
	return s
}

// mergeAt returns the frame in which a message received at pc is handled: own's
// stores, and other's where own has none. A store of other's that lost is
// counted.
func mergeAt(own, other *frame, pc uintptr) *frame {
	if own == nil && !other.ignoresMessages() {
		return other
	}
	f, conflict := mergeConflict(own, other)
	if conflict != nil {
		noteConflict(pc, conflict)
	}
	return f
}

// ignoresMessages reports whether f has an entry that a message does not carry.
func (f *frame) ignoresMessages() bool {
	for ; f != nil; f = f.next {
		for i := range f.slots() {
			if e := f.slot(i); !e.isEmpty() && (e.val == nil || e.owner().ignore) {
				return true
			}
		}
	}
	return false
}

// messageResource makes the resource of a message that no hook was told of.
func messageResource(id, trigger ID, message uint8, f *frame) *AsyncResource {
	kind := kindChanSend
	if message >= receivedTick {
		kind = kindTimer + resourceKind(message-receivedTick)
	}
	return &AsyncResource{id: id, trigger: trigger, kind: kind, frame: f, builtin: true}
}

// receivedContext returns what Received does, for the message that the
// goroutine received last.
func receivedContext() func(fn func()) {
	if Mode() != "runtime" {
		return func(fn func()) { fn() } // not known
	}
	oweIDs()
	m := loadReceived()
	switch {
	case m.kind == receivedNothing, m.kind == receivedClosed:
		m.id, m.trigger, m.resource = ExecutionAsyncID(), TriggerAsyncID(), ExecutionAsyncResource()
	case m.resource == nil:
		// The next one who asks, and who opens the message's scope, gets the same.
		if m.id == 0 {
			m.id = newID(m.trigger)
		}
		m.resource = messageResource(m.id, m.trigger, m.kind, m.frame)
		storeReceived(m.id, m.resource)
	}
	c := &capture{id: m.id, trigger: m.trigger, res: m.resource, frame: m.frame}
	return c.run
}
