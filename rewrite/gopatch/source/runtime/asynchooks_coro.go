//go:build ignore

// This file is added to package runtime of an instrumented build. It makes a
// coroutine (iter.Pull) run in the scope of whoever resumes it.

package runtime

import "unsafe"

// An asyncBase is a scope by value.
type asyncBase struct {
	frame    unsafe.Pointer
	resource unsafe.Pointer
	id       uint64
	trigger  uint64
	depth    uint32
}

// asyncCoroLeave is the switch from gp by c: the resumer leaves its scope for
// the coroutine; a coroutine that yields keeps nothing of the resumer's.
func asyncCoroLeave(gp *g, c *coro) {
	a := &gp.async
	if a.coro == c {
		a.base = asyncBase{}
		a.rebase()
		return
	}
	c.async = asyncBase{a.share(), a.Resource, a.ID, a.Trigger, a.Depth}
	if a.Scope != nil {
		s := (*asyncScope)(a.Scope)
		c.async.resource, c.async.id, c.async.trigger = s.resource, s.id, s.trigger
	}
}

// asyncCoroEnter is the return of that switch to gp.
func asyncCoroEnter(gp *g, c *coro) {
	a := &gp.async
	if a.coro != c {
		return
	}
	a.base, c.async = c.async, asyncBase{}
	a.rebase()
}

// asyncCoroStart is the first resumption of the coroutine c.
func asyncCoroStart(gp *g, c *coro) {
	if !asyncOff {
		gp.async.coro, gp.async.Open = c, AsyncCoro
	}
	asyncCoroEnter(gp, c)
}

// rebase makes the scope of the resumer the coroutine's own, below the scopes
// that it opened itself.
func (a *AsyncG) rebase() {
	b := &a.base
	if a.Open == AsyncCoro {
		a.Frame, a.Depth = b.frame, b.depth
	}
	a.ID, a.Trigger, a.Resource = b.id, b.trigger, b.resource
	s := (*asyncScope)(a.Scope)
	for s != nil && s.prev != nil {
		s = s.prev
	}
	if s != nil {
		s.id, s.trigger = b.id, b.trigger
	}
}

// AsyncCoro is the Open of a coroutine that has none open.
const AsyncCoro = 1 << 31

// AsyncClosed is the end of the outermost scope that the calling coroutine
// opened. It returns to the scope of its present resumer, not to that
// of the one in which the scope was opened.
//
//go:noinline
func AsyncClosed() { getg().async.rebase() }
