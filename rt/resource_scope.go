package rt

// RunInAsyncScope calls fn in the resource's scope: the ids are the resource's,
// and the stores are those from where it was made. It fires Before and After
// around the call. When fn returns, panics or calls runtime.Goexit, the
// goroutine is again in the scope that it was in; scopes of EmitBefore that a
// panic or Goexit left open inside are closed first. (runInAsyncScope in
// spec/.)
//
// It panics with a [*UsageError] if fn is nil or EmitDestroy was called. If fn
// returns with a scope open that EmitBefore opened inside, the process ends, as
// for [AsyncResource.EmitAfter].
func (r *AsyncResource) RunInAsyncScope(fn func()) {
	checkFunc(fn != nil, "AsyncResource.RunInAsyncScope")
	r.checkUsable("AsyncResource.RunInAsyncScope")
	c := call{scope: openScope(scopeRun, r.id, r.trigger, r, r.frame)}
	c.seq = c.scope.seq
	defer c.close()
	if r.depth != 0 || hooks.list.Load() != nil {
		c.begin()
	}
	fn()
	c.returned = true
}

// RunInAsyncScope is [AsyncResource.RunInAsyncScope] for a function with a
// result, which it returns.
func RunInAsyncScope[R any](r *AsyncResource, fn func() R) R {
	checkFunc(fn != nil, "RunInAsyncScope")
	r.checkUsable("RunInAsyncScope")
	c := call{scope: openScope(scopeRun, r.id, r.trigger, r, r.frame)}
	c.seq = c.scope.seq
	defer c.close()
	if r.depth != 0 || hooks.list.Load() != nil {
		c.begin()
	}
	result := fn()
	c.returned = true
	return result
}

// A call is one of a function in a scope.
type call struct {
	scope    *scope
	seq      uint64
	returned bool // fn returned, and did not panic or call Goexit
}

// begin fires Before. It comes after close is deferred, for hooks may call
// Goexit.
func (c *call) begin() {
	if d := uint32(c.scope.res.depth); d != 0 {
		c.scope.deepen(d)
	}
	if l := activeHooks(); l != nil {
		l.fireBefore(c.scope.id, c.scope.res)
	}
}

// close leaves the scope.
func (c *call) close() {
	s := loadScope()
	if s != c.scope || s.seq != c.seq {
		c.closeInner()
	} else if hooks.list.Load() == nil && !s.destroy && !s.ends { // mostly
		closeScope(s)
		return
	}
	leaveScope(c.scope)
}

// closeInner closes what is open inside the call's scope.
func (c *call) closeInner() {
	c.scope.reinstate()
	s := loadScope()
	inner := s
	for s != c.scope && s.mine() {
		if s.kind == scopeEmit && c.returned {
			corrupted(s.id, c.scope.id)
		}
		s = s.prev
	}
	if s != c.scope || s.seq != c.seq {
		corrupted(ExecutionAsyncID(), c.scope.id)
	}
	for s = inner; s != c.scope; s = s.prev {
		leaveScope(s)
	}
}

// leaveScope fires After for s, which is innermost, leaves it, and queues the
// Destroy that was asked for inside.
func leaveScope(s *scope) {
	noted := false // Destroy was, with After
	switch s.kind {
	case scopeRun, scopeEmit, scopeMessage, scopeCallback, scopeRequest:
		switch l := activeHooks(); {
		case l == nil:
		case l.only == nil:
			s.resource()
			l.fireAfter(s.id, s.res)
		case s.ends:
			l.only(EventAfter|EventDestroy, s.id, Made{})
			noted = true
		default:
			l.only(EventAfter, s.id, Made{})
		}
	}
	if !s.destroy && !s.ends {
		closeScope(s)
		return
	}
	r, ends, kind := s.res, s.ends, s.kind
	if kind == scopeRequest {
		s.served()
	}
	closeScope(s)
	if kind == scopeCallback && ends {
		r.stopCleanup()
		activeForget(r.id)
	}
	if !ends {
		queueDestroy(r.destroyed())
	} else if l := activeHooks(); l != nil && r != nil && !noted {
		l.fireDestroyed(r.destroyed())
	}
}

// EmitBefore enters the resource's scope and fires Before. It returns the
// resource. Scopes nest per goroutine: EmitAfter on the same goroutine closes
// the innermost one. If a panic or Goexit comes first, the scope is closed when
// the enclosing RunInAsyncScope, callback or goroutine is left. (emitBefore in
// spec/.)
//
// It panics with a [*UsageError] if EmitDestroy was called.
func (r *AsyncResource) EmitBefore() *AsyncResource {
	r.checkUsable("AsyncResource.EmitBefore")
	s := openScope(scopeEmit, r.id, r.trigger, r, r.frame)
	if r.depth != 0 {
		s.deepen(uint32(r.depth))
	}
	if l := activeHooks(); l != nil {
		l.fireBefore(s.id, s.res)
	}
	return r
}

// EmitAfter fires After and leaves the scope that EmitBefore entered. It
// returns the resource. (emitAfter in spec/.)
//
// If the resource is not the one that is executing on this goroutine, scopes
// have been closed in an order other than the one they were opened in, and no
// id is to be trusted any more: the process ends with exit code 1, with the ids
// and the stack on standard error.
func (r *AsyncResource) EmitAfter() *AsyncResource {
	s := loadScope()
	for s.mine() && s.kind == scopeEnter {
		s = s.prev
	}
	if carrierMode == "none" && currentLabels() == nil {
		// Other code has put its own labels in the place of the scopes.
		s = openScope(scopeEmit, r.id, r.trigger, r, nil)
	}
	if !s.mine() || s.id != r.id || s.kind == scopeNone {
		corrupted(ExecutionAsyncID(), r.id)
	}
	for o := loadScope(); o != s; o = o.prev {
		closeScope(o)
	}
	leaveScope(s)
	return r
}

// EmitDestroy ends the resource. It returns the resource. Destroy is fired
// later, in the order of the calls, in scope 0, and never inside the call; if a
// scope of the resource is open on this goroutine, it is queued when that is
// left. No Destroy is fired if no enabled hook has that callback now.
// (emitDestroy in spec/.)
//
// Called a second time, or on a built-in resource, it panics with a
// [*UsageError].
func (r *AsyncResource) EmitDestroy() *AsyncResource {
	const op = "AsyncResource.EmitDestroy"
	r.checkMade(op)
	if r.builtin {
		misuse(op, r.id, "a %s ends by itself; call EmitDestroy on resources of NewAsyncResource only", r.kindName())
	}
	if r.set(resourceEnded) {
		misuse(op, r.id, "%s was destroyed before; call EmitDestroy once", r.typ())
	}
	r.stopCleanup()
	activeForget(r.id)
	if s := r.outermostScope(); s != nil {
		s.destroy = true
	} else {
		queueDestroy(r.destroyed())
	}
	return r
}

// outermostScope returns the outermost scope of the resource that is open on
// this goroutine, or nil.
func (r *AsyncResource) outermostScope() (outermost *scope) {
	for s := loadScope(); s.mine(); s = s.prev {
		if s.id == r.id {
			outermost = s
		}
	}
	return outermost
}

// checkUsable panics if the resource's scope cannot be entered.
func (r *AsyncResource) checkUsable(op string) {
	if r.was(resourceEnded) || r.id <= Root {
		r.unusable(op)
	}
}

func (r *AsyncResource) unusable(op string) {
	r.checkMade(op)
	if r.was(resourceEnded) {
		misuse(op, r.id, "%s was destroyed; enter its scope before EmitDestroy only", r.typ())
	}
}

// checkMade panics if the resource was not made by this package.
func (r *AsyncResource) checkMade(op string) {
	if r.id == 0 && !r.builtin {
		misuse(op, 0, "the resource is a zero value; make it with NewAsyncResource")
	}
}

func (r *AsyncResource) kindName() string {
	if typ := r.typ(); typ != "" {
		return typ
	}
	return "root"
}
