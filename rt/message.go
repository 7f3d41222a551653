package rt

// sendInit makes the resource of a message that is about to be sent at pc. It
// runs on the sender.
func sendInit(id, trigger ID, pc uintptr) *AsyncResource {
	l := activeHooks()
	if l == nil || !l.wantsType(TypeChanSend) {
		return nil
	}
	r := &AsyncResource{id: id, trigger: trigger, typ: TypeChanSend, pc: pc, frame: loadFrame(), depth: loadDepth(), builtin: true}
	l.fireInit(r)
	return r
}

// sendDone follows the send of a message that completed.
func sendDone(id ID) {
	if l := activeHooks(); l != nil {
		l.fireResolve(id, nil)
	}
}

// sendFailed follows the send of a message that did not happen: another case of
// the select was taken, or the channel was closed.
func sendFailed(id ID) {
	if l := activeHooks(); l != nil {
		l.fireDestroy(destroyed{id: id, typ: TypeChanSend})
	}
}

// openMessage enters the scope of the message that this goroutine received
// last, for a receive at pc that handles messages. It returns nil if the message
// carried nothing: then there is no scope to leave.
func openMessage(pc uintptr) *scope {
	m := loadReceived()
	if m.kind == receivedNothing {
		return nil
	}
	if m.id == 0 {
		m.id = newID(m.trigger)
	}
	f, conflict := mergeConflict(loadFrame(), m.frame)
	if conflict != nil {
		noteConflict(pc, conflict)
	}
	s := openScope(scopeMessage, m.id, m.trigger, m.resource, f)
	s.ends = m.kind == receivedSend
	if m.resource == nil {
		s.res = &AsyncResource{id: m.id, trigger: m.trigger, typ: TypeChanSend, frame: m.frame, builtin: true}
	}
	if d := s.res.depth; d != 0 {
		s.deepen(d)
	}
	if l := activeHooks(); l != nil {
		l.fireBefore(s)
	}
	return s
}

// closeMessage leaves the scope that openMessage entered. It comes at the end
// of the handling, however that is reached.
func closeMessage(s *scope, returned bool) {
	if s == nil {
		return
	}
	c := call{scope: s, seq: s.seq, returned: returned}
	c.close()
}

// receivedContext returns what Received does, for the message that the
// goroutine received last.
func receivedContext() func(fn func()) {
	m := loadReceived()
	if m.kind == receivedNothing {
		return func(fn func()) { fn() }
	}
	if m.id == 0 {
		m.id = newID(m.trigger)
	}
	c := &capture{id: m.id, trigger: m.trigger, res: m.resource, frame: m.frame}
	if c.res == nil {
		c.res = &AsyncResource{id: m.id, trigger: m.trigger, typ: TypeChanSend, frame: m.frame, builtin: true}
	}
	return c.run
}
