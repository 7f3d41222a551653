package asyncotel_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncotel"
)

// record returns a tracer, and what gives its spans that have ended: "name <
// name of the parent", sorted.
func record() (trace.Tracer, func() []string) {
	recorder := tracetest.NewSpanRecorder()
	tp := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	return tp.Tracer("test"), func() (all []string) {
		names := map[trace.SpanID]string{}
		for _, s := range recorder.Ended() {
			names[s.SpanContext().SpanID()] = s.Name()
		}
		for _, s := range recorder.Ended() {
			all = append(all, s.Name()+" < "+names[s.Parent().SpanID()])
		}
		slices.Sort(all)
		return all
	}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("spans %q, want %q", got, want)
	}
}

func TestCurrent(t *testing.T) {
	tracer, spans := record()
	if asyncotel.Current().SpanContext().IsValid() {
		t.Error("there is a current span before any was started")
	}
	done := make(chan bool)
	jobs := make(chan string)
	go func() {
		defer close(done)
		for job := range jobs {
			asyncotel.Run(tracer, job, func() {})
		}
	}()
	asyncotel.Run(tracer, "outer", func() {
		span, end := asyncotel.Start(tracer, "inner")
		if asyncotel.Current() != span {
			t.Error("the span that was started is not the current one")
		}
		child := make(chan bool)
		go func() {
			defer close(child)
			asyncotel.Run(tracer, "goroutine", func() {})
		}()
		<-child
		jobs <- "message"
		end()
		asyncotel.Run(tracer, "sibling", func() {})
	})
	close(jobs)
	<-done
	message := "message < "
	if rt.Instrumented() {
		message += "inner"
	}
	expect(t, spans(), "goroutine < inner", "inner < outer", message, "outer < ", "sibling < outer")
}

func TestPanic(t *testing.T) {
	tracer, spans := record()
	func() {
		defer func() {
			if recover() != "thrown" {
				t.Error("the panic was lost")
			}
		}()
		asyncotel.Run(tracer, "panics", func() { panic("thrown") })
	}()
	if asyncotel.Current().SpanContext().IsValid() {
		t.Error("the span is current after the panic")
	}
	expect(t, spans(), "panics < ")
}

// A library that makes spans with no span in its context gets the current one as
// the parent; a parent in the context, and a new root, stay.
func TestProvider(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	tp := asyncotel.Provider(sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)))
	library := tp.Tracer("library")
	asyncotel.Run(library, "outer", func() {
		ctx, span := library.Start(context.Background(), "child")
		_, inner := library.Start(ctx, "grandchild")
		_, root := library.Start(context.Background(), "root", trace.WithNewRoot())
		root.End()
		inner.End()
		span.End()
	})
	parents := map[string]trace.SpanID{}
	ids := map[string]trace.SpanID{}
	for _, s := range recorder.Ended() {
		parents[s.Name()], ids[s.Name()] = s.Parent().SpanID(), s.SpanContext().SpanID()
	}
	if parents["child"] != ids["outer"] || parents["grandchild"] != ids["child"] || parents["root"].IsValid() {
		t.Errorf("parents %v of %v", parents, ids)
	}
}

func TestContext(t *testing.T) {
	tracer, _ := record()
	base := context.Background()
	if asyncotel.Context(base) != base {
		t.Error("there is something to add without a span")
	}
	member, err := baggage.NewMember("tenant", "acme")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := tracer.Start(baggage.ContextWithBaggage(base, bag), "outer")
	asyncotel.With(ctx, func() {
		got := asyncotel.Context(base)
		if trace.SpanFromContext(got) != span || baggage.FromContext(got).Member("tenant").Value() != "acme" {
			t.Error("span or baggage is not in the context")
		}
		other, otherSpan := tracer.Start(base, "other")
		if trace.SpanFromContext(asyncotel.Context(other)) != otherSpan {
			t.Error("the span of the context was replaced")
		}
	})
}

func TestResources(t *testing.T) {
	tracer, spans := record()
	h := asyncotel.Resources(tracer, &rt.HookOptions{Types: []string{"Query", "Row"}}).Enable()
	asyncotel.Run(tracer, "request", func() {
		query := rt.NewAsyncResource("Query", nil)
		query.RunInAsyncScope(func() {
			rt.NewAsyncResource("Row", nil).EmitDestroy()
			asyncotel.Run(tracer, "decode", func() {})
		})
		asyncotel.Run(tracer, "after", func() {})
		asyncotel.Quiet(func() { rt.NewAsyncResource("Query", nil).EmitDestroy() })
		query.EmitDestroy()
	})
	rt.Flush()
	h.Disable()
	expect(t, spans(), "Query < request", "Row < Query", "after < request", "decode < Query", "request < ")
}

func TestResourcesMisuse(t *testing.T) {
	defer func() {
		err, _ := recover().(error)
		var usage *rt.UsageError
		if !errors.As(err, &usage) {
			t.Errorf("panicked with %v, want a UsageError", err)
		}
	}()
	tracer, _ := record()
	asyncotel.Resources(tracer, nil)
}
