// Package unprotected has panics within scopes.
package unprotected

import (
	"fmt"
	"log"
	"regexp"
	"strings"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

func work() {}
func mayPanic(n int) int {
	if n < 0 {
		panic("negative")
	}
	return n
}
func indirectly(n int) { mayPanic(n) }
func fail()            { panic("always") }
func safe() {
	defer func() { recover() }()
	mayPanic(1)
}

type handler interface{ Handle() }

func badCall(r *rt.AsyncResource, n int) {
	r.EmitBefore() // want `stays open if a call of mayPanic panics`
	mayPanic(n)
	r.EmitAfter()
}

func badIndirect(r *rt.AsyncResource, n int) {
	r.EmitBefore() // want `stays open if a call of indirectly panics`
	indirectly(n)
	r.EmitAfter()
}

func badValue(r *rt.AsyncResource, fn func()) {
	r.EmitBefore() // want `stays open if a call of a function value panics`
	fn()
	r.EmitAfter()
}

func badInterface(r *rt.AsyncResource, h handler) {
	r.EmitBefore() // want `stays open if a call of method Handle of an interface panics`
	h.Handle()
	r.EmitAfter()
}

func badMust(r *rt.AsyncResource, s string) {
	r.EmitBefore() // want `stays open if a call of MustCompile panics`
	regexp.MustCompile(s)
	r.EmitAfter()
}

func badLateDefer(r *rt.AsyncResource, fn func()) {
	r.EmitBefore() // want `stays open if a call of a function value panics`
	fn()
	defer r.EmitAfter()
}

func badMap(r *rt.AsyncResource) string {
	r.EmitBefore() // want `stays open if a call of a function literal panics`
	s := strings.Map(func(c rune) rune { return rune(mayPanic(int(c))) }, "x")
	r.EmitAfter()
	return s
}

func badBranches(r *rt.AsyncResource, fn func() error) error {
	r.EmitBefore() // want `stays open if`
	if err := fn(); err != nil {
		r.EmitAfter()
		return err
	}
	r.EmitAfter()
	return nil
}

func badAssert(r *rt.AsyncResource, v any) {
	r.EmitBefore() // want `stays open if a call of assert panics`
	assert(v)
	r.EmitAfter()
}

func assert(v any) string { return v.(string) }

func badStore(r *rt.AsyncResource, s *rt.AsyncLocalStorage[int], fn func()) {
	r.EmitBefore() // want `stays open if`
	s.Run(1, fn)
	r.EmitAfter()
}

func badPanic(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		panic("negative") // want `this panic skips the EmitAfter of r`
	}
	r.EmitAfter()
}

func badPanicLocal(n int) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	switch n {
	case 1:
		r.EmitAfter()
	default:
		panic(fmt.Sprint(n)) // want `this panic skips`
	}
}

func badLogPanic(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		log.Panicln("negative") // want `this panic skips`
	}
	r.EmitAfter()
}

func badFail(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		fail() // want `this panic skips`
	}
	r.EmitAfter()
}

func badRecover(r *rt.AsyncResource, n int) (err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
	}()
	r.EmitBefore()
	if n < 0 {
		panic("negative") // want `this panic skips`
	}
	r.EmitAfter()
	return nil
}

func badSwitch(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	switch n {
	case 0:
	default:
		panic("n") // want `this panic skips`
	}
	r.EmitAfter()
}

func goodDefer(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	fn()
}

func goodDeferClosure(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	defer func() { r.EmitAfter() }()
	fn()
}

func goodScope(r *rt.AsyncResource, fn func()) { r.RunInAsyncScope(fn) }

func goodSafe(r *rt.AsyncResource, mu *sync.Mutex, err error) {
	r.EmitBefore()
	mu.Lock()
	fmt.Println(strings.ToUpper("x"), err.Error())
	mu.Unlock()
	work()
	safe()
	r.EmitAfter()
}

func goodBefore(r *rt.AsyncResource, fn func()) {
	fn()
	r.EmitBefore()
	r.EmitAfter()
	fn()
}

func goodPanicBefore(r *rt.AsyncResource, n int) {
	if n < 0 {
		panic("negative")
	}
	r.EmitBefore()
	r.EmitAfter()
}

func goodPanicDeferred(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	defer r.EmitAfter()
	if n < 0 {
		panic("negative")
	}
}

func goodFatal(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		log.Fatal("negative")
	}
	r.EmitAfter()
}

func goodClosed(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		r.EmitAfter()
		panic("negative")
	}
	r.EmitAfter()
}

func goodEarlyDefer(r *rt.AsyncResource, fn func()) {
	open := false
	defer func() {
		if open {
			r.EmitAfter()
		}
	}()
	r.EmitBefore()
	open = true
	fn()
}

func goodSelect(r *rt.AsyncResource, a, b chan int) {
	r.EmitBefore()
	select {
	case <-a:
	case <-b:
	}
	r.EmitAfter()
}

func goodLiteral(r *rt.AsyncResource) {
	r.EmitBefore()
	add := func(a, b int) int { return a + b }
	add(1, 2)
	r.EmitAfter()
}

func goodConstant(r *rt.AsyncResource) {
	r.EmitBefore()
	mayPanic(1) // which is not negative
	r.EmitAfter()
}

func goodGoroutine(r *rt.AsyncResource, fn func()) {
	r.EmitBefore()
	go fn()
	r.EmitAfter()
}

// reopen leaves its caller's scope open, as it was, when it panics.
func reopen(r *rt.AsyncResource) {
	r.EmitAfter()
	r.EmitBefore()
	panic("again")
}

func goodReopened(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	defer reopen(r)
}

func badReopened(r, s *rt.AsyncResource) {
	r.EmitAfter() // want `has no open EmitBefore`
	r.EmitBefore()
	s.EmitBefore()
	panic("again") // want `this panic skips`
}

func goodReopenedBoth(r, s *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	s.EmitBefore()
	defer s.EmitAfter()
	func() {
		s.EmitAfter()
		defer s.EmitBefore()
		panic("again")
	}()
}
