package asyncctx

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/asynchooks/asynchooks/rt"
)

// A Pair is a key of context values and the storage that stands for it. Make one
// with [Key].
type Pair struct {
	key   any
	store func() (value any, ok bool)
	run   func(value any, fn func())
}

// Key pairs the key of a context value with a storage. A key that is nil or can
// not be compared is an [*rt.UsageError].
func Key[T any](key any, s *rt.AsyncLocalStorage[T]) Pair {
	if key == nil || !reflect.TypeOf(key).Comparable() {
		panic(&rt.UsageError{Op: "asyncctx.Key", Msg: fmt.Sprintf("a key of type %T cannot be that of a context value; use one that can be compared", key)})
	}
	return Pair{
		key: key,
		store: func() (any, bool) {
			store, ok := s.GetStore()
			return store, ok
		},
		run: func(value any, fn func()) {
			store, ok := value.(T)
			if !ok {
				panic(&rt.UsageError{Op: "asyncctx.Bridge.Run", Msg: fmt.Sprintf("the context's value for the key %v is a %T, and the storage %q has stores of type %s; pair the key with a storage of the value's type", key, value, s.Name(), reflect.TypeFor[T]())})
			}
			s.Run(store, fn)
		},
	}
}

// A Bridge is a set of pairs. It does not change; its methods may be called from
// any goroutine at once.
type Bridge struct{ pairs []Pair }

// NewBridge returns the bridge of these pairs. Where two have the same key, the
// first counts.
func NewBridge(pairs ...Pair) *Bridge { return &Bridge{slices.Clone(pairs)} }

// Context returns a child of ctx with the stores of this moment as values, as
// context.WithValue would give it: a store comes before the value that ctx has
// under the key. Where a storage has no store, ctx's value stays.
func (b *Bridge) Context(ctx context.Context) context.Context {
	child := &valueCtx{Context: ctx}
	for _, p := range b.pairs {
		if v, ok := p.store(); ok {
			child.values = append(child.values, keyValue{p.key, v})
		}
	}
	if child.values == nil {
		return ctx
	}
	return child
}

type keyValue struct{ key, value any }

// valueCtx is what Context returns.
type valueCtx struct {
	context.Context
	values []keyValue
}

func (c *valueCtx) Value(key any) any {
	for i := range c.values {
		if c.values[i].key == key {
			return c.values[i].value
		}
	}
	return c.Context.Value(key)
}

// Live returns a child of ctx whose Value falls through to the stores: for a key
// of the bridge that ctx has no value for, it returns the store of the goroutine
// that calls it, at that time. It is for a context that is made once and handed
// to many, such as that of a server. What ctx itself says is never replaced.
func (b *Bridge) Live(ctx context.Context) context.Context { return &liveCtx{ctx, b} }

// liveCtx is what Live returns.
type liveCtx struct {
	context.Context
	bridge *Bridge
}

func (c *liveCtx) Value(key any) any {
	if v := c.Context.Value(key); v != nil {
		return v
	}
	for i := range c.bridge.pairs {
		if p := &c.bridge.pairs[i]; p.key == key {
			if v, ok := p.store(); ok {
				return v
			}
			return nil
		}
	}
	return nil
}

// Run calls fn with ctx's values as stores. A storage for whose key ctx has none
// keeps the store that it has. A value that is not of the storage's type, or a
// nil fn, is an [*rt.UsageError].
func (b *Bridge) Run(ctx context.Context, fn func()) {
	checkFunc(fn != nil, "asyncctx.Bridge.Run")
	for _, p := range slices.Backward(b.pairs) {
		if v := ctx.Value(p.key); v != nil {
			inner := fn
			fn = func() { p.run(v, inner) }
		}
	}
	fn()
}
