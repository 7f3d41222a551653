// Package embed has resources that are embedded, generics and directives.
package embed

import (
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

type Query struct {
	*rt.AsyncResource
	name string
}

func NewQuery(name string) *Query {
	return &Query{rt.NewAsyncResource("Query", nil), name}
}

func badEmbedded(q *Query) {
	q.EmitBefore() // want `the scope of q is not closed`
	fmt.Println(q.name)
}

func badEmbeddedLocal() {
	q := NewQuery("x")
	q.EmitBefore() // want `not closed`
	fmt.Println(q.name)
}

func badEmbeddedOrder(a, b *Query) {
	a.EmitBefore()
	b.EmitBefore()
	a.EmitAfter() // want `not the innermost`
	b.EmitAfter()
}

func badValue(q Query) {
	q.EmitBefore() // want `not closed`
}

func goodEmbedded(q *Query) {
	q.EmitBefore()
	defer q.EmitAfter()
}

func goodExplicit(q *Query) {
	q.EmitBefore()
	q.AsyncResource.EmitAfter()
}

func goodCopy(q Query) {
	p := q
	q.EmitBefore()
	p.EmitAfter()
}

func goodMethodValue(q *Query) {
	f := q.EmitAfter
	q.EmitBefore()
	f()
}

type scoper interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}

func goodInterface(q *Query) {
	var s scoper = q
	s.EmitBefore()
	s.EmitAfter()
}

func badInterface(q *Query) {
	var s scoper = q
	s.EmitBefore() // want `not closed`
}

type outer struct{ *Query }

func badDeep(o outer) {
	o.EmitBefore() // want `not closed`
}

func goodDeep(o outer) {
	o.EmitBefore()
	o.Query.AsyncResource.EmitAfter()
}

// Generics.

type resource interface {
	comparable
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}

func scoped[T any](r *rt.AsyncResource, fn func() T) T {
	r.EmitBefore()
	defer r.EmitAfter()
	return fn()
}

func open[T any](r *rt.AsyncResource, x T) T {
	r.EmitBefore()
	return x
}

func goodGeneric(r *rt.AsyncResource) int { return scoped(r, func() int { return 1 }) }

func badGeneric(r *rt.AsyncResource) int {
	return open(r, 1) // want `not closed`
}

func goodGenericOpen(r *rt.AsyncResource) int {
	defer r.EmitAfter()
	return open(r, 1)
}

type box[T any] struct {
	res *rt.AsyncResource
	val T
}

func (b *box[T]) enter() { b.res.EmitBefore() }
func (b *box[T]) leave() { b.res.EmitAfter() }

func goodBox(b *box[int]) {
	b.enter()
	defer b.leave()
}

func badBox(b *box[string]) {
	b.enter() // want `not closed`
	fmt.Println(b.val)
}

func badInGeneric[T any](r *rt.AsyncResource, xs []T) (t T) {
	r.EmitBefore() // want `not closed`
	if len(xs) == 0 {
		return
	}
	r.EmitAfter()
	return xs[0]
}

// Directives.

// Start opens a scope.
//
//asynchooks:enters r
func Start(r *rt.AsyncResource, name string) {
	fmt.Println(name)
	r.EmitBefore()
}

// Stop closes it.
//
//asynchooks:exits r
func Stop(r *rt.AsyncResource, name string) {
	r.EmitAfter()
	fmt.Println(name)
}

//asynchooks:enters x // want `StartWrong has no parameter x`
func StartWrong(r *rt.AsyncResource) { r.EmitBefore() }

//asynchooks:enters r // want `StartNot does not do that to r on every path`
func StartNot(r *rt.AsyncResource) { fmt.Println(r) }

//asynchooks:exits // want `it names no parameter`
func StopNone(r *rt.AsyncResource) { r.EmitAfter() }

//asynchooks:exits r // want `StopSome does not do that to r on every path`
func StopSome(r *rt.AsyncResource, on bool) {
	if on {
		r.EmitAfter()
	}
}

// TryStart opens a scope unless it fails.
//
//asynchooks:enters r
func TryStart(r *rt.AsyncResource, name string) error {
	if name == "" {
		return fmt.Errorf("no name")
	}
	fmt.Println(name)
	r.EmitBefore()
	return nil
}

func goodTry(r *rt.AsyncResource) error {
	if err := TryStart(r, "x"); err != nil {
		return err
	}
	defer Stop(r, "x")
	return nil
}
