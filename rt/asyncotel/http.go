package asyncotel

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// propagator reads and writes the headers traceparent, tracestate and baggage.
// (W3C Trace Context and Baggage.)
var propagator = propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})

// Handler returns a handler that serves each request in a span of its own, which
// continues the trace that the request's headers tell of. The span is current for
// next and all that it starts, and is in the request's context. Its name is the
// method and, if there is one, the pattern that a ServeMux below matched.
func Handler(tracer trace.Tracer, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := tracer.Start(ctx, r.Method, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.request.method", r.Method),
			attribute.String("url.path", r.URL.Path),
			attribute.String("url.scheme", scheme(r)),
			attribute.String("server.address", r.Host),
			attribute.String("client.address", host(r.RemoteAddr)),
		))
		r = r.WithContext(ctx)
		answer := &response{ResponseWriter: w, status: http.StatusOK}
		finished := false
		defer func() {
			if !finished { // a panic: net/http drops the connection
				answer.status = http.StatusInternalServerError
				span.SetAttributes(attribute.String("error.type", "panic"))
			}
			if r.Pattern != "" {
				span.SetName(pattern(r))
				span.SetAttributes(attribute.String("http.route", r.Pattern))
			}
			finish(span, answer.status, http.StatusInternalServerError)
			span.End()
		}()
		With(ctx, func() { next.ServeHTTP(answer.writer(), r) })
		finished = true
	})
}

// pattern returns the method and the pattern that matched, which may have it.
func pattern(r *http.Request) string {
	if len(r.Pattern) > len(r.Method) && r.Pattern[:len(r.Method)+1] == r.Method+" " {
		return r.Pattern
	}
	return r.Method + " " + r.Pattern
}

func scheme(r *http.Request) string {
	if r.TLS != nil {
		return "https"
	}
	return "http"
}

func host(address string) string {
	if h, _, err := net.SplitHostPort(address); err == nil {
		return h
	}
	return address
}

// finish notes the status code of an answer; from failed on it is an error.
func finish(span trace.Span, status, failed int) {
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if status >= failed {
		span.SetStatus(codes.Error, "")
		span.SetAttributes(attribute.String("error.type", strconv.Itoa(status)))
	}
}

// A response notes the status code of an answer.
type response struct {
	http.ResponseWriter
	status int
	wrote  bool
}

func (w *response) WriteHeader(status int) {
	if !w.wrote && status >= 200 {
		w.status, w.wrote = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *response) Write(p []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(p)
}

// ReadFrom lets the server send files without copying them.
func (w *response) ReadFrom(r io.Reader) (int64, error) {
	w.wrote = true
	return io.Copy(w.ResponseWriter, r)
}

// Unwrap is for http.ResponseController.
func (w *response) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// writer returns w with the optional interfaces that the server's writer has.
func (w *response) writer() http.ResponseWriter {
	f, flushes := w.ResponseWriter.(http.Flusher)
	h, hijacks := w.ResponseWriter.(http.Hijacker)
	p, pushes := w.ResponseWriter.(http.Pusher)
	switch {
	case flushes && hijacks:
		return struct {
			*response
			http.Flusher
			http.Hijacker
		}{w, f, h}
	case flushes && pushes:
		return struct {
			*response
			http.Flusher
			http.Pusher
		}{w, f, p}
	case flushes:
		return struct {
			*response
			http.Flusher
		}{w, f}
	}
	return w
}

// Transport returns a RoundTripper that sends each request in a span, a child of
// the one in the request's context or else of the current one, and tells the
// server of it in the request's headers. The span ends when the body of the
// answer was read to its end or closed, or when there is no answer. A nil base is
// http.DefaultTransport.
func Transport(tracer trace.Tracer, base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return transport{tracer, base}
}

type transport struct {
	tracer trace.Tracer
	base   http.RoundTripper
}

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, span := t.tracer.Start(Context(r.Context()), r.Method, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("http.request.method", r.Method),
		attribute.String("url.full", redacted(r)),
		attribute.String("server.address", r.URL.Hostname()),
	))
	r = r.Clone(ctx) // a RoundTripper must not change the request
	propagator.Inject(ctx, propagation.HeaderCarrier(r.Header))
	var res *http.Response
	var err error
	With(ctx, func() { res, err = t.base.RoundTrip(r) })
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		span.End()
		return res, err
	}
	finish(span, res.StatusCode, http.StatusBadRequest)
	if res.Body == nil || res.Body == http.NoBody {
		span.End()
		return res, nil
	}
	end := sync.OnceFunc(func() { span.End() })
	if rw, ok := res.Body.(io.ReadWriteCloser); ok { // of an upgraded connection
		res.Body = readWriteBody{body{rw, end}, rw}
	} else {
		res.Body = body{res.Body, end}
	}
	return res, nil
}

// redacted returns the URL without user and password.
func redacted(r *http.Request) string {
	u := *r.URL
	u.User = nil
	return u.String()
}

// A body ends the span of its request.
type body struct {
	io.ReadCloser
	end func()
}

func (b body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.end()
	}
	return n, err
}

func (b body) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}

type readWriteBody struct {
	body
	io.Writer
}
