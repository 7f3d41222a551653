package rt

// maxDepth is how deep hooks within hooks may nest.
const maxDepth = 100

// An event is one that is being delivered to the hooks. Those who deliver one
// count it, call who wants it, and defer its end in a function of their own, which
// is where recover has to be called.
type event struct {
	hook  *AsyncHook // whose callback runs; nil: none, or all have returned
	depth uint32     // of hooks within hooks, outside
}

// to says that h's callback is next.
func (e *event) to(h *AsyncHook) {
	if e.depth >= maxDepth {
		tooDeep(h)
	}
	e.hook = h
}

// fail ends the process if a callback panicked, with v. It does so where no
// deferred function of the program's has run yet.
func (e *event) fail(v any) {
	if v != nil {
		hookPanicked(e.hook, v)
	}
}

// fireInit tells the hooks that r was made, which is of the type typ. It runs in
// the creator's scope.
func (l *hookList) fireInit(r *AsyncResource, typ string) {
	if len(l.recorders) != 0 {
		l.noteInit(r, typ)
	}
	if len(l.init) == 0 {
		return
	}
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.Init(r.id, typ, r.trigger, r)
	} else {
		l.initTo(&e, r, typ)
	}
	e.hook = nil
}

//go:noinline
func (l *hookList) initTo(e *event, r *AsyncResource, typ string) {
	for _, h := range l.init {
		if h.filter != nil && !h.wants(typ, r.pc) {
			continue
		}
		e.to(h)
		h.callbacks.Init(r.id, typ, r.trigger, r)
	}
}

// fireBefore tells the hooks that the scope id, of r if that is known, was
// entered.
func (l *hookList) fireBefore(id ID, r *AsyncResource) {
	if len(l.recorders) != 0 {
		l.noteOf(EventBefore, id, r)
	}
	if len(l.before) == 0 {
		return
	}
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.Before(id)
	} else {
		l.beforeTo(&e, id, r)
	}
	e.hook = nil
}

//go:noinline
func (l *hookList) beforeTo(e *event, id ID, r *AsyncResource) {
	for _, h := range l.before {
		if h.filter != nil && (r == nil || !h.wants(r.typ(), r.pc)) {
			continue
		}
		e.to(h)
		h.callbacks.Before(id)
	}
}

// fireAfter tells the hooks that the scope id, of r if that is known, is about to
// be left.
func (l *hookList) fireAfter(id ID, r *AsyncResource) {
	if len(l.recorders) != 0 {
		l.noteOf(EventAfter, id, r)
	}
	if len(l.after) == 0 {
		return
	}
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.After(id)
	} else {
		l.afterTo(&e, id, r)
	}
	e.hook = nil
}

//go:noinline
func (l *hookList) afterTo(e *event, id ID, r *AsyncResource) {
	for _, h := range l.after {
		if h.filter != nil && (r == nil || !h.wants(r.typ(), r.pc)) {
			continue
		}
		e.to(h)
		h.callbacks.After(id)
	}
}

// fireDestroyed tells the hooks that d's resource ended.
func (l *hookList) fireDestroyed(d destroyed) { l.fireDestroy(d.id, d.typ, d.pc, d.depth) }

// fireDestroy tells the hooks that a resource ended, of which they know nothing
// but that.
func (l *hookList) fireDestroy(id ID, typ string, pc uintptr, inherited uint32) {
	if len(l.recorders) != 0 {
		l.noteDestroy(id, typ, pc)
	}
	if len(l.destroy) == 0 {
		return
	}
	s := openNone()
	if inherited != 0 {
		s.deepen(inherited)
	}
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
		closeScope(s)
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.Destroy(id)
	} else {
		l.destroyOf(&e, id, typ, pc)
	}
	e.hook = nil
}

//go:noinline
func (l *hookList) destroyOf(e *event, id ID, typ string, pc uintptr) {
	for _, h := range l.destroy {
		if h.filter != nil && !h.wants(typ, pc) {
			continue
		}
		e.to(h)
		h.callbacks.Destroy(id)
	}
}

// fireEnd tells the hooks that s, of a message, is left and that this is the end of
// the message, and closes it. It is fireAfter and fireDestroy in one, for hooks of
// which none is a recorder and some have both callbacks: the scope becomes the
// one in which Destroy is delivered.
func (l *hookList) fireEnd(s *scope) {
	r := s.res
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	left := false
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
		if left {
			closeScope(s)
		}
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.After(r.id)
	} else {
		l.afterTo(&e, r.id, r)
	}
	if pendingChanges.Load() != 0 {
		applyDeferred()
		l = hooks.list.Load()
	}
	left = true
	s.kind, s.id, s.trigger, s.res, s.ends = scopeNone, 0, 0, nil, false
	s.seq++
	swapContext(s, nil)
	switch {
	case l == nil:
	case l.sole != nil && l.sole.callbacks.Destroy != nil:
		e.hook = l.sole // the depth is After's
		l.sole.callbacks.Destroy(r.id)
	default:
		if len(l.recorders) != 0 { // enabled just now
			l.noteOf(EventDestroy, r.id, r)
		}
		l.destroyTo(&e, r)
	}
	e.hook = nil
}

// destroyTo calls the Destroy callbacks for r.
//
//go:noinline
func (l *hookList) destroyTo(e *event, r *AsyncResource) {
	for _, h := range l.destroy {
		if h.filter != nil && !h.wants(r.typ(), r.pc) {
			continue
		}
		e.to(h)
		h.callbacks.Destroy(r.id)
	}
}

// fireResolve tells the hooks that the send of the message r completed.
func fireResolve(r *AsyncResource) {
	l := hooks.list.Load()
	if l == nil || !l.hasResolve {
		return
	}
	if len(l.recorders) != 0 {
		l.noteOf(EventResolve, r.id, r)
	}
	if len(l.resolve) == 0 {
		return
	}
	depth := loadDepth()
	e := event{depth: depth}
	storeDepth(depth + 1)
	defer func() {
		if e.hook != nil {
			e.fail(recover())
		}
		storeDepth(e.depth)
		applyPending()
	}()
	if h := l.sole; h != nil && depth < maxDepth {
		e.hook = h
		h.callbacks.PromiseResolve(r.id)
	} else {
		l.resolveTo(&e, r)
	}
	e.hook = nil
}

//go:noinline
func (l *hookList) resolveTo(e *event, r *AsyncResource) {
	for _, h := range l.resolve {
		if h.filter != nil && !h.wants(r.typ(), r.pc) {
			continue
		}
		e.to(h)
		h.callbacks.PromiseResolve(r.id)
	}
}
