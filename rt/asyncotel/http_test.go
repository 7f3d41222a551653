package asyncotel_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/asynchooks/asynchooks/rt/asyncotel"
)

// An otlpCollector receives spans in OTLP over HTTP.
type otlpCollector struct {
	*httptest.Server
	mu    sync.Mutex
	spans map[string]otlpSpan // by id
}

type otlpSpan struct{ service, name, kind, trace, parent string }

func newCollector(t *testing.T) *otlpCollector {
	c := &otlpCollector{spans: map[string]otlpSpan{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &request)
		}
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, rs := range request.ResourceSpans {
			service := ""
			for _, a := range rs.Resource.Attributes {
				if a.Key == "service.name" {
					service = a.Value.GetStringValue()
				}
			}
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					kind := strings.ToLower(strings.TrimPrefix(s.Kind.String(), "SPAN_KIND_"))
					c.spans[string(s.SpanId)] = otlpSpan{service, s.Name, kind, string(s.TraceId), string(s.ParentSpanId)}
				}
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// path returns the spans from the root down to s.
func (c *otlpCollector) path(s otlpSpan) string {
	text := fmt.Sprintf("%s %s %s", s.service, s.kind, s.name)
	if parent, ok := c.spans[s.parent]; ok {
		return c.path(parent) + " > " + text
	}
	return text
}

// provider returns the provider of a service that exports to the collector.
func (c *otlpCollector) provider(t *testing.T, service string) *sdktrace.TracerProvider {
	exporter, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpointURL(c.URL+"/v1/traces"))
	if err != nil {
		t.Fatal(err)
	}
	return sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", service))))
}

// A trace crosses three services, two of which pass no context on, and reaches a
// collector.
func TestThreeServices(t *testing.T) {
	c := newCollector(t)
	var providers []*sdktrace.TracerProvider
	start := func(name string, handle func(client *http.Client) error) *httptest.Server {
		tp := c.provider(t, name)
		providers = append(providers, tp)
		tracer := tp.Tracer("test")
		client := &http.Client{Transport: asyncotel.Transport(tracer, nil)}
		mux := http.NewServeMux()
		mux.HandleFunc("GET /"+name+"/{id}", func(w http.ResponseWriter, r *http.Request) {
			result := make(chan error)
			go func() { // where the request's context does not get
				asyncotel.Run(tracer, "work", func() { result <- handle(client) })
			}()
			if err := <-result; err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
			}
		})
		s := httptest.NewServer(asyncotel.Handler(tracer, mux))
		t.Cleanup(s.Close)
		return s
	}
	call := func(client *http.Client, url string) error {
		res, err := client.Get(url)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %v", res.Status, err)
		}
		return nil
	}
	back := start("back", func(*http.Client) error { return nil })
	middle := start("middle", func(client *http.Client) error { return call(client, back.URL+"/back/1") })
	front := start("front", func(client *http.Client) error { return call(client, middle.URL+"/middle/1") })
	for range 2 {
		if err := call(http.DefaultClient, front.URL+"/front/1"); err != nil {
			t.Fatal(err)
		}
	}
	front.Close() // which waits for the handlers' ends
	middle.Close()
	back.Close()
	for _, tp := range providers {
		if err := tp.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	deepest := 0
	traces := map[string]int{}
	const want = "front server GET /front/{id} > front internal work > front client GET > " +
		"middle server GET /middle/{id} > middle internal work > middle client GET > " +
		"back server GET /back/{id} > back internal work"
	for _, s := range c.spans {
		traces[s.trace]++
		path := c.path(s)
		if !strings.HasPrefix(want, path) {
			t.Errorf("span %s, want a part of %s", path, want)
		}
		if path == want {
			deepest++
		}
	}
	if len(traces) != 2 || deepest != 2 {
		t.Errorf("%d traces, %d of them complete, want 2", len(traces), deepest)
	}
	for _, n := range traces {
		if n != 8 {
			t.Errorf("a trace has %d spans, want 8", n)
		}
	}
}

// recordHTTP returns a provider and what gives the spans that have ended.
func recordHTTP() (*sdktrace.TracerProvider, func() []sdktrace.ReadOnlySpan) {
	recorder := tracetest.NewSpanRecorder()
	return sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder)), recorder.Ended
}

func attributeOf(s sdktrace.ReadOnlySpan, key string) string {
	for _, a := range s.Attributes() {
		if string(a.Key) == key {
			return a.Value.String()
		}
	}
	return ""
}

func TestHandlerStatus(t *testing.T) {
	tp, ended := recordHTTP()
	h := asyncotel.Handler(tp.Tracer("test"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/panic":
			panic(http.ErrAbortHandler)
		case "/early":
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusTeapot)
		case "/error":
			http.Error(w, "no", http.StatusServiceUnavailable)
		case "/copy":
			io.Copy(w, strings.NewReader("all"))
			w.WriteHeader(http.StatusTeapot) // too late
		}
	}))
	for path, want := range map[string]struct {
		status string
		code   codes.Code
	}{
		"/":      {"200", codes.Unset},
		"/copy":  {"200", codes.Unset},
		"/early": {"418", codes.Unset},
		"/error": {"503", codes.Error},
		"/panic": {"500", codes.Error},
	} {
		func() {
			defer func() {
				if got := recover() != nil; got != (path == "/panic") {
					t.Errorf("%s: panicked %v", path, got)
				}
			}()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", path, nil))
		}()
		all := ended()
		s := all[len(all)-1]
		if s.Name() != "POST" || attributeOf(s, "http.response.status_code") != want.status || s.Status().Code != want.code {
			t.Errorf("%s: span %s, status %s, %v", path, s.Name(), attributeOf(s, "http.response.status_code"), s.Status())
		}
	}
}

// The writer has the optional interfaces that the server's has, and no others.
func TestHandlerInterfaces(t *testing.T) {
	tp, _ := recordHTTP()
	var got []bool
	h := asyncotel.Handler(tp.Tracer("test"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, flushes := w.(http.Flusher)
		_, hijacks := w.(http.Hijacker)
		_, pushes := w.(http.Pusher)
		got = append(got, flushes, hijacks, pushes)
		if hijacks {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			fmt.Fprint(conn, "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
			conn.Close()
		}
	}))
	one := httptest.NewServer(h)
	defer one.Close()
	two := httptest.NewUnstartedServer(h)
	two.EnableHTTP2 = true
	two.StartTLS()
	defer two.Close()
	for _, s := range []*httptest.Server{one, two} {
		res, err := s.Client().Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	h.ServeHTTP(struct{ http.ResponseWriter }{httptest.NewRecorder()}, httptest.NewRequest("GET", "/", nil))
	if want := []bool{true, true, false, true, false, true, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("interfaces %v, want %v", got, want)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransport(t *testing.T) {
	tp, ended := recordHTTP()
	send := func(url string, base roundTripper) (*http.Response, error) {
		r := httptest.NewRequest("GET", url, nil)
		res, err := asyncotel.Transport(tp.Tracer("test"), base).RoundTrip(r)
		if len(r.Header) != 0 {
			t.Errorf("the caller's request was changed: %v", r.Header)
		}
		return res, err
	}
	if _, err := send("http://user:secret@example.com/a?b=c", func(r *http.Request) (*http.Response, error) {
		if !strings.HasPrefix(r.Header.Get("Traceparent"), "00-") {
			t.Errorf("headers %v", r.Header)
		}
		return nil, io.ErrUnexpectedEOF
	}); err != io.ErrUnexpectedEOF {
		t.Errorf("error %v", err)
	}
	if s := ended()[0]; s.Status().Code != codes.Error || attributeOf(s, "url.full") != "http://example.com/a?b=c" {
		t.Errorf("span %v of %s", s.Status(), attributeOf(s, "url.full"))
	}
	answer := func(status, body string) roundTripper {
		return func(r *http.Request) (*http.Response, error) {
			return http.ReadResponse(bufio.NewReader(bytes.NewBufferString("HTTP/1.1 "+status+"\r\n\r\n"+body)), r)
		}
	}
	res, err := send("http://example.com", answer("404 Not Found", "body"))
	if err != nil || len(ended()) != 1 {
		t.Fatalf("%v, %d spans have ended before the body was read", err, len(ended()))
	}
	if body, err := io.ReadAll(res.Body); string(body) != "body" || err != nil || len(ended()) != 2 {
		t.Errorf("%q, %v, %d spans have ended", body, err, len(ended()))
	}
	res.Body.Close()
	if s := ended()[1]; len(ended()) != 2 || attributeOf(s, "error.type") != "404" {
		t.Errorf("%d spans, error %s", len(ended()), attributeOf(s, "error.type"))
	}
}
