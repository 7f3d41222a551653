package main

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"

	"github.com/asynchooks/asynchooks/rt"
)

func init() {
	patterns["errgroup"] = errGroup
	patterns["singleflight"] = singleFlight
	patterns["context_cancel"] = contextCancel
	patterns["ticker_loop"] = tickerLoop
	patterns["graceful_shutdown"] = gracefulShutdown
}

func bound(fn func()) func() { return rt.Bind(fn) }

// errGroup: the group's goroutines are the request's, its token channel says
// nothing.
func errGroup() {
	for _, name := range []string{"A", "B"} {
		handle(name, func() {
			g, ctx := errgroup.WithContext(context.Background())
			g.SetLimit(1)
			for i := range 2 {
				g.Go(func() error {
					step("%s does %d", name, i)
					return nil
				})
			}
			_ = g.Wait()
			<-ctx.Done()
			step("%s is done", name)
		})
	}
}

// singleFlight: the call is made once, in the scope of who came first; who waits
// for it stays itself.
func singleFlight() {
	var group singleflight.Group
	entered, finish := make(chan struct{}), make(chan struct{})
	var results <-chan singleflight.Result
	handle("A", func() {
		results = group.DoChan("key", func() (any, error) {
			step("the call")
			close(entered)
			<-finish
			return "value", nil
		})
	})
	<-entered
	handle("B", func() {
		shared := group.DoChan("key", func() (any, error) { step("never"); return nil, nil })
		close(finish)
		step("B got %v", (<-shared).Val)
	})
	step("root got %v", (<-results).Val)
}

// contextCancel: a canceller says nothing to those that it wakes.
func contextCancel() {
	ctx, cancel := context.WithCancel(context.Background())
	work := make(chan int)
	handle("A", func() {
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				select {
				case <-ctx.Done():
					step("stops: %v", ctx.Err())
					return
				case n := <-work:
					step("works on %d", n)
				}
			}
		}()
		work <- 1
		handle("B", cancel)
		<-done
		step("A is done")
	})
}

// tickerLoop: a tick is in the scope of who made the ticker.
func tickerLoop() {
	var ticks *time.Ticker
	handle("A", func() { ticks = time.NewTicker(time.Millisecond) })
	n := 0
	for range ticks.C {
		step("tick")
		if n++; n == 2 {
			break
		}
	}
	handle("B", func() {
		for {
			<-ticks.C
			step("B keeps its store")
			break
		}
	})
	ticks.Stop()
	step("stopped")
}

// A server has a loop that serves requests until it is told to stop, and then
// what is still there.
type server struct {
	requests chan string
	quit     chan chan string
}

func (s *server) loop() {
	for {
		select {
		case r := <-s.requests:
			step("serves %s", r)
		case reply := <-s.quit:
			step("is told to stop")
			for r := range s.requests {
				step("serves %s at the end", r)
			}
			reply <- "stopped"
			return
		}
	}
}

// gracefulShutdown: what is served at the end is served for who asked.
func gracefulShutdown() {
	s := &server{make(chan string), make(chan chan string)}
	handle("starter", func() { go s.loop() })
	handle("A", func() { s.requests <- "a" })
	handle("operator", func() {
		reply := make(chan string)
		s.quit <- reply
		handle("B", func() { s.requests <- "b" })
		close(s.requests)
		step("the server has %s", <-reply)
	})
}
