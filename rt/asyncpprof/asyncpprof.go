// Package asyncpprof shows stores in profiles: the labels of a goroutine, by which
// go tool pprof filters and groups (-tagfocus, -tagshow), tell which request or
// tenant its processor time was spent for.
//
//	labels := asyncpprof.New(asyncpprof.Of(tenant))
//
//	tenant.Run("acme", func() {
//		labels.Do(func() { serve(r) })
//	})
//
// Goroutines that are started there have the labels as well. One that serves many,
// such as the loop of a worker pool, calls Do for each message.
package asyncpprof

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/asynchooks/asynchooks/rt"
)

// IDKey is the label of the execution id: see [Labels.WithID].
const IDKey = "async_id"

// A Storage is an AsyncLocalStorage whose store becomes a label, under a key. Make
// one with [Of] or [Named].
type Storage struct {
	key   string
	value func() (string, bool)
}

// Of returns s under its own name as the key. A storage without a name is an
// [*rt.UsageError].
func Of[T any](s *rt.AsyncLocalStorage[T]) Storage {
	if s.Name() == "" {
		panic(&rt.UsageError{Op: "asyncpprof.Of", Msg: "the storage has no name to be the key; make it with one, or use Named"})
	}
	return Named(s.Name(), s)
}

// Named returns s under the key. The value of the label is the store as fmt.Sprint
// prints it, so that a fmt.Stringer says itself what is shown. An empty key is an
// [*rt.UsageError].
func Named[T any](key string, s *rt.AsyncLocalStorage[T]) Storage {
	if key == "" {
		panic(&rt.UsageError{Op: "asyncpprof.Named", Msg: "the key is empty; name the label"})
	}
	return Storage{key, func() (string, bool) {
		store, ok := s.GetStore()
		if !ok {
			return "", false
		}
		if p, is := any(&store).(*string); is {
			return *p, true
		}
		return fmt.Sprint(store), true
	}}
}

// Labels are those that some storages make. They do not change; their methods may
// be called from any goroutine at once.
type Labels struct {
	storages []Storage
	id       bool
}

// New returns the labels of these storages.
func New(storages ...Storage) *Labels { return &Labels{storages: slices.Clone(storages)} }

// WithID returns l with the execution id as a label too. Each goroutine that Do is
// called on then has samples of its own, which makes profiles large.
func (l *Labels) WithID() *Labels { return &Labels{l.storages, true} }

// Do calls fn with the present stores as labels, for fn and all goroutines that it
// starts. A storage without a store makes none. Labels that the program has set
// otherwise, by pprof.Do, stay visible; fn may call pprof.Do as well.
func (l *Labels) Do(fn func()) {
	pairs := make([]string, 0, 2*len(l.storages)+2)
	for _, s := range l.storages {
		if value, ok := s.value(); ok {
			pairs = append(pairs, s.key, value)
		}
	}
	if l.id {
		pairs = append(pairs, IDKey, strconv.FormatUint(uint64(rt.ExecutionAsyncID()), 10))
	}
	rt.RunWithLabels(pairs, fn)
}
