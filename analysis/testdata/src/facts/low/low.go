// Package low has helpers that open and close scopes.
package low

import "github.com/asynchooks/asynchooks/rt"

type Query struct {
	res  *rt.AsyncResource
	open bool
}

func New() *Query { return &Query{res: rt.NewAsyncResource("Query", nil)} }

func (q *Query) Start() { q.res.EmitBefore() }

func (q *Query) Stop() { q.res.EmitAfter() }

func Open(r *rt.AsyncResource) {
	r.EmitBefore()
}

func Close(r *rt.AsyncResource) {
	r.EmitAfter()
}

// TryOpen opens a scope if it can.
func TryOpen(r *rt.AsyncResource, name string) error {
	if name == "" {
		return errEmpty
	}
	r.EmitBefore()
	return nil
}

// Enter gives the function that leaves.
func Enter(r *rt.AsyncResource) func() {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

// With calls fn in a scope.
func With(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	fn()
}

// CloseIf closes a scope if it is told to.
func CloseIf(r *rt.AsyncResource, on bool) {
	if on {
		r.EmitAfter()
	}
}

type emptyError struct{}

func (emptyError) Error() string { return "empty" }

var errEmpty error = emptyError{}
