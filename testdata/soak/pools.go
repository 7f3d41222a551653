package main

import (
	"math/rand/v2"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// A pool has workers that whoever comes first starts, and that serve all.
type pool struct {
	once  sync.Once
	wg    sync.WaitGroup
	jobs  chan job
	calls chan func()
}

type job struct {
	tag  uint64
	done chan uint64
}

func newPool() *pool {
	return &pool{jobs: make(chan job, 8), calls: make(chan func())}
}

func (p *pool) start() {
	p.once.Do(func() {
		for range 3 {
			p.wg.Add(2)
			go p.work()
			go p.serve()
		}
	})
}

func (p *pool) close() {
	close(p.jobs)
	close(p.calls)
	p.wg.Wait()
}

// do has a job done by a worker, for the flow with this tag.
func (p *pool) do(tag uint64) {
	p.start()
	j := job{tag, make(chan uint64)}
	p.jobs <- j
	if got := <-j.done; got != tag {
		violation("a worker answers %d with %d", tag, got)
	}
	messages.Add(1)
}

// call has a function called by a worker.
func (p *pool) call(fn func()) {
	p.start()
	p.calls <- fn
}

func (p *pool) work() {
	defer p.wg.Done()
	for j := range p.jobs {
		expect("a worker", j.tag)
		rt.Received()(func() { expect("what a worker received", j.tag) })
		messages.Add(1)
		store, _ := current.GetStore()
		j.done <- store
	}
	expectNone("a worker ends")
}

func (p *pool) serve() {
	defer p.wg.Done()
	for {
		select {
		case fn, ok := <-p.calls:
			if !ok {
				return
			}
			messages.Add(1)
			fn()
		}
	}
}

// pools has flows use pools directly, from goroutines that come and go.
func pools(rng *rand.Rand, n int) {
	p := newPool()
	defer p.close()
	var wg sync.WaitGroup
	for range 1 + rng.IntN(20) {
		wg.Go(func() {
			for range n {
				tag := newTag()
				current.Run(tag, func() {
					p.do(tag)
					done := make(chan bool)
					p.call(func() {
						defer close(done)
						expect("a function in a pool", tag)
					})
					<-done
					wg.Go(func() { expect("a flow's goroutine", tag) })
				})
				expectNone("a flow ended")
			}
		})
	}
	wg.Wait()
}
