// Command pair has the mistakes that asyncpair mends. The golden file is
// compiled and run.
package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

func res(name string) *rt.AsyncResource { return rt.NewAsyncResource(name, nil) }

func leakPlain(n int) {
	r := res("leakPlain")
	r.EmitBefore() // want `not closed`
	n++
}

func leakEarly(r *rt.AsyncResource, n int) error {
	r.EmitBefore() // want `not closed`
	if n > 0 {
		return errors.New("early")
	}
	r.EmitAfter()
	return nil
}

// Computing the result would move into the scope: no fix.
func leakComputed(r *rt.AsyncResource, n int) string {
	r.EmitBefore() // want `not closed`
	if n > 0 {
		return "early"
	}
	r.EmitAfter()
	return strings.ToUpper("x")
}

// A later defer would run within the scope: no fix.
func leakOtherDefer(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	defer fmt.Print()
}

func unprotectedRegion(r *rt.AsyncResource, fn func()) {
	fmt.Print()
	r.EmitBefore() // want `stays open if`
	fn()
	r.EmitAfter()
	fmt.Print()
}

// A variable that is used later keeps the region from becoming a function.
func unprotectedVariable(r *rt.AsyncResource, fn func() int) int {
	r.EmitBefore() // want `stays open if`
	n := fn()
	r.EmitAfter()
	return n
}

func unprotectedBranches(r *rt.AsyncResource, fn func() bool) int {
	r.EmitBefore() // want `stays open if`
	if fn() {
		r.EmitAfter()
		return 1
	}
	r.EmitAfter()
	return 2
}

func panics(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n > 0 {
		panic(n) // want `this panic skips`
	}
	r.EmitAfter()
}

func order(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	a.EmitAfter() // want `not the innermost`
	b.EmitAfter()
}

func orderDeferred(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	defer b.EmitAfter()
	defer a.EmitAfter() // want `not the innermost`
}

func extra(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitAfter()
	r.EmitAfter() // want `closed already`
}

// The variable would be unused: no fix.
func extraOnly() {
	r := res("extraOnly")
	r.EmitAfter() // want `no open EmitBefore`
}

func enter(r *rt.AsyncResource) func() {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

func closer(r *rt.AsyncResource) {
	defer enter(r) // want `never called`
	fmt.Print()
}

func loop(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore() // want `still open`
		defer r.EmitAfter()
		fmt.Print()
	}
}

func leave(s *rt.AsyncLocalStorage[int]) {
	defer s.Enter(1) // want `dropped`
	s.Enter(2)       // want `never called`
}

func main() {
	leakPlain(1)
	leakEarly(res("leakEarly"), 0)
	leakEarly(res("leakEarly"), 1)
	unprotectedRegion(res("region"), func() { rt.Log = append(rt.Log, "in region") })
	unprotectedVariable(res("variable"), func() int { return 1 })
	unprotectedBranches(res("branches"), func() bool { return true })
	func() {
		defer func() { recover() }()
		panics(res("panics"), 1)
	}()
	order(res("a"), res("b"))
	orderDeferred(res("c"), res("d"))
	extra(res("extra"))
	closer(res("closer"))
	loop([]*rt.AsyncResource{res("one"), res("two")})
	leave(new(rt.AsyncLocalStorage[int]))
	fmt.Println(strings.Join(rt.Log, "\n"))
}
