package asyncotel

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/asynchooks/asynchooks/rt"
)

// Resources returns a hook that makes a span of each async resource that the
// options name, from Init to Destroy, with the name of its type: a child of the
// span that was current where the resource was made, and current itself while the
// resource runs. It is disabled until Enable. The attributes are async.id,
// async.trigger_id, code.function.name, code.file.path and code.line.number.
//
// No spans are made of what making a span causes. What exports them works for
// itself: create it, and the provider, in [Quiet]. A resource that is not destroyed
// has a span that does not end and is not exported.
//
// Options that name neither types nor packages are an [*rt.UsageError]: they would
// make a span of each message.
func Resources(tracer trace.Tracer, opts *rt.HookOptions) *rt.AsyncHook {
	if opts == nil || len(opts.Types) == 0 && len(opts.Packages) == 0 {
		panic(&rt.UsageError{Op: "asyncotel.Resources", Msg: "the options name no types and no packages; name those whose resources spans are to be made of"})
	}
	h := &resources{tracer: tracer}
	return rt.CreateHookWithOptions(rt.HookCallbacks{Init: h.init, Before: h.before, Destroy: h.destroy}, opts)
}

type resources struct {
	tracer trace.Tracer
	open   sync.Map // rt.ID -> *state
}

// quiet is set in what spans cause.
var quiet = rt.NewAsyncLocalStorage[bool](&rt.AsyncLocalStorageOptions[bool]{Name: "otel quiet"})

// Quiet calls fn. Hooks of [Resources] make no spans of async work that it causes:
// of a span processor and an exporter that are made there, for example.
func Quiet(fn func()) { quiet.Run(true, fn) }

// quietly calls fn quietly, unless it is quiet already.
func quietly(fn func()) {
	if is, _ := quiet.GetStore(); !is {
		quiet.Run(true, fn)
	}
}

func (h *resources) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	quietly(func() {
		site := r.Site()
		ctx, _ := h.tracer.Start(Context(context.Background()), typ, trace.WithAttributes(
			attribute.Int64("async.id", int64(id)),
			attribute.Int64("async.trigger_id", int64(trigger)),
			attribute.String("code.function.name", site.Func),
			attribute.String("code.file.path", site.File),
			attribute.Int("code.line.number", site.Line),
		))
		h.open.Store(id, stateOf(ctx))
	})
}

// before makes the span current in the scope that was entered.
func (h *resources) before(id rt.ID) {
	if s, ok := h.open.Load(id); ok {
		current.EnterWith(s.(*state))
	}
}

func (h *resources) destroy(id rt.ID) {
	quietly(func() {
		if s, ok := h.open.LoadAndDelete(id); ok {
			s.(*state).span.End()
		}
	})
}
