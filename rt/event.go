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

// fireInit tells the hooks that r was made. It runs in the creator's scope.
func (l *hookList) fireInit(r *AsyncResource) {
	if len(l.recorders) != 0 {
		l.noteEach(EventInit, r.id, Made{r.typ, r.trigger, executingID(), r.pc}, r.typ, r.pc)
	}
	if len(l.init) != 0 {
		l.init1(r)
	}
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
	l.noteOf(EventBefore, id, r)
	if len(l.before) != 0 {
		l.before2(id, r)
	}
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
	l.noteOf(EventAfter, id, r)
	if len(l.after) != 0 {
		l.after2(id, r)
	}
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
	if len(l.recorders) != 0 {
		l.noteEach(EventDestroy, d.id, Made{}, d.typ, d.pc)
	}
	if len(l.destroy) != 0 {
		l.destroy1(d)
	}
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

// fireResolve tells the hooks that the send of a message completed.
func (l *hookList) fireResolve(r *AsyncResource) {
	l.noteOf(EventResolve, r.id, r)
	if len(l.resolve) != 0 {
		l.resolve1(r)
	}
}

func (l *hookList) resolve1(r *AsyncResource) {
	var e event
	e.begin()
	defer e.end()
	for _, h := range l.resolve {
		if h.filter == nil || h.wants(r.typ, r.pc) {
			e.to(h)
			h.callbacks.PromiseResolve(r.id)
		}
	}
	e.done = true
}
