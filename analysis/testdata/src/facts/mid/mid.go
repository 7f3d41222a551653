// Package mid uses low, and is used by top.
package mid

import (
	"fmt"

	"facts/low"
	"github.com/asynchooks/asynchooks/rt"
)

type Session struct{ q *low.Query }

func NewSession() *Session { return &Session{low.New()} }

func (s *Session) Begin() {
	s.q.Start()
}

func (s *Session) End() {
	s.q.Stop()
}

func good(r *rt.AsyncResource) {
	low.Open(r)
	defer low.Close(r)
}

func bad(r *rt.AsyncResource) {
	low.Open(r) // want `opened by Open is not closed`
	fmt.Println()
}

func goodTry(r *rt.AsyncResource) error {
	if err := low.TryOpen(r, "x"); err != nil {
		return err
	}
	defer low.Close(r)
	return nil
}

func badTry(r *rt.AsyncResource) error {
	if err := low.TryOpen(r, "x"); err != nil { // want `opened by TryOpen is not closed`
		return err
	}
	return nil
}

func goodIf(r *rt.AsyncResource, on bool) {
	if on {
		low.Open(r)
	}
	low.CloseIf(r, on)
}

func badIf(r *rt.AsyncResource, on bool) {
	low.Open(r) // want `not closed`
	low.CloseIf(r, on)
}

func goodEnter(r *rt.AsyncResource) { defer low.Enter(r)() }

func badEnter(r *rt.AsyncResource) {
	defer low.Enter(r) // want `never called`
}

func goodWith(a, b *rt.AsyncResource) {
	low.With(a, func() { low.Open(b); low.Close(b) })
}

func badWith(a, b *rt.AsyncResource) {
	low.Open(b)
	low.With(a, func() { low.Close(b) }) // want `not the innermost`
}
