// Pins drops channels, timers and goroutines whose messages, registrations and
// stores lead back to them, and waits until they are collected: with no hook, and
// with one.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
	"weak"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

// A request is a store that knows what is done for it.
type request struct {
	work any
	size [100]int
}

var requests = rt.NewAsyncLocalStorage[*request](nil)

// early is made before anything is used.
var early = make(chan int, 8)

// kept is what outlives its requests.
var kept []any

var failed bool

func main() {
	rt.ExecutionAsyncID() // from here on channels know their messages
	drop("no hook")
	checker := rttest.NewChecker().Enable()
	drop("hook")
	rt.Flush()
	for _, p := range checker.Disable().Problems() {
		failed = true
		fmt.Fprintln(os.Stderr, p)
	}
	if failed {
		os.Exit(1)
	}
	fmt.Println("ok")
}

// drop makes a request for each of the cases, on a goroutine of its own, and waits
// until it is gone.
func drop(pass string) {
	for name, fn := range cases {
		var gone weak.Pointer[request]
		done := make(chan bool)
		go func() {
			defer close(done)
			r := new(request)
			gone = weak.Make(r)
			fn(r)
			another()
		}()
		<-done
		another()
		for n := 0; gone.Value() != nil; n++ {
			if n == 100 {
				failed = true
				fmt.Fprintf(os.Stderr, "%s, %s: the request is kept\n", pass, name)
				break
			}
			runtime.GC()
			rt.Flush()
		}
	}
	kept = nil
}

// another makes the last message of this goroutine one of no request.
func another() {
	ch := make(chan int, 1)
	ch <- 1
	<-ch
}

var cases = map[string]func(*request){
	"undelivered": func(r *request) {
		ch := make(chan int, 3)
		r.work = ch
		requests.Run(r, func() { ch <- 1 })
	},
	"undelivered, no size": func(r *request) {
		ch := make(chan struct{}, 3)
		r.work = ch
		requests.Run(r, func() { ch <- struct{}{} })
	},
	"undelivered, closed": func(r *request) {
		ch := make(chan any, 3)
		r.work = ch
		requests.Run(r, func() { ch <- r })
		close(ch)
	},
	"undelivered function": func(r *request) {
		ch := make(chan func(), 3)
		r.work = ch
		requests.Run(r, func() { ch <- func() {} })
	},
	"select that sends nothing": func(r *request) {
		full, ready := make(chan int), make(chan int, 1)
		ready <- 1
		requests.Run(r, func() {
			select {
			case full <- 1:
			case <-ready:
			}
			select {
			case full <- 1:
			default:
			}
		})
		kept = append(kept, full)
	},
	"closed channel": func(r *request) {
		ch := make(chan int)
		close(ch)
		requests.Run(r, func() {
			defer func() { recover() }()
			ch <- 1
		})
	},
	"taken": func(r *request) {
		ch := make(chan int, 2)
		requests.Run(r, func() { ch <- 1; early <- 1 })
		close(ch)
		for v := range ch {
			_ = v
		}
		<-early
		kept = append(kept, ch)
	},
	"range that waits": func(r *request) {
		ch, got := make(chan int, 2), make(chan bool)
		requests.Run(r, func() { ch <- 1 })
		go func() {
			for v := range ch {
				_ = v
				got <- true
			}
		}()
		<-got
		waits("[chan receive]")
		kept = append(kept, ch)
	},
	"select that waits": func(r *request) {
		ch, got := make(chan int, 2), make(chan bool)
		requests.Run(r, func() { ch <- 1 })
		go func() {
			for {
				select {
				case v := <-ch:
					_ = v
					got <- true
				case <-(chan bool)(nil):
				}
			}
		}()
		<-got
		waits("[select]")
		kept = append(kept, ch)
	},
	"service loop": func(r *request) {
		s := &server{make(chan int)}
		requests.Run(r, s.start)
		s.jobs <- 1
		kept = append(kept, s)
	},
	"timer": func(r *request) {
		requests.Run(r, func() { r.work = time.NewTimer(time.Hour) })
	},
	"ticker": func(r *request) {
		requests.Run(r, func() { r.work = time.NewTicker(time.Hour) })
	},
	"stopped timer": func(r *request) {
		requests.Run(r, func() {
			t, a := time.NewTimer(time.Hour), time.AfterFunc(time.Hour, func() {})
			t.Stop()
			a.Stop()
			kept = append(kept, t, a)
		})
	},
	"goroutine": func(r *request) {
		done := make(chan bool)
		requests.Run(r, func() { go func() { done <- true }() })
		<-done
	},
}

type server struct{ jobs chan int }

func (s *server) start() {
	go func() {
		for j := range s.jobs {
			_ = j
		}
	}()
}

// waits returns when a goroutine of a case waits for its next message.
func waits(state string) {
	buf := make([]byte, 1<<16)
	for {
		stacks := strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n")
		for _, s := range stacks {
			if strings.Contains(s, state) && strings.Contains(s, "created by main.init") {
				return
			}
		}
		runtime.Gosched()
	}
}
