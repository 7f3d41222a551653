package main

import (
	"math/rand/v2"
	"reflect"
	"runtime"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// stores is what messages fill in; its store is the tag of the message. own is
// what some receivers have a store of.
var (
	stores = rt.NewAsyncLocalStorage[uint64](nil)
	own    = rt.NewAsyncLocalStorage[string](nil)
)

// A round is a pair of channels and who uses them. A tag is the number of the
// sender and of its message; the lowest bit says that the sender had a store.
type round[E any] struct {
	a, b    chan E
	box     func(tag uint64) E
	tag     func(E) uint64
	seeds   [2]uint64
	senders int
	recvs   int
	each    int  // messages of a sender
	early   bool // close while senders are at work
	sending sync.WaitGroup
	left    sync.WaitGroup
}

func newRound[E any](rng *rand.Rand, box func(uint64) E, tag func(E) uint64) *round[E] {
	buffers := []int{0, 0, 1, 3, 64, 1 << 14}
	size := buffers[rng.IntN(len(buffers))]
	return &round[E]{
		a: make(chan E, size), b: make(chan E, buffers[rng.IntN(len(buffers))]),
		box: box, tag: tag,
		seeds:   [2]uint64{rng.Uint64(), rng.Uint64()},
		senders: 1 + rng.IntN(12), recvs: 1 + rng.IntN(8), each: 1 + rng.IntN(400),
		early: rng.IntN(8) == 0 && *closing,
	}
}

func (r *round[E]) run() {
	r.left.Add(r.recvs)
	for i := range r.recvs {
		rng := rand.New(rand.NewPCG(r.seeds[0], uint64(i)))
		// Receivers are started by someone with stores, as workers are; the
		// directive is what makes them everyone's.
		stores.Run(1, func() {
			//asynchooks:detach
			go r.receiver(rng)
		})
	}
	r.sending.Add(r.senders)
	for i := range r.senders {
		go r.sender(uint64(i), rand.New(rand.NewPCG(r.seeds[1], uint64(i))))
	}
	if r.early {
		runtime.Gosched()
	} else {
		r.sending.Wait()
	}
	close(r.a)
	close(r.b)
	r.left.Wait()
	r.sending.Wait()
}

func (r *round[E]) sender(n uint64, rng *rand.Rand) {
	defer r.sending.Done()
	defer func() {
		// The channel may be closed early.
		if p := recover(); p != nil && !r.early {
			panic(p)
		}
	}()
	for k := range uint64(r.each) {
		tag := n<<32 | k<<1
		send := func() { r.send(rng, r.box(tag)) }
		switch rng.IntN(5) {
		case 0:
			stores.Exit(send)
		case 1:
			tag |= 1
			stores.Run(tag, send)
		case 2:
			tag |= 1
			leave := stores.Enter(tag)
			send()
			leave()
		case 3:
			tag |= 1
			stores.EnterWith(tag)
			send()
		case 4:
			tag |= 1
			done := make(chan bool)
			stores.Run(tag, func() {
				go func() {
					defer close(done)
					defer func() { recover() }()
					deep(rng.IntN(40), send)
				}()
			})
			<-done
		}
	}
}

// deep calls fn with that many more frames on the stack, which grows.
func deep(n int, fn func()) {
	var pad [256]byte
	if n > 0 {
		deep(n-1, fn)
		pad[n] = 1
		return
	}
	fn()
}

func (r *round[E]) send(rng *rand.Rand, v E) {
	ch := r.a
	if rng.IntN(3) == 0 {
		ch = r.b
	}
	switch rng.IntN(8) {
	case 0, 1:
		ch <- v
	case 2:
		// Someone must wait: the receiver may be polling as well.
		for range 20 {
			select {
			case ch <- v:
				return
			default:
				runtime.Gosched()
			}
		}
		ch <- v
	case 3:
		select {
		case r.a <- v:
		case r.b <- v:
		}
	case 4:
		select {
		case ch <- v:
		case <-never:
		}
	case 5:
		reflect.ValueOf(ch).Send(reflect.ValueOf(&v).Elem())
	case 6:
		if !reflect.ValueOf(ch).TrySend(reflect.ValueOf(&v).Elem()) {
			ch <- v
		}
	case 7:
		reflect.Select([]reflect.SelectCase{
			{Dir: reflect.SelectSend, Chan: reflect.ValueOf(r.a), Send: reflect.ValueOf(&v).Elem()},
			{Dir: reflect.SelectSend, Chan: reflect.ValueOf(r.b), Send: reflect.ValueOf(&v).Elem()},
			{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(never)},
		})
	}
}

var never = make(chan int)
