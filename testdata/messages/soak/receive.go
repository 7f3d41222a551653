package main

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// receiver receives from both channels until they are closed, in one form for
// each.
func (r *round[E]) receiver(rng *rand.Rand) {
	defer r.left.Done()
	if s, ok := stores.GetStore(); ok {
		fail("a detached receiver starts with the store %d", s)
	}
	forms := []func(ch chan E, other chan E){
		r.ranges, r.endless, r.selects, r.polls, r.awaits, r.reflects, r.reflectSelects, r.keeps, r.returns, r.both,
	}
	first, second := forms[rng.IntN(len(forms))], forms[rng.IntN(len(forms))]
	depth := rng.IntN(60)
	done := make(chan bool)
	go func() {
		defer close(done)
		deep(depth, func() { first(r.a, r.b) })
	}()
	own.Run("receiver", func() { second(r.b, r.a) })
	<-done
	if s, ok := stores.GetStore(); ok {
		fail("a receiver ends with the store %d", s)
	}
}

// check holds the store of the caller, who received v, against it.
func (r *round[E]) check(form string, v E, handled bool) {
	received.Add(1)
	tag := r.tag(v)
	got, ok := stores.GetStore()
	if want := handled && tag&1 == 1; ok != want || ok && got != tag {
		fail("%s of %T: tag %d: store %d, %v", form, v, tag, got, ok)
	}
	rt.Received()(func() {
		if got, ok := stores.GetStore(); ok != (tag&1 == 1) || ok && got != tag {
			fail("%s of %T: tag %d: Received gives store %d, %v", form, v, tag, got, ok)
		}
	})
}

func (r *round[E]) ranges(ch, _ chan E) {
	for v := range ch {
		r.check("range", v, true)
		if r.tag(v)%5 == 0 {
			continue
		}
		stores.EnterWith(0) // ends with the iteration
	}
}

func (r *round[E]) endless(ch, _ chan E) {
	for {
		v, ok := <-ch
		if !ok {
			return
		}
		r.check("receive in an endless loop", v, true)
	}
}

func (r *round[E]) selects(ch, _ chan E) {
	var ticks *time.Ticker
	stores.Run(3, func() { ticks = time.NewTicker(100 * time.Microsecond) })
	defer ticks.Stop()
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				return
			}
			r.check("select", v, true)
		case <-ticks.C:
			if s, _ := stores.GetStore(); s != 3 {
				fail("tick: store %d", s)
			}
		case <-never:
		}
	}
}

func (r *round[E]) polls(ch, _ chan E) {
	for {
		select {
		case v, ok := <-ch:
			if !ok {
				return
			}
			r.check("select with default", v, true)
		default:
			if s, ok := stores.GetStore(); ok {
				fail("default case: store %d", s)
			}
			runtime.Gosched()
		}
	}
}

func (r *round[E]) awaits(ch, _ chan E) {
	for i := 0; i >= 0; i++ {
		v, ok := <-ch
		if !ok {
			return
		}
		r.check("awaiting receive", v, false)
	}
}

func (r *round[E]) reflects(ch, _ chan E) {
	for {
		v, ok := reflect.ValueOf(ch).Recv()
		if !ok {
			return
		}
		r.check("reflect", v.Interface().(E), false)
	}
}

func (r *round[E]) reflectSelects(ch, _ chan E) {
	for {
		_, v, ok := reflect.Select([]reflect.SelectCase{
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ch)},
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(never)},
		})
		if !ok {
			return
		}
		r.check("reflect.Select", v.Interface().(E), false)
	}
}

// keeps has a store, which no message replaces.
func (r *round[E]) keeps(ch, _ chan E) {
	stores.Run(5, func() {
		for v := range ch {
			received.Add(1)
			if s, _ := stores.GetStore(); s != 5 {
				fail("a receiver's own store was replaced by %d", s)
			}
			tag := r.tag(v)
			rt.Received()(func() {
				if got, ok := stores.GetStore(); ok != (tag&1 == 1) || ok && got != tag {
					fail("range with a store: tag %d: Received gives store %d, %v", tag, got, ok)
				}
			})
		}
	})
}

// returns leaves the loop by a return after each message.
func (r *round[E]) returns(ch, _ chan E) {
	for more := true; more; {
		more = r.one(ch)
		if s, ok := stores.GetStore(); ok {
			fail("after a return: store %d", s)
		}
	}
}

func (r *round[E]) one(ch chan E) (more bool) {
	defer func() {
		if recover() != nil {
			more = true
		}
	}()
	for v := range ch {
		r.check("range that returns", v, true)
		if r.tag(v)%7 == 0 {
			panic("a way out")
		}
		return true
	}
	return false
}

func (r *round[E]) both(ch, other chan E) {
	for ch != nil || other != nil {
		select {
		case v, ok := <-ch:
			if !ok {
				ch = nil
				continue
			}
			r.check("select of two", v, true)
		case v, ok := <-other:
			if !ok {
				other = nil
				break
			}
			r.check("select of two", v, true)
		}
	}
}
