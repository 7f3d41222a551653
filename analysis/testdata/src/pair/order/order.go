// Package order has scopes that close in the wrong order, twice or never opened.
package order

import "github.com/asynchooks/asynchooks/rt"

func newRes(s string) *rt.AsyncResource { return rt.NewAsyncResource(s, nil) }
func cond() bool                        { return len(newRes("x").Type()) > 0 }

func badOrder(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	a.EmitAfter() // want `EmitAfter of a closes a scope that is not the innermost: b was opened after it`
	b.EmitAfter()
}

func badLocalOrder() {
	a, b := newRes("a"), newRes("b")
	a.EmitBefore()
	b.EmitBefore()
	a.EmitAfter() // want `not the innermost`
	b.EmitAfter()
}

func badDeferOrder(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	defer b.EmitAfter()
	defer a.EmitAfter() // want `not the innermost`
}

func badFields(s *struct{ a, b *rt.AsyncResource }) {
	s.a.EmitBefore()
	s.b.EmitBefore()
	s.a.EmitAfter() // want `not the innermost`
	s.b.EmitAfter()
}

func badMixed(a, b *rt.AsyncResource) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore() // want `not closed`
}

func badScope(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.RunInAsyncScope(func() {
		a.EmitAfter() // want `not the innermost`
	})
}

func badExtra() {
	r := newRes("x")
	r.EmitAfter() // want `has no open EmitBefore`
}

func badExtraParam(r *rt.AsyncResource) {
	r.EmitAfter() // want `has no open EmitBefore`
}

func badTwice(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitAfter()
	r.EmitAfter() // want `closed already`
}

func badDeferTwice(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter() // want `closed already`
	if cond() {
		r.EmitAfter()
		return
	}
}

func badMismatch() {
	r := newRes("a")
	r.EmitBefore()
	r = newRes("b")
	r.EmitAfter() // want `another resource`
}

func badMismatchBranch(r, s *rt.AsyncResource) {
	r.EmitBefore()
	if cond() {
		r = s
	}
	r.EmitAfter() // want `another resource`
}

func badMismatchCaptured(s *rt.AsyncResource) {
	r := newRes("a")
	r.EmitBefore()
	defer func() { r.EmitAfter() }() // want `another resource`
	r = s
}

func badMismatchParams(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitAfter() // want `another resource`
}

// Good ones.

func goodNest(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	b.EmitAfter()
	a.EmitAfter()
}

func goodDefers(a, b *rt.AsyncResource) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore()
	defer b.EmitAfter()
}

func goodSameTwice(a *rt.AsyncResource) {
	a.EmitBefore()
	a.EmitBefore()
	a.EmitAfter()
	a.EmitAfter()
}

func goodReassign() {
	r := newRes("a")
	r.EmitBefore()
	r.EmitAfter()
	r = newRes("b")
	r.EmitBefore()
	r.EmitAfter()
}

func goodDeferValue() {
	r := newRes("a")
	r.EmitBefore()
	defer r.EmitAfter()
	r = newRes("b")
	r.EmitBefore()
	defer r.EmitAfter()
}

func goodIndex(rs []*rt.AsyncResource, i, j int) {
	rs[i].EmitBefore()
	rs[j].EmitBefore()
	rs[j].EmitAfter()
	rs[i].EmitAfter()
}

var all = map[string]*rt.AsyncResource{}

func get(s string) *rt.AsyncResource { return all[s] }

func goodGetter() {
	get("a").EmitBefore()
	get("a").EmitAfter()
}

func goodMap(m map[string]*rt.AsyncResource, k string) {
	m[k].EmitBefore()
	m[k].EmitAfter()
}

func goodMethodValue(a *rt.AsyncResource) {
	enter, leave := a.EmitBefore, a.EmitAfter
	enter()
	leave()
}

func badMethodValue(a *rt.AsyncResource) {
	enter := a.EmitBefore
	enter() // want `not closed`
}

func goodMethodExpr(a *rt.AsyncResource) {
	(*rt.AsyncResource).EmitBefore(a)
	(*rt.AsyncResource).EmitAfter(a)
}

type emitter interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}

func goodInterface(a *rt.AsyncResource) {
	var e emitter = a
	e.EmitBefore()
	a.EmitAfter()
}

func badInterface(a *rt.AsyncResource) {
	var e emitter = a
	e.EmitBefore() // want `not closed`
}

func goodScope(a, b *rt.AsyncResource) {
	a.RunInAsyncScope(func() {
		b.EmitBefore()
		defer b.EmitAfter()
	})
}

func badScopeLeak(a, b *rt.AsyncResource) {
	a.RunInAsyncScope(func() {
		b.EmitBefore() // want `not closed`
	})
}
