package pairpanic

import (
	"errors"
	"fmt"
	"log"

	"github.com/asynchooks/asynchooks/rt"
)

type tree struct {
	*rt.AsyncResource
	left, right *tree
	depth       int
}

var errDeep = errors.New("deep")

func badField(t *tree) {
	t.EmitBefore()
	if t.depth > 10 {
		panic(errDeep) // want `this panic skips`
	}
	t.EmitAfter()
}

func badLoop(r *rt.AsyncResource, xs []int) (sum int) {
	for _, x := range xs {
		r.EmitBefore()
		if x < 0 {
			panic("negative") // want `this panic skips`
		}
		sum += x
		r.EmitAfter()
	}
	return sum
}

func badTypeSwitch(r *rt.AsyncResource, v any) {
	r.EmitBefore()
	switch v := v.(type) {
	case int:
		fmt.Println(v)
	default:
		panic(fmt.Errorf("unexpected %T", v)) // want `this panic skips`
	}
	r.EmitAfter()
}

func badSelect(r *rt.AsyncResource, a, b chan int) {
	r.EmitBefore()
	select {
	case <-a:
	case _, ok := <-b:
		if !ok {
			panic("closed") // want `this panic skips`
		}
	}
	r.EmitAfter()
}

func badLiteral(r *rt.AsyncResource, n int) {
	func() {
		r.EmitBefore()
		if n == 0 {
			panic("zero") // want `this panic skips`
		}
		r.EmitAfter()
	}()
}

func badGeneric[T fmt.Stringer](r *rt.AsyncResource, x T, ok bool) {
	r.EmitBefore()
	if !ok {
		panic(x.String()) // want `this panic skips`
	}
	r.EmitAfter()
}

func badInner(a, b *rt.AsyncResource, n int) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore()
	if n > 1 {
		panic("n") // want `this panic skips`
	}
	b.EmitAfter()
}

func badLateDefer(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		panic("negative") // want `this panic skips`
	}
	defer r.EmitAfter()
	fmt.Println(n)
}

func badLogger(r *rt.AsyncResource, l *log.Logger, err error) {
	r.EmitBefore()
	if err != nil {
		l.Panicf("failed: %v", err) // want `this panic skips`
	}
	r.EmitAfter()
}

func badGoto(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		goto fail
	}
	r.EmitAfter()
	return
fail:
	panic("negative") // want `this panic skips`
}

func badRepanic(r *rt.AsyncResource, n int) {
	defer func() {
		if x := recover(); x != nil {
			panic(x)
		}
	}()
	r.EmitBefore()
	if n < 0 {
		panic("negative") // want `this panic skips`
	}
	r.EmitAfter()
}

func badBound(t *tree) {
	after := t.EmitAfter
	t.EmitBefore()
	if t.left == nil {
		panic("no left") // want `this panic skips`
	}
	after()
}

func goodField(t *tree) {
	t.EmitBefore()
	defer t.EmitAfter()
	if t.depth > 10 {
		panic(errDeep)
	}
}

func goodClosedFirst(r *rt.AsyncResource, v any) {
	r.EmitBefore()
	s, ok := v.(string)
	r.EmitAfter()
	if !ok {
		panic("not a string")
	}
	fmt.Println(s)
}

func goodArguments(r *rt.AsyncResource, n int) {
	if n < 0 {
		panic("negative")
	}
	r.EmitBefore()
	fmt.Println(n)
	r.EmitAfter()
}

func goodImpossible(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		n = 0
	}
	r.EmitAfter()
	switch {
	case n >= 0:
	default:
		panic("unreachable")
	}
}

func goodRecover(r *rt.AsyncResource, n int) (err error) {
	r.EmitBefore()
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
		r.EmitAfter()
	}()
	if n < 0 {
		panic("negative")
	}
	return nil
}

func goodInside(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	func() {
		defer func() { recover() }()
		if n < 0 {
			panic("negative")
		}
	}()
	r.EmitAfter()
}

func goodRepanic(r *rt.AsyncResource, f func()) {
	r.EmitBefore()
	defer func() {
		r.EmitAfter()
		if x := recover(); x != nil {
			panic(x)
		}
	}()
	f()
}

func goodFatal(r *rt.AsyncResource, err error) {
	r.EmitBefore()
	if err != nil {
		log.Fatalln(err)
	}
	r.EmitAfter()
}

func goodScope(r *rt.AsyncResource, n int) {
	r.RunInAsyncScope(func() {
		if n < 0 {
			panic("negative")
		}
	})
}

func goodFlagged(r *rt.AsyncResource, n int) {
	done := false
	defer func() {
		if !done {
			r.EmitAfter()
		}
	}()
	r.EmitBefore()
	if n < 0 {
		panic("negative")
	}
	r.EmitAfter()
	done = true
}

func goodOther(r *rt.AsyncResource, n int, ch chan int) {
	r.EmitBefore()
	go func() {
		if n < 0 {
			panic("negative")
		}
		ch <- n
	}()
	r.EmitAfter()
}

func goodNever(r *rt.AsyncResource) {
	const debug = false
	r.EmitBefore()
	if debug {
		panic("debug")
	}
	r.EmitAfter()
}

// A deferred call that always panics where it is called.
func badDeferredAlways(r *rt.AsyncResource, strict bool) {
	if !strict {
		return
	}
	func() {
		r.EmitBefore()
		defer refuse(strict) // want `this panic skips the EmitAfter of r`
	}()
}

func goodDeferredAlways(r *rt.AsyncResource, strict bool) {
	if !strict {
		return
	}
	func() {
		r.EmitBefore()
		defer r.EmitAfter()
		defer refuse(strict)
	}()
}

func refuse(strict bool) {
	if strict {
		panic("strict")
	}
}
