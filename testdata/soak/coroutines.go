package main

import (
	"iter"
	"math/rand/v2"
	"sync"
)

// coroutines resumes iterators from goroutines of many flows: the iterator sees
// the flow of whoever resumes it, and its own where it set one.
func coroutines(rng *rand.Rand, n int) {
	for range n {
		c := &coroutine{rng: rand.New(rand.NewPCG(rng.Uint64(), 5))}
		next, stop := iter.Pull(c.values)
		var last bool
		for i := 0; i < 8 && !last; i++ {
			var wg sync.WaitGroup
			wg.Add(1)
			go func() { // one after another, each on a goroutine of its own
				defer wg.Done()
				last = c.resume(next)
			}()
			wg.Wait()
		}
		c.resumer = 0
		if rng.IntN(4) > 0 {
			current.Run(newTag(), stop)
		} else {
			stop()
		}
	}
}

type coroutine struct {
	rng     *rand.Rand
	resumer uint64 // the store of whoever resumes it; 0: none
}

// resume takes some values in a flow of its own, and in none.
func (c *coroutine) resume(next func() (int, bool)) (last bool) {
	defer func() {
		if v := recover(); v != nil {
			faults.Add(1) // the iterator's own panic comes out of next
			last = true
		}
	}()
	take := func(n int) {
		for range n {
			if _, ok := next(); !ok {
				last = true
			}
		}
	}
	c.resumer = 0
	take(1)
	expectNone("a resumer")
	tag := newTag()
	c.resumer = tag
	current.Run(tag, func() {
		take(1 + c.rng.IntN(3))
		expect("a resumer", tag)
	})
	expectNone("a resumer ended")
	return last
}

// seen holds what the iterator sees against its resumer's store.
func (c *coroutine) seen(where string) {
	if c.resumer == 0 {
		expectNone(where)
		return
	}
	expect(where, c.resumer)
}

func (c *coroutine) values(yield func(int) bool) {
	for i := range 20 {
		if i > 0 && c.resumer == 0 && c.rng == nil {
			return
		}
		c.seen("an iterator")
		if !yield(i) {
			return
		}
		c.seen("an iterator, resumed")
		switch c.rng.IntN(6) {
		case 0:
			own := newTag()
			more := true
			current.Run(own, func() {
				expect("an iterator's own", own)
				more = yield(i)
				expect("an iterator's own, resumed", own)
			})
			if !more {
				return
			}
			c.seen("an iterator after its own")
		case 1:
			var wg sync.WaitGroup
			wg.Go(func() { c.seen("an iterator's goroutine") })
			wg.Wait()
		case 2:
			if c.rng.IntN(8) == 0 {
				panic("an iterator panics")
			}
		}
	}
}
