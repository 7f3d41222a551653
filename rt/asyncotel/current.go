package asyncotel

import (
	"context"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/asynchooks/asynchooks/rt"
)

// state is what the storage has: values alone, and no context, which might keep
// other things alive.
type state struct {
	span    trace.Span
	baggage baggage.Baggage
}

var current = rt.NewAsyncLocalStorage[*state](&rt.AsyncLocalStorageOptions[*state]{Name: "otel"})

// stateOf returns the state that a context has.
func stateOf(ctx context.Context) *state {
	return &state{trace.SpanFromContext(ctx), baggage.FromContext(ctx)}
}

// Current returns the current span; where there is none, one that records
// nothing.
func Current() trace.Span { return trace.SpanFromContext(Context(context.Background())) }

// Context returns ctx with the current span and baggage. What ctx has of them
// already stays.
func Context(ctx context.Context) context.Context {
	s, ok := current.GetStore()
	if !ok {
		return ctx
	}
	if !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = trace.ContextWithSpan(ctx, s.span)
	}
	if baggage.FromContext(ctx).Len() == 0 && s.baggage.Len() > 0 {
		ctx = baggage.ContextWithBaggage(ctx, s.baggage)
	}
	return ctx
}

// With calls fn with the span and the baggage of ctx as the current ones, for fn
// and all that it starts. A ctx without a span leaves fn none.
func With(ctx context.Context, fn func()) { current.Run(stateOf(ctx), fn) }

// Start starts a span, a child of the current one, and makes it current until end
// is called, which also ends it:
//
//	span, end := asyncotel.Start(tracer, "name")
//	defer end()
//
// It is current for what is started meanwhile, also after that.
func Start(tracer trace.Tracer, name string, opts ...trace.SpanStartOption) (span trace.Span, end func()) {
	ctx, span := tracer.Start(Context(context.Background()), name, opts...)
	leave := current.Enter(stateOf(ctx))
	return span, func() {
		leave()
		span.End()
	}
}

// Run calls fn in a span, a child of the current one, which is current for fn and
// all that it starts and ends when fn returns or panics.
func Run(tracer trace.Tracer, name string, fn func(), opts ...trace.SpanStartOption) {
	ctx, span := tracer.Start(Context(context.Background()), name, opts...)
	defer span.End()
	With(ctx, fn)
}

// Provider returns a provider whose tracers give a span the current one as its
// parent if the context that they are handed has none, and are otherwise those of
// tp. With otel.SetTracerProvider it does so for all libraries.
func Provider(tp trace.TracerProvider) trace.TracerProvider {
	return provider{TracerProvider: tp}
}

type provider struct{ trace.TracerProvider }

func (p provider) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return tracer{p.TracerProvider.Tracer(name, opts...)}
}

type tracer struct{ trace.Tracer }

func (t tracer) Start(ctx context.Context, name string, opts ...trace.SpanStartOption) (context.Context, trace.Span) {
	if config := trace.NewSpanStartConfig(opts...); !config.NewRoot() {
		ctx = Context(ctx)
	}
	return t.Tracer.Start(ctx, name, opts...)
}
