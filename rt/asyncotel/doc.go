// Package asyncotel joins package rt and OpenTelemetry: the current span follows
// what runs because of what, so that no function needs a context.Context for it.
//
//	func handle(order Order) error {
//		span, end := asyncotel.Start(tracer, "handle order")
//		defer end()
//		go audit(order)     // spans made there are children of this one
//		queue <- order      // in an instrumented build, so are those of the receiver
//		…
//	}
//
// [Start] and [Run] make a span current, [Current] finds it, and [Context] puts it
// into a context.Context for libraries that want one. [Provider] does that for
// libraries that make their spans with no span in their context. Baggage goes
// along.
//
// [Handler] and [Transport] take spans over HTTP in the format of W3C Trace
// Context, so that one trace crosses processes. [Resources] makes spans of async
// resources themselves.
//
// This package is a module of its own, for it needs OpenTelemetry's, which
// programs without it should not have to download.
package asyncotel
