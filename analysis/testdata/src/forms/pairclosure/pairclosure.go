package pairclosure

import (
	"fmt"
	"net/http"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type tracer struct {
	res   *rt.AsyncResource
	store rt.AsyncLocalStorage[int]
}

func (t *tracer) span(name string) func() {
	fmt.Println(name)
	t.res.EmitBefore()
	return func() {
		t.res.EmitAfter()
		fmt.Println(name)
	}
}

func start(name string) (*rt.AsyncResource, func()) {
	r := rt.NewAsyncResource(name, nil)
	r.EmitBefore()
	return r, func() { r.EmitAfter() }
}

func badImported(r *rt.AsyncResource) {
	defer helper.Enter(r) // want `never called`
	fmt.Println()
}

func badTracer(t *tracer) {
	defer t.span("x") // want `never called`
}

func badSecondResult() {
	r, _ := start("x") // want `never called`
	fmt.Println(r.Type())
}

func badEarly(t *tracer, n int) error {
	end := t.span("x") // want `never called`
	if n < 0 {
		return fmt.Errorf("negative: %d", n)
	}
	end()
	return nil
}

func badEnter2(a, b *rt.AsyncResource) {
	_ = helper.Enter2(a, b) // want `never called`
}

func badStore(t *tracer) {
	t.store.Enter(1) // want `never called|dropped`
	fmt.Println()
}

func badStoreDefer(t *tracer) {
	defer t.store.Enter(1) // want `never called|dropped`
	fmt.Println()
}

func badHandler(t *tracer) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		defer t.span(req.URL.Path) // want `never called`
		fmt.Fprintln(w)
	}
}

func badLiteral(r *rt.AsyncResource) {
	r.EmitBefore() // want `never called`
	end := func() { r.EmitAfter() }
	if r.Object() != nil {
		end()
	}
}

func badGo(t *tracer, ch chan int) {
	go func() {
		t.span("go") // want `never called`
		ch <- 1
	}()
}

func badSwitch(t *tracer, n int) {
	end := t.span("x") // want `never called`
	switch n {
	case 1:
		end()
	case 2:
		fmt.Println(n)
	default:
		end()
	}
}

func generic[T any](r *rt.AsyncResource, x T) (T, func()) {
	r.EmitBefore()
	return x, func() { r.EmitAfter() }
}

func badGeneric(r *rt.AsyncResource) int {
	n, _ := generic(r, 1) // want `never called`
	return n
}

func badMethodValue(r *rt.AsyncResource) {
	end := r.EmitAfter
	r.EmitBefore() // want `never called`
	if r.Object() == nil {
		return
	}
	end()
}

func goodImported(r *rt.AsyncResource) {
	defer helper.Enter(r)()
	fmt.Println()
}

func goodTracer(t *tracer) {
	defer t.span("outer")()
	defer t.span("inner")()
}

func goodSecondResult() {
	r, end := start("x")
	defer end()
	fmt.Println(r.Type())
}

func goodStore(t *tracer) {
	defer t.store.Enter(1)()
	leave := t.store.Enter(2)
	defer leave()
}

func goodPassedOn(t *tracer) func() { return t.span("x") }

func goodWrapped(t *tracer) func() {
	end := t.span("x")
	return func() {
		fmt.Println("ending")
		end()
	}
}

func goodCleanup(t *tracer, c interface{ Cleanup(func()) }) {
	c.Cleanup(t.span("x"))
}

func goodField(t *tracer) {
	var o struct {
		end func()
		n   int
	}
	o.end = t.span("x")
	defer func() { o.end() }()
}

func goodConditional(t *tracer, on bool) {
	end := func() {}
	if on {
		end = t.span("x")
	}
	defer end()
}

func goodGeneric(r *rt.AsyncResource) int {
	n, end := generic(r, 1)
	defer end()
	return n
}

func goodChannel(t *tracer, ends chan<- func()) {
	ends <- t.span("x")
}

func goodLoop(t *tracer, names []string) {
	for _, name := range names {
		end := t.span(name)
		fmt.Println(name)
		end()
	}
}

type closer struct{ end func() }

func (c *closer) Close() error { c.end(); return nil }

func goodCloser(t *tracer) *closer { return &closer{t.span("x")} }
