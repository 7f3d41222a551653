package pairgoroutine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
	"golang.org/x/sync/errgroup"
)

type task struct {
	*rt.AsyncResource
	done chan struct{}
}

func badTask(t *task) {
	t.EmitBefore()
	go func() {
		defer close(t.done)
		t.EmitAfter() // want `two goroutines`
	}()
	<-t.done
}

func badErrgroup(g *errgroup.Group, r *rt.AsyncResource) error {
	r.EmitBefore()
	g.Go(func() error {
		defer r.EmitAfter() // want `two goroutines`
		return nil
	})
	return g.Wait()
}

func (t *task) finish() {
	t.EmitAfter() // want `two goroutines`
}

func badMethod(t *task) {
	t.EmitBefore()
	go t.finish()
}

func badMethodValue(t *task) {
	t.EmitBefore()
	end := t.EmitAfter
	go end() // want `two goroutines`
}

func badTimer(r *rt.AsyncResource) *time.Timer {
	r.EmitBefore()
	return time.AfterFunc(time.Second, func() {
		r.EmitAfter() // want `two goroutines`
	})
}

func badContext(ctx context.Context, r *rt.AsyncResource) {
	r.EmitBefore()
	stop := context.AfterFunc(ctx, func() {
		r.EmitAfter() // want `two goroutines`
	})
	defer stop()
}

func badOpen(t *task) {
	go func() {
		t.EmitBefore() // want `two goroutines`
		t.done <- struct{}{}
	}()
	<-t.done
	t.EmitAfter()
}

func badArgument(r *rt.AsyncResource) {
	r.EmitBefore()
	go func(x *rt.AsyncResource) {
		fmt.Println(x.Type())
		x.EmitAfter() // want `two goroutines`
	}(r)
}

func badSelect(r *rt.AsyncResource, quit, tick chan int) {
	r.EmitBefore()
	go func() {
		select {
		case <-quit:
		case <-tick:
		}
		r.EmitAfter() // want `two goroutines`
	}()
}

func badNested(r *rt.AsyncResource) {
	r.EmitBefore()
	go func() {
		func() {
			r.EmitAfter() // want `two goroutines`
		}()
	}()
}

func badVariable(r *rt.AsyncResource) {
	end := func() {
		r.EmitAfter() // want `two goroutines`
	}
	r.EmitBefore()
	go end()
}

func badHelper(r *rt.AsyncResource) {
	r.EmitBefore()
	helper.Go(func() {
		r.EmitAfter() // want `two goroutines`
	})
}

func goodErrgroup(g *errgroup.Group, rs []*rt.AsyncResource) error {
	for _, r := range rs {
		g.Go(func() error {
			r.EmitBefore()
			defer r.EmitAfter()
			return nil
		})
	}
	return g.Wait()
}

func goodTask(t *task) {
	t.EmitBefore()
	go func() { close(t.done) }()
	<-t.done
	t.EmitAfter()
}

func goodBind(r *rt.AsyncResource, wg *sync.WaitGroup) {
	r.EmitBefore()
	defer r.EmitAfter()
	wg.Add(1)
	go r.Bind(func() { defer wg.Done(); fmt.Println() })()
}

func goodTimer(r *rt.AsyncResource) {
	time.AfterFunc(time.Second, func() {
		r.RunInAsyncScope(func() { fmt.Println() })
	})
}

func (t *task) run() {
	t.EmitBefore()
	defer t.EmitAfter()
	fmt.Println()
}

func goodMethod(t *task) { go t.run() }

func goodHandOver(t *task, ch chan *task) {
	t.EmitBefore()
	t.EmitAfter()
	ch <- t
	go func() {
		u := <-ch
		u.EmitBefore()
		u.EmitAfter()
	}()
}

func goodBothHere(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitAfter()
	go func() {
		r.EmitBefore()
		r.EmitAfter()
	}()
}

func goodPool(n int, jobs chan *task) {
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for t := range jobs {
				t.run()
			}
		})
	}
	wg.Wait()
}

func goodSynchronous(r *rt.AsyncResource) {
	r.EmitBefore()
	end := func() { r.EmitAfter() }
	end()
}

func goodOther(a, b *rt.AsyncResource) {
	a.EmitBefore()
	go func() {
		b.EmitBefore()
		b.EmitAfter()
	}()
	a.EmitAfter()
}

func goodContext(ctx context.Context, r *rt.AsyncResource) {
	stop := context.AfterFunc(ctx, func() {
		r.EmitBefore()
		defer r.EmitAfter()
	})
	defer stop()
}

func goodHelper(r *rt.AsyncResource) {
	helper.Go(func() {
		r.EmitBefore()
		r.EmitAfter()
	})
}
