// Package closure has functions that close scopes, and iterators.
package closure

import (
	"iter"

	"github.com/asynchooks/asynchooks/rt"
)

func work()      {}
func cond() bool { return len(rt.Mode()) > 0 }

func enter(r *rt.AsyncResource) func() {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

func enterValue(r *rt.AsyncResource) (leave func() *rt.AsyncResource) {
	r.EmitBefore()
	return r.EmitAfter
}

type query struct{ res *rt.AsyncResource }

func (q *query) enter() func() {
	q.res.EmitBefore()
	return func() { q.res.EmitAfter() }
}

func badDefer(r *rt.AsyncResource) {
	defer enter(r) // want `closed by a function that is never called`
	work()
}

func badDropped(r *rt.AsyncResource) {
	enter(r) // want `closed by a function that is never called`
	work()
}

func badBlank(r *rt.AsyncResource) {
	_ = enter(r) // want `closed by a function that is never called`
}

func badMethod(q *query) {
	defer q.enter() // want `closed by a function that is never called`
}

func badPath(r *rt.AsyncResource) {
	leave := enter(r) // want `closed by a function that is never called on the path that returns in line 51`
	if cond() {
		return
	}
	leave()
}

func badBuilt(r *rt.AsyncResource) {
	r.EmitBefore() // want `closed by a function that is never called`
	leave := func() { r.EmitAfter() }
	if cond() {
		leave()
	}
}

func badValue(r *rt.AsyncResource) {
	defer enterValue(r) // want `closed by a function that is never called`
}

func badLocal() {
	r := rt.NewAsyncResource("x", nil)
	enter(r) // want `never called`
	work()
}

func badLoop(r *rt.AsyncResource) {
	for cond() {
		enter(r) // want `never called|still open`
	}
}

func badTwo(a, b *rt.AsyncResource) {
	defer enter(a)()
	defer enter(b) // want `never called`
}

func badStore(s *rt.AsyncLocalStorage[int]) {
	defer s.Enter(1) // want `the function that leaves is dropped`
}

func badStoreDropped(s *rt.AsyncLocalStorage[int]) {
	s.Enter(1) // want `never called`
	work()
}

func goodDefer(r *rt.AsyncResource) {
	defer enter(r)()
	work()
}

func goodVar(r *rt.AsyncResource) {
	leave := enter(r)
	defer leave()
	work()
}

func goodMethod(q *query) {
	defer q.enter()()
	work()
}

func goodPaths(r *rt.AsyncResource) {
	leave := enter(r)
	if cond() {
		leave()
		return
	}
	leave()
}

func goodReturn(r *rt.AsyncResource) func() { return enter(r) }

func goodTwo(a, b *rt.AsyncResource) {
	defer enter(a)()
	defer enter(b)()
}

func goodNilable(r *rt.AsyncResource, on bool) {
	var leave func()
	if on {
		leave = enter(r)
	}
	work()
	if leave != nil {
		leave()
	}
}

func goodValue(r *rt.AsyncResource) {
	defer enterValue(r)()
}

func goodStored(q *query, reg func(func())) {
	reg(q.enter())
}

func goodStruct(r *rt.AsyncResource) {
	var s struct{ leave func() }
	s.leave = enter(r)
	work()
	s.leave()
}

func goodStore(s *rt.AsyncLocalStorage[int]) {
	defer s.Enter(1)()
	leave := s.Enter(2)
	leave()
}

func goodSlice(rs []*rt.AsyncResource) {
	var closers []func()
	for _, r := range rs {
		closers = append(closers, enter(r))
	}
	for i := range closers {
		closers[len(closers)-1-i]()
	}
}

func begin() func() {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

func goodBegin() {
	end := begin()
	defer end()
	work()
}

func badBegin() {
	begin() // want `never called`
}

// with calls fn in a scope.
func with(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	fn()
}

func goodWith(a, b *rt.AsyncResource) {
	with(a, func() {
		b.EmitBefore()
		b.EmitAfter()
	})
}

func badWith(a, b *rt.AsyncResource) {
	with(a, func() {
		b.EmitBefore() // want `not closed|not the innermost`
	})
}

func badWithClose(a, b *rt.AsyncResource) {
	b.EmitBefore()
	with(a, func() {
		b.EmitAfter() // want `not the innermost`
	})
}

// guarded is small, and repeatedly is not.
func guarded(fn func()) {
	defer func() { recover() }()
	fn()
}

func repeatedly(n int, fn func()) {
	for i := range n {
		switch i % 7 {
		case 0, 1:
			work()
		case 2:
			cond()
		case 3:
			if cond() {
				work()
			}
		case 4:
			if cond() {
				work()
			} else {
				cond()
			}
		}
	}
	for range n {
		if cond() {
			fn()
			return
		}
	}
	fn()
}

func badGuarded(a, b *rt.AsyncResource) {
	guarded(func() {
		a.EmitBefore()
		b.EmitBefore() // want `not closed`
		a.EmitAfter()
	})
}

func goodGuarded(r *rt.AsyncResource) {
	r.EmitBefore()
	guarded(func() { r.EmitAfter() })
}

func goodRepeatedly(r *rt.AsyncResource) {
	r.EmitBefore()
	repeatedly(3, func() { r.EmitAfter() })
}

// Iterators.

func badSeq(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		r.EmitBefore()
		defer r.EmitAfter()
		for i := range 10 {
			if !yield(i) { // want `yield is called in the scope of r`
				return
			}
		}
	}
}

type list struct {
	items []int
	res   *rt.AsyncResource
}

func (l *list) badAll(yield func(int, int) bool) {
	for i, x := range l.items {
		l.res.EmitBefore()
		ok := yield(i, x) // want `yield is called in the scope of l.res`
		l.res.EmitAfter()
		if !ok {
			return
		}
	}
}

func (l *list) goodAll(yield func(int, int) bool) {
	for i, x := range l.items {
		l.res.EmitBefore()
		x++
		l.res.EmitAfter()
		if !yield(i, x) {
			return
		}
	}
}

func goodSeq(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range 10 {
			func() {
				r.EmitBefore()
				defer r.EmitAfter()
				work()
			}()
			if !yield(i) {
				return
			}
		}
	}
}

func goodCallback(r *rt.AsyncResource, accept func(int) bool, n int) {
	r.EmitBefore()
	defer r.EmitAfter()
	accept(n)
}
