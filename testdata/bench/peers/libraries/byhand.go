package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	"example.com/bench/ops"
)

var depth1 = context.WithValue(context.Background(), key{}, 1)

// called is what a value is set around.
//
//go:noinline
func called(context.Context) { calls++ }

// byHand passes a context along where the program has to: in closures, in
// messages, in requests. What it is passed to does not read it.
var byHand = ops.Peer{
	Only: true,
	Read: func(n int) {
		ctx, sum := depth1, 0
		for range n {
			if v, ok := ctx.Value(key{}).(int); ok {
				sum += v
			}
		}
		sink += sum
	},
	Bare: map[string]func(n int){
		"set": func(n int) {
			for i := range n {
				called(context.WithValue(context.Background(), key{}, i))
			}
		},
		"spawn": func(n int) {
			var wg sync.WaitGroup
			ctx := context.WithValue(context.Background(), key{}, 1)
			for range n {
				wg.Add(1)
				go done(ctx, &wg)
				wg.Wait()
			}
		},
		"unbuffered": func(n int) { through(make(chan message), n) },
		"buffered":   func(n int) { through(make(chan message, 64), n) },
		"same goroutine": func(n int) {
			ch := make(chan message, 1)
			for i := range n {
				ch <- message{depth1, i}
				<-ch
			}
		},
		"AfterFunc that fires": func(n int) {
			fired := make(chan context.Context)
			ctx := context.WithValue(context.Background(), key{}, 1)
			for range n {
				time.AfterFunc(0, func() { fired <- ctx })
				<-fired
			}
		},
	},
	Handler: func(handle http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(context.WithValue(r.Context(), key{}, 1))
			if r.Context().Value(key{}) == nil {
				panic("the request has no value")
			}
			handle(w, r)
		}
	},
}

// done ends a goroutine that has a context.
//
//go:noinline
func done(_ context.Context, wg *sync.WaitGroup) { wg.Done() }

type message struct {
	ctx context.Context
	v   int
}

func through(ch chan message, n int) {
	done := make(chan int)
	go func() {
		sum := 0
		for m := range ch {
			sum += m.v
		}
		done <- sum
	}()
	for i := range n {
		ch <- message{depth1, i}
	}
	close(ch)
	<-done
}
