// Package goroutine has scopes whose halves are on two goroutines.
package goroutine

import (
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func work() {}

func badClose(r *rt.AsyncResource) {
	r.EmitBefore()
	go func() {
		work()
		r.EmitAfter() // want `on two goroutines`
	}()
}

func badDirect(r *rt.AsyncResource) {
	r.EmitBefore()
	go r.EmitAfter() // want `on two goroutines`
}

func closeIt(r *rt.AsyncResource) {
	work()
	r.EmitAfter() // want `on two goroutines`
}

func badNamed(r *rt.AsyncResource) {
	r.EmitBefore()
	go closeIt(r)
}

func badDeferred(r *rt.AsyncResource) {
	r.EmitBefore()
	go func() {
		defer r.EmitAfter() // want `on two goroutines`
		work()
	}()
}

func badOpen(r *rt.AsyncResource) {
	go func() {
		r.EmitBefore() // want `on two goroutines`
	}()
	r.EmitAfter()
}

func badLeak(r *rt.AsyncResource) {
	go func() {
		r.EmitBefore() // want `not closed`
		work()
	}()
}

func badAfterFunc(r *rt.AsyncResource) {
	r.EmitBefore()
	time.AfterFunc(time.Second, func() { r.EmitAfter() }) // want `on two goroutines`
}

func badGo(r *rt.AsyncResource) {
	r.EmitBefore()
	rt.Go(func() { r.EmitAfter() }) // want `on two goroutines`
}

func badWaitGroup(r *rt.AsyncResource, wg *sync.WaitGroup) {
	r.EmitBefore()
	wg.Go(func() { // the literal closes it
		r.EmitAfter() // want `on two goroutines`
	})
}

func badLoop(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore()
		go func() {
			r.EmitAfter() // want `on two goroutines`
		}()
	}
}

func worker(r *rt.AsyncResource, n int) {
	r.EmitBefore() // want `not closed`
	if n == 3 {
		return
	}
	r.EmitAfter()
}

func badWorker(r *rt.AsyncResource, n int) {
	go worker(r, n)
}

func goodOwn(r *rt.AsyncResource) {
	go func() {
		r.EmitBefore()
		defer r.EmitAfter()
		work()
	}()
}

func goodBoth(r *rt.AsyncResource) {
	r.EmitBefore()
	go func() {
		s := rt.NewAsyncResource("x", nil)
		s.EmitBefore()
		s.EmitAfter()
	}()
	r.EmitAfter()
}

func goodBind(r *rt.AsyncResource) {
	go r.Bind(func() { work() })()
}

func goodWorker(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
}

func goodStart(r *rt.AsyncResource) { go goodWorker(r) }

func goodMethod(r *rt.AsyncResource) {
	var wg sync.WaitGroup
	wg.Go(func() {
		r.RunInAsyncScope(work)
	})
	wg.Wait()
}

func goodAfter(r *rt.AsyncResource) {
	time.AfterFunc(1, r.Bind(work))
}

func goodChan(ch chan *rt.AsyncResource) {
	go func() {
		for r := range ch {
			r.EmitBefore()
			r.EmitAfter()
		}
	}()
}

func goodNested(r *rt.AsyncResource) {
	go func() {
		r.EmitBefore()
		defer r.EmitAfter()
		go func() {
			r.EmitBefore()
			defer r.EmitAfter()
		}()
	}()
}

func goodSync(r *rt.AsyncResource) {
	r.EmitBefore()
	func() {
		r.EmitAfter()
	}()
}

func goodOnce(r *rt.AsyncResource, once *sync.Once) {
	once.Do(func() {
		r.EmitBefore()
		defer r.EmitAfter()
	})
}
