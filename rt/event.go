package rt

// maxDepth is how deep hooks within hooks may nest.
const maxDepth = 100

// An event is one that is being delivered to the hooks.
type event struct {
	hook  *AsyncHook // whose callback runs
	depth uint32     // of hooks within hooks, outside
	done  bool       // all callbacks returned
}

// begin starts an event; end must be deferred.
func (e *event) begin() {
	e.depth = loadDepth()
	storeDepth(e.depth + 1)
}

// to says that h's callback is next.
func (e *event) to(h *AsyncHook) {
	if e.depth >= maxDepth {
		tooDeep(h)
	}
	e.hook = h
}

// end finishes the event. A callback that panicked ends the process here, where
// no deferred function of the program's has run yet.
func (e *event) end() {
	if !e.done {
		if v := recover(); v != nil {
			hookPanicked(e.hook, v)
		}
	}
	storeDepth(e.depth)
	if pendingChanges.Load() != 0 {
		applyPending()
	}
}

// fireInit tells the hooks that r was made.
func (l *hookList) fireInit(r *AsyncResource) {
	for _, h := range l.recorders {
		if h.callbacks.Init != nil && (h.filter == nil || h.wants(r.typ, r.pc)) {
			h.callbacks.Init(r.id, r.typ, r.trigger, r)
		}
	}
	if len(l.init) == 0 {
		return
	}
	l.init1(r)
}

func (l *hookList) init1(r *AsyncResource) {
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.init {
		if h.filter == nil || h.wants(r.typ, r.pc) {
			e.to(h)
			h.callbacks.Init(r.id, r.typ, r.trigger, r)
		}
	}
	e.done = true
}

// fireBefore tells the hooks that s was entered.
func (l *hookList) fireBefore(s *scope) {
	if l.hasBefore {
		l.before1(s.id, s.res)
	}
}

func (l *hookList) before1(id ID, r *AsyncResource) {
	for _, h := range l.recorders {
		if h.callbacks.Before != nil && (h.filter == nil || r != nil && h.wants(r.typ, r.pc)) {
			h.callbacks.Before(id)
		}
	}
	if len(l.before) == 0 {
		return
	}
	l.before2(id, r)
}

func (l *hookList) before2(id ID, r *AsyncResource) {
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.before {
		if h.filter == nil || r != nil && h.wants(r.typ, r.pc) {
			e.to(h)
			h.callbacks.Before(id)
		}
	}
	e.done = true
}

// fireAfter tells the hooks that s is about to be left.
func (l *hookList) fireAfter(s *scope) {
	if l.hasAfter {
		l.after1(s.id, s.res)
	}
}

func (l *hookList) after1(id ID, r *AsyncResource) {
	for _, h := range l.recorders {
		if h.callbacks.After != nil && (h.filter == nil || r != nil && h.wants(r.typ, r.pc)) {
			h.callbacks.After(id)
		}
	}
	if len(l.after) == 0 {
		return
	}
	l.after2(id, r)
}

func (l *hookList) after2(id ID, r *AsyncResource) {
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.after {
		if h.filter == nil || r != nil && h.wants(r.typ, r.pc) {
			e.to(h)
			h.callbacks.After(id)
		}
	}
	e.done = true
}

// fireDestroy tells the hooks that d's resource ended.
func (l *hookList) fireDestroy(d destroyed) {
	for _, h := range l.recorders {
		if h.callbacks.Destroy != nil && (h.filter == nil || h.wants(d.typ, d.pc)) {
			h.callbacks.Destroy(d.id)
		}
	}
	if len(l.destroy) == 0 {
		return
	}
	l.destroy1(d)
}

func (l *hookList) destroy1(d destroyed) {
	s := openScope(scopeNone, 0, 0, nil, nil)
	s.deepen(d.depth)
	defer closeScope(s)
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.destroy {
		if h.filter == nil || h.wants(d.typ, d.pc) {
			e.to(h)
			h.callbacks.Destroy(d.id)
		}
	}
	e.done = true
}

// fireResolve tells the hooks that the send of a message completed. r is nil if
// no hook was enabled when it began.
func (l *hookList) fireResolve(id ID, r *AsyncResource) {
	for _, h := range l.recorders {
		if h.callbacks.PromiseResolve != nil && (h.filter == nil || h.wantsMessage(r)) {
			h.callbacks.PromiseResolve(id)
		}
	}
	if len(l.resolve) == 0 {
		return
	}
	l.resolve1(id, r)
}

func (l *hookList) resolve1(id ID, r *AsyncResource) {
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.resolve {
		if h.filter == nil || h.wantsMessage(r) {
			e.to(h)
			h.callbacks.PromiseResolve(id)
		}
	}
	e.done = true
}
