package asyncslog

import (
	"log/slog"

	"github.com/asynchooks/asynchooks/rt"
)

// A Storage is an AsyncLocalStorage whose store is added to records, under a
// key. Make one with [Of] or [Named].
type Storage struct {
	key   string
	value func() (slog.Value, bool)
}

// Of returns s under its own name as the key. A storage without a name is an
// [*rt.UsageError].
func Of[T any](s *rt.AsyncLocalStorage[T]) Storage {
	if s.Name() == "" {
		panic(&rt.UsageError{Op: "asyncslog.Of", Msg: "the storage has no name to be the key; make it with one, or use Named"})
	}
	return Named(s.Name(), s)
}

// Named returns s under the key. The value of the attribute is the store's, as
// slog.AnyValue makes it: a slog.LogValuer says itself what is logged of it. An
// empty key is an [*rt.UsageError].
func Named[T any](key string, s *rt.AsyncLocalStorage[T]) Storage {
	if key == "" {
		panic(&rt.UsageError{Op: "asyncslog.Named", Msg: "the key is empty; name the attribute"})
	}
	return Storage{key, func() (slog.Value, bool) {
		store, ok := s.GetStore()
		if !ok {
			return slog.Value{}, false
		}
		switch p := any(&store).(type) { // a pointer needs no allocation
		case *string:
			return slog.StringValue(*p), true
		case *int:
			return slog.IntValue(*p), true
		case *int64:
			return slog.Int64Value(*p), true
		case *uint64:
			return slog.Uint64Value(*p), true
		case *bool:
			return slog.BoolValue(*p), true
		case *rt.ID:
			return slog.Uint64Value(uint64(*p)), true
		}
		return slog.AnyValue(store), true
	}}
}
