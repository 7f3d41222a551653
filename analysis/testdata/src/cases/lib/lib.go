// Package lib is a small library around resources.
package lib

import (
	"context"
	"errors"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// Query embeds its resource.
type Query struct {
	*rt.AsyncResource
	SQL  string
	done bool
}

func NewQuery(sql string) *Query {
	return &Query{AsyncResource: rt.NewAsyncResource("Query", nil), SQL: sql}
}

// Begin and End are halves.
func (q *Query) Begin() { q.EmitBefore() }
func (q *Query) End()   { q.EmitAfter() }

func (q *Query) Close() error {
	q.EmitDestroy()
	return nil
}

// Open opens a scope and fails sometimes.
func Open(q *Query, ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.EmitBefore()
	return nil
}

// TryOpen tells by its result.
func TryOpen(q *Query) bool {
	if q.SQL == "" {
		return false
	}
	q.EmitBefore()
	return true
}

// Scope returns its closer.
func Scope(q *Query) func() {
	q.EmitBefore()
	return func() { q.EmitAfter() }
}

// OnceScope returns a closer that can be called many times.
func OnceScope(q *Query) func() {
	q.EmitBefore()
	var once sync.Once
	return func() { once.Do(func() { q.EmitAfter() }) }
}

// Acquire gives a resource and an error.
func Acquire(name string) (*rt.AsyncResource, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	r := rt.NewAsyncResource(name, nil)
	return r, nil
}

// Enter gives an entered resource and an error.
func Enter(name string) (*rt.AsyncResource, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	r := rt.NewAsyncResource(name, nil)
	r.EmitBefore()
	return r, nil
}

// With runs fn in a scope.
func With(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	fn()
}

// WithErr does so with an error.
func WithErr(r *rt.AsyncResource, fn func() error) error {
	r.EmitBefore()
	defer r.EmitAfter()
	return fn()
}

// Guard is a scope as a value.
type Guard struct{ r *rt.AsyncResource }

func NewGuard(r *rt.AsyncResource) *Guard {
	r.EmitBefore()
	return &Guard{r}
}

func (g *Guard) Release() { g.r.EmitAfter() }

// Swap closes one scope and opens another.
func Swap(from, to *rt.AsyncResource) {
	from.EmitAfter()
	to.EmitBefore()
}

// Finish closes and ends.
func Finish(r *rt.AsyncResource) {
	r.EmitAfter()
	r.EmitDestroy()
}

// Kill ends a resource.
func Kill(r *rt.AsyncResource) { r.EmitDestroy() }

// MustPositive panics.
func MustPositive(n int) {
	if n < 0 {
		panic("negative")
	}
}

// Check panics under another name.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Each iterates.
func Each(rs []*rt.AsyncResource) func(func(*rt.AsyncResource) bool) {
	return func(yield func(*rt.AsyncResource) bool) {
		for _, r := range rs {
			if !yield(r) {
				return
			}
		}
	}
}

// Pair is generic.
type Scoped interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}

func Do[T Scoped](v T, fn func(T)) {
	v.EmitBefore()
	defer v.EmitAfter()
	fn(v)
}

func Start[T Scoped](v T) T {
	v.EmitBefore()
	return v
}

func Stop[T Scoped](v T) { v.EmitAfter() }

// Pool keeps resources.
type Pool struct {
	mu   sync.Mutex
	free []*rt.AsyncResource
}

func (p *Pool) Get() *rt.AsyncResource {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		r := p.free[n-1]
		p.free = p.free[:n-1]
		return r
	}
	return rt.NewAsyncResource("Pooled", nil)
}

func (p *Pool) Put(r *rt.AsyncResource) {
	p.mu.Lock()
	p.free = append(p.free, r)
	p.mu.Unlock()
}
