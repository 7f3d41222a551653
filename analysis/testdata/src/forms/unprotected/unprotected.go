package unprotected

import (
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sort"
	"sync"
	"text/tabwriter"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type job struct {
	*rt.AsyncResource
	run  func(int) error
	args []int
	next interface{ Next() bool }
}

func (j *job) must(n int) int {
	if n >= len(j.args) {
		panic(fmt.Sprintf("no argument %d", n))
	}
	return j.args[n]
}

func badField(j *job) error {
	j.EmitBefore() // want `stays open if`
	err := j.run(1)
	j.EmitAfter()
	return err
}

func badMethod(j *job, n int) int {
	j.EmitBefore() // want `stays open if`
	n = j.must(n)
	j.EmitAfter()
	return n
}

func badInterfaceField(j *job) {
	j.EmitBefore() // want `stays open if`
	for j.next.Next() {
	}
	j.EmitAfter()
}

func badHandler(h http.Handler, w http.ResponseWriter, req *http.Request, r *rt.AsyncResource) {
	r.EmitBefore() // want `stays open if`
	h.ServeHTTP(w, req)
	r.EmitAfter()
}

func badImported(r *rt.AsyncResource, err error) {
	r.EmitBefore() // want `stays open if a call of Check`
	helper.Check(err)
	r.EmitAfter()
}

func badGeneric[T any](r *rt.AsyncResource, xs []T, f func(T) T) []T {
	r.EmitBefore() // want `stays open if`
	for i, x := range xs {
		xs[i] = f(x)
	}
	r.EmitAfter()
	return xs
}

func badSort(r *rt.AsyncResource, xs []any) {
	r.EmitBefore() // want `stays open if`
	sort.Slice(xs, func(i, j int) bool { return xs[i].(int) < xs[j].(int) })
	r.EmitAfter()
}

func badMustTemplate(r *rt.AsyncResource, s string) *template.Template {
	r.EmitBefore() // want `stays open if a call of Must`
	t := template.Must(template.New("x").Parse(s))
	r.EmitAfter()
	return t
}

func badChannel(r *rt.AsyncResource, calls chan func()) {
	r.EmitBefore() // want `stays open if`
	f := <-calls
	f()
	r.EmitAfter()
}

func badMapOfFuncs(r *rt.AsyncResource, m map[string]func() int) int {
	r.EmitBefore() // want `stays open if`
	n := m["x"]()
	r.EmitAfter()
	return n
}

func badRecoverOutside(r *rt.AsyncResource, f func()) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = errors.New("recovered")
		}
	}()
	r.EmitBefore() // want `stays open if`
	f()
	r.EmitAfter()
	return nil
}

func badSecond(a, b *rt.AsyncResource, f func()) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore() // want `stays open if`
	f()
	b.EmitAfter()
}

func badEach(r *rt.AsyncResource, xs []any) {
	r.EmitBefore() // want `stays open if`
	helper.Each(len(xs), func(i int) { _ = xs[i].(string) })
	r.EmitAfter()
}

func badRangeFunc(r *rt.AsyncResource, seq func(func(int) bool)) (n int) {
	r.EmitBefore() // want `stays open if`
	for i := range seq {
		n += i
	}
	r.EmitAfter()
	return n
}

func goodField(j *job) error {
	j.EmitBefore()
	defer j.EmitAfter()
	return j.run(1)
}

func goodSort(r *rt.AsyncResource, xs []int) {
	r.EmitBefore()
	slices.Sort(xs)
	sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
	r.EmitAfter()
}

func goodJSON(r *rt.AsyncResource, v any) ([]byte, error) {
	r.EmitBefore()
	b, err := json.Marshal(v)
	r.EmitAfter()
	return b, err
}

func goodWriter(r *rt.AsyncResource, w http.ResponseWriter, err error) {
	r.EmitBefore()
	w.WriteHeader(500)
	w.Write([]byte(err.Error()))
	fmt.Fprintln(w, err)
	r.EmitAfter()
}

func goodTab(r *rt.AsyncResource, tw *tabwriter.Writer) {
	r.EmitBefore()
	fmt.Fprintf(tw, "a\tb\n")
	tw.Flush()
	r.EmitAfter()
}

func goodCommaOk(r *rt.AsyncResource, v any) (s string) {
	r.EmitBefore()
	if t, ok := v.(string); ok {
		s = t
	}
	r.EmitAfter()
	return s
}

func goodLocks(r *rt.AsyncResource, mu *sync.RWMutex, m map[string]int) int {
	r.EmitBefore()
	mu.RLock()
	n := m["x"]
	mu.RUnlock()
	r.EmitAfter()
	return n
}

func goodProtectedCall(r *rt.AsyncResource, f func()) (err error) {
	r.EmitBefore()
	func() {
		defer func() {
			if x := recover(); x != nil {
				err = fmt.Errorf("%v", x)
			}
		}()
		f()
	}()
	r.EmitAfter()
	return err
}

func goodWith(r *rt.AsyncResource, f func() error) error { return helper.With(r, f) }

func goodTwice(r *rt.AsyncResource, f func()) {
	r.EmitBefore()
	r.EmitAfter()
	f()
	r.EmitBefore()
	r.EmitAfter()
}

func goodDeferMethodValue(r *rt.AsyncResource, f func()) {
	r.EmitBefore()
	after := r.EmitAfter
	defer after()
	f()
}

func goodOwn(r *rt.AsyncResource, n int) int {
	square := func(n int) int { return n * n }
	r.EmitBefore()
	n = square(n)
	r.EmitAfter()
	return n
}

func goodDeferBefore(r *rt.AsyncResource, f func()) {
	defer r.EmitAfter()
	r.EmitBefore()
	f()
}
