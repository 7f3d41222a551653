// Package given has functions that call what they are given: whether that panics,
// and what is deferred around the call, decides.
package given

import "github.com/asynchooks/asynchooks/rt"

var ch chan bool

func seq(yield func(int) bool) {
	for <-ch {
		if !yield(0) {
			return
		}
	}
}

func run(f func()) { f() }

func twice(f func()) {
	run(f)
	func() { run(f) }()
}

// with has a scope of its own around f.
func with(r *rt.AsyncResource, f func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	f()
}

// safe is not left by a panic.
func safe(f func()) {
	defer func() { recover() }()
	f()
}

type query struct{ *rt.AsyncResource }

func after[E interface{ EmitAfter() *rt.AsyncResource }](e E) { e.EmitAfter() }

type list struct {
	next *list
	done func()
}

func (l *list) each(f func(*list)) {
	for ; l != nil; l = l.next {
		f(l)
	}
}

// what is given cannot panic
func quiet(l *list) {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore()
	n := 0
	run(func() { n++ })
	twice(func() { n++ })
	l.each(func(*list) { n++ })
	for i := range seq {
		n += i
	}
	add := func() { n++ }
	run(add)
	func() { add() }()
	r.EmitAfter()
}

// what calls itself is given itself
func itself(l *list, f func()) {
	r := rt.NewAsyncResource("r", nil)
	var down, even, odd, first, second func(n int)
	down = func(n int) {
		if n > 0 {
			down(n - 1)
		}
	}
	even = func(n int) {
		if n > 0 {
			odd(n - 1)
		}
	}
	odd = func(n int) { even(n - 1) }
	first = func(n int) {
		if n > 0 {
			second(n - 1)
		}
	}
	second = func(n int) {
		f()
		first(n - 1)
	}
	r.EmitBefore()
	down(3)
	even(3)
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	first(3)
	r.EmitAfter()
}

// what is given is not known
func loud(l *list, f func()) {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore() // finds unprotected
	run(f)
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	twice(f)
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	run(l.done)
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	func() { f() }()
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	l.each(func(l *list) { l.done() })
	r.EmitAfter()
	r.EmitBefore() // finds unprotected
	for range seq {
		f()
	}
	r.EmitAfter()
}

// it does panic
func panics() {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore()
	run(func() { panic(1) }) // finds pairpanic
	r.EmitAfter()
}

// and closes what it opened
func withPanics() {
	r := rt.NewAsyncResource("r", nil)
	with(r, func() { panic(1) })
}

// though not what its caller opened
func withPanicsInside() {
	r, q := rt.NewAsyncResource("r", nil), rt.NewAsyncResource("q", nil)
	q.EmitBefore()
	with(r, func() { panic(1) }) // finds pairpanic
	q.EmitAfter()
}

func withMayPanicInside() {
	r, q := rt.NewAsyncResource("r", nil), rt.NewAsyncResource("q", nil)
	q.EmitBefore() // finds unprotected
	with(r, func() {
		if <-ch {
			panic(1)
		}
	})
	q.EmitAfter()
}

// it is passed on
func passed(g func()) {
	r := rt.NewAsyncResource("r", nil)
	with(r, func() { g() })
}

func passes() {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore()
	defer r.EmitAfter()
	passed(func() { panic(1) })
}

// a panic that is recovered
func recovered() {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore()
	safe(func() { panic(1) })
	r.EmitAfter()
}

func recoveredAfter() {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore()
	safe(func() { r.EmitAfter(); panic(1) })
}

func recoveredBefore() {
	r := rt.NewAsyncResource("r", nil)
	r.EmitBefore() // finds pairleak
	safe(func() {
		if <-ch {
			panic(1)
		}
		r.EmitAfter()
	})
}

// the body of a loop over an iterator defers for the function around it
func bodyDefers() {
	r := rt.NewAsyncResource("r", nil)
	for range seq {
		r.EmitBefore()
		defer r.EmitAfter()
		panic(1)
	}
}

func bodyDefersGeneric() {
	r := rt.NewAsyncResource("r", nil)
	q := &query{r}
	for range seq {
		q.EmitBefore()
		defer after(r)
		panic(1)
	}
}

func bodyPanics() {
	r := rt.NewAsyncResource("r", nil)
	for range seq {
		r.EmitBefore()
		if <-ch {
			panic(1) // finds pairpanic
		}
		r.EmitAfter()
	}
}

func bodyOwn() {
	for range seq {
		r := rt.NewAsyncResource("r", nil)
		r.EmitBefore()
		defer r.EmitAfter()
		break
	}
}

func bodyReturns() {
	for range seq {
		r := rt.NewAsyncResource("r", nil)
		r.EmitBefore() // finds pairleak
		if <-ch {
			return
		}
		r.EmitAfter()
	}
}

func bodyRecovers() (err error) {
	r := rt.NewAsyncResource("r", nil)
	for range seq {
		defer func() { recover() }()
		r.EmitBefore()
		panic(1) // finds pairpanic
	}
	return nil
}

// literals that have two names for one resource, or two resources
func names() {
	r1, r2 := rt.NewAsyncResource("r1", nil), rt.NewAsyncResource("r2", nil)
	q1 := &query{r1}
	func() {
		r1.EmitBefore()
		q1.EmitAfter()
	}()
	func() {
		q1.EmitBefore()
		r1.EmitAfter()
	}()
	func() {
		r2.EmitBefore()
		q1.EmitAfter() // finds pairmismatch
	}()
}

func crossed(r *rt.AsyncResource, q *query) {
	q.EmitBefore()
	r.EmitAfter()
}

func crosses() {
	r1, r2 := rt.NewAsyncResource("r1", nil), rt.NewAsyncResource("r2", nil)
	crossed(r1, &query{r1})
	crossed(r2, &query{r2})
}

func crossedWrong(r *rt.AsyncResource, q *query) {
	q.EmitBefore()
	r.EmitAfter() // finds pairmismatch
}

func crossesWrong() {
	r1, r2 := rt.NewAsyncResource("r1", nil), rt.NewAsyncResource("r2", nil)
	crossedWrong(r1, &query{r1})
	crossedWrong(r1, &query{r2})
}

func use() {
	quiet(nil)
	loud(nil, nil)
	panics()
	withPanics()
	withPanicsInside()
	withMayPanicInside()
	passes()
	recovered()
	recoveredAfter()
	recoveredBefore()
	bodyDefers()
	bodyDefersGeneric()
	bodyPanics()
	bodyOwn()
	bodyReturns()
	_ = bodyRecovers()
	names()
	crosses()
	crossesWrong()
}
