// Package asyncslog adds to each record of a log/slog logger what it was written
// because of: the ids of the resource that is executing, and the stores of
// chosen storages. A line of a log then says which request it belongs to, though
// no function was handed the request.
//
//	var user = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "user"})
//
//	slog.SetDefault(slog.New(asyncslog.NewHandler(
//		slog.NewJSONHandler(os.Stderr, nil),
//		&asyncslog.Options{Storages: []asyncslog.Storage{asyncslog.Of(user)}})))
//
// Records that code logs through slog then end in async_id, trigger_id and user,
// in an instrumented build also those of dependencies.
package asyncslog

import (
	"context"
	"log/slog"

	"github.com/asynchooks/asynchooks/rt"
)

// The keys of the ids.
const (
	IDKey        = "async_id"   // rt.ExecutionAsyncID
	TriggerIDKey = "trigger_id" // rt.TriggerAsyncID
)

// Options are the options of [NewHandler]. The zero value is that of no options:
// ids alone.
type Options struct {
	// Storages are those whose stores are added, in this order.
	Storages []Storage

	// Group is the name of a group that holds all that is added. Empty: they
	// are attributes of the record itself.
	Group string

	// OmitIDs leaves the ids out. In a program that has no hooks and asks for no
	// ids otherwise, that saves the ids of messages.
	OmitIDs bool
}

// A Handler is a slog.Handler that passes records on to another one with
// attributes added: the ids, unless they are 0, and the stores of those storages
// that have one. They are taken on the goroutine that logs, in the call.
//
// What is added stands after the record's own attributes and outside of all
// groups that WithGroup opened: a reader finds it under the same keys in every
// record. For that, a Handler keeps what WithAttrs and WithGroup add from the
// first group on; before that the other handler is given it at once, which may
// format it once and for all.
//
// A Handler allocates nothing as long as no group is open, the record has room
// (five attributes, with those that are added) and stores need no allocation to
// become a slog.Value. Its methods may be called from any goroutine at once, if
// the other handler's may.
type Handler struct {
	next  slog.Handler
	opts  *Options
	scope *scope // nil: no group is open
}

// A scope is what WithGroup or, inside of a group, WithAttrs added.
type scope struct {
	outer *scope
	group string // "": attrs
	attrs []slog.Attr
}

// NewHandler returns a handler that passes records on to next. Nil options are
// none; they must not be changed any more. A nil next is an [*rt.UsageError].
func NewHandler(next slog.Handler, opts *Options) *Handler {
	if next == nil {
		panic(&rt.UsageError{Op: "asyncslog.NewHandler", Msg: "the handler is nil; pass the one that writes the records"})
	}
	if opts == nil {
		opts = &Options{}
	}
	return &Handler{next: next, opts: opts}
}

// Enabled reports whether the other handler handles records of this level.
func (h *Handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// WithAttrs returns a handler whose records also have these attributes.
func (h *Handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	switch {
	case len(attrs) == 0:
		return h
	case h.scope == nil:
		return &Handler{next: h.next.WithAttrs(attrs), opts: h.opts}
	}
	return &Handler{next: h.next, opts: h.opts, scope: &scope{outer: h.scope, attrs: attrs}}
}

// WithGroup returns a handler that puts the attributes of records, and those of
// later calls of WithAttrs, into a group. An empty name is none.
func (h *Handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return &Handler{next: h.next, opts: h.opts, scope: &scope{outer: h.scope, group: name}}
}

// Handle passes the record on, with what is added.
func (h *Handler) Handle(ctx context.Context, r slog.Record) error {
	if h.scope != nil {
		r = h.scope.enclose(r)
	} else {
		r = r.Clone() // others may have copies, which share its attributes
	}
	if h.opts.Group != "" {
		if added := h.opts.added(nil); len(added) > 0 {
			r.AddAttrs(slog.Attr{Key: h.opts.Group, Value: slog.GroupValue(added...)})
		}
		return h.next.Handle(ctx, r)
	}
	var room [8]slog.Attr
	r.AddAttrs(h.opts.added(room[:0])...)
	return h.next.Handle(ctx, r)
}

// added appends what is added to each record.
func (o *Options) added(to []slog.Attr) []slog.Attr {
	if !o.OmitIDs {
		if id := rt.ExecutionAsyncID(); id != 0 {
			to = append(to, slog.Uint64(IDKey, uint64(id)))
		}
		if id := rt.TriggerAsyncID(); id != 0 {
			to = append(to, slog.Uint64(TriggerIDKey, uint64(id)))
		}
	}
	for i := range o.Storages {
		s := &o.Storages[i]
		if v, ok := s.value(); ok {
			to = append(to, slog.Attr{Key: s.key, Value: v})
		}
	}
	return to
}

// enclose returns r with its attributes in the scope's groups.
func (s *scope) enclose(r slog.Record) slog.Record {
	attrs := make([]slog.Attr, 0, r.NumAttrs()+2)
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	for ; s != nil; s = s.outer {
		switch {
		case s.group == "":
			attrs = append(s.attrs[:len(s.attrs):len(s.attrs)], attrs...)
		case len(attrs) > 0: // a group with nothing in it is none
			attrs = []slog.Attr{{Key: s.group, Value: slog.GroupValue(attrs...)}}
		}
	}
	enclosed := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	enclosed.AddAttrs(attrs...)
	return enclosed
}
