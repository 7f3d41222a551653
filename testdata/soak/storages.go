package main

import (
	"math/rand/v2"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// storages makes storages, fills them in many goroutines and disables them
// meanwhile. What a goroutine sees is its own, or nothing; and nothing for
// certain once it knows of the Disable.
func storages(rng *rand.Rand, n int) {
	shared := make([]*rt.AsyncLocalStorage[uint64], 12)
	for i := range shared {
		shared[i] = rt.NewAsyncLocalStorage[uint64](nil)
	}
	for range n {
		s := rt.NewAsyncLocalStorage[uint64](nil)
		tag := newTag()
		var working, ready, disabled sync.WaitGroup
		disabled.Add(1)
		s.Run(tag, func() {
			for range 1 + rng.IntN(8) {
				rng := rand.New(rand.NewPCG(rng.Uint64(), 7))
				ready.Add(1)
				working.Go(func() {
					use(rng, shared)
					own := newTag()
					sees(s, tag, true)
					s.Run(own, func() {
						sees(s, own, true)
						ready.Done()
						disabled.Wait()
						sees(s, own, false)
						s.EnterWith(own + 1)
						if got, ok := s.GetStore(); !ok || got != own+1 {
							violation("a storage in use again: store %d, %v", got, ok)
						}
					})
					if got, ok := s.GetStore(); ok {
						violation("a disabled storage has the store %d back", got)
					}
				})
			}
			use(rng, shared)
			ready.Wait()
			s.Disable()
			sees(s, tag, false)
			disabled.Done()
		})
		working.Wait()
		race(rng, tag)
	}
}

// race disables a storage at any moment of its use.
func race(rng *rand.Rand, tag uint64) {
	s := rt.NewAsyncLocalStorage[uint64](nil)
	var using sync.WaitGroup
	s.Run(tag, func() {
		for range 4 {
			times := rng.IntN(20)
			using.Go(func() {
				for range times {
					own := newTag()
					s.Run(own, func() { sees(s, own, true) })
					sees(s, tag, true)
					func() {
						defer s.Enter(own)()
						sees(s, own, true)
					}()
					sees(s, tag, true)
				}
			})
		}
		for range rng.IntN(3) {
			s.Disable()
		}
	})
	using.Wait()
	s.Run(tag, s.Disable)
	sees(s, tag, false)
}

// sees holds a storage's store against tag. While others may disable it, there
// may be none; ok false says that there must be none.
func sees(s *rt.AsyncLocalStorage[uint64], tag uint64, ok bool) {
	checks.Add(1)
	got, found := s.GetStore()
	if found && (!ok || got != tag) {
		violation("a storage in use: store %d, want %d, %v", got, tag, ok)
	}
}

// use sets some of the storages within each other, and looks at all of them
// here and elsewhere.
func use(rng *rand.Rand, shared []*rt.AsyncLocalStorage[uint64]) {
	want := make(map[int]uint64)
	look := func(where string) {
		checks.Add(1)
		for i, s := range shared {
			got, ok := s.GetStore()
			if tag, set := want[i]; ok != set || got != tag {
				violation("%s: storage %d has %d, %v; want %d, %v", where, i, got, ok, tag, set)
			}
		}
	}
	var level func(depth int)
	level = func(depth int) {
		if depth == 0 {
			var wg sync.WaitGroup
			wg.Go(func() { look("a goroutine below storages") })
			wg.Wait()
			return
		}
		i, tag := rng.IntN(len(shared)), newTag()
		old, had := want[i]
		switch rng.IntN(4) {
		case 0, 1:
			shared[i].Run(tag, func() {
				want[i] = tag
				level(depth - 1)
				look("in storages")
			})
		case 2:
			leave := shared[i].Enter(tag)
			want[i] = tag
			level(depth - 1)
			look("in storages")
			leave()
		case 3:
			shared[i].Exit(func() {
				delete(want, i)
				level(depth - 1)
				look("out of a storage")
			})
		}
		delete(want, i)
		if had {
			want[i] = old
		}
		look("back from storages")
	}
	level(rng.IntN(15))
}
