package asyncotel_test

import (
	"fmt"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/asynchooks/asynchooks/rt/asyncotel"
)

// The span that is current where a goroutine is started is the parent of its
// spans, and no function is handed a context.
func ExampleStart() {
	spans := tracetest.NewSpanRecorder()
	tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("example")

	audit := func(done chan bool) {
		defer close(done)
		_, end := asyncotel.Start(tracer, "audit")
		defer end()
	}
	handle := func() {
		span, end := asyncotel.Start(tracer, "handle order")
		defer end()
		done := make(chan bool)
		go audit(done)
		<-done
		child := spans.Ended()[0]
		fmt.Println(child.Name(), "is a child:", child.Parent().SpanID() == span.SpanContext().SpanID())
	}
	handle()
	// Output: audit is a child: true
}
