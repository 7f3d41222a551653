// Package helper has helpers that open and close scopes for other packages.
package helper

import (
	"errors"

	"github.com/asynchooks/asynchooks/rt"
)

var ErrClosed = errors.New("closed")

// Conn is a connection with a resource of its own.
type Conn struct {
	*rt.AsyncResource
	Closed bool
}

// Begin opens the scope of c unless it is closed.
func (c *Conn) Begin() error {
	if c.Closed {
		return ErrClosed
	}
	c.EmitBefore()
	return nil
}

// End closes the scope of c.
func (c *Conn) End() { c.EmitAfter() }

// Enter opens the scope of r; the function that it returns closes it.
func Enter(r *rt.AsyncResource) (leave func()) {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

// Enter2 opens two scopes and gives one function that closes them.
func Enter2(a, b *rt.AsyncResource) func() {
	a.EmitBefore()
	b.EmitBefore()
	return func() {
		b.EmitAfter()
		a.EmitAfter()
	}
}

// Try opens the scope of r if it can.
func Try(r *rt.AsyncResource) (ok bool) {
	if r.AsyncID() == 0 {
		return false
	}
	r.EmitBefore()
	return true
}

// With calls fn in a scope of r.
func With(r *rt.AsyncResource, fn func() error) error {
	r.EmitBefore()
	defer r.EmitAfter()
	return fn()
}

// Each calls fn for each number below n.
func Each(n int, fn func(int)) {
	for i := range n {
		fn(i)
	}
}

// Check panics if something is wrong.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Go runs fn on a goroutine.
func Go(fn func()) { go fn() }
