// Package cells holds what a package that carries values along is asked in the
// comparison: each cell is a small program, whose answer says whose value was
// seen. It is written as any program is, and knows none of the packages.
package cells

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"
)

// A Peer is a package that carries values along.
type Peer struct {
	With func(value string, fn func()) // calls fn with the value
	Get  func() string                 // the value here; empty: none
	Go   func(fn func())               // the package's own go statement; nil: it needs none
}

// Run prints the answers of a peer, a line for each cell: name, tab, answer.
func Run(p Peer) {
	for _, c := range []struct {
		name string
		ask  func(Peer) string
	}{
		{"goroutine inherits", goroutine},
		{"channel, exact per message", channel},
		{"worker pool", pool},
		{"time.AfterFunc", afterFunc},
		{"time.Ticker, handled in a loop", ticker},
		{"context.AfterFunc", contextAfterFunc},
		{"context.AfterFunc, on a timeout", contextTimeout},
		{"iter.Pull", pull},
	} {
		fmt.Printf("%s\t%s\n", c.name, c.ask(p))
	}
}

// who says whose value v is.
func who(v string) string {
	if v == "" {
		return "none"
	}
	return v + "'s"
}

// goroutine: a go statement; where that does not do, the package's own one.
func goroutine(p Peer) string {
	seen := make(chan string, 1)
	p.With("parent", func() { go func() { seen <- p.Get() }() })
	answer := who(<-seen)
	if p.Go != nil {
		p.With("parent", func() { p.Go(func() { seen <- p.Get() }) })
		answer += "; through its own Go: " + who(<-seen)
	}
	return answer
}

// channel: four senders, each message in a context of its own, and two
// receivers. How many messages were handled with their sender's value?
func channel(p Peer) string {
	const each = 1000
	messages := make(chan string, 3)
	var sending, receiving sync.WaitGroup
	var mu sync.Mutex
	exact := 0
	for range 2 {
		receiving.Go(func() {
			for m := range messages {
				if p.Get() == m {
					mu.Lock()
					exact++
					mu.Unlock()
				}
			}
		})
	}
	for s := range 4 {
		sending.Go(func() {
			for i := range each {
				m := fmt.Sprint(s, "-", i)
				p.With(m, func() { messages <- m })
			}
		})
	}
	sending.Wait()
	close(messages)
	receiving.Wait()
	return fmt.Sprintf("%d of %d", exact, 4*each)
}

// pool: the first request starts the worker, the second one finds it there.
func pool(p Peer) string {
	jobs, seen := make(chan int), make(chan string)
	var once sync.Once
	w := &worker{p, jobs, seen}
	var answers []string
	for i, request := range []string{"first", "second"} {
		p.With(request, func() {
			once.Do(func() { go w.work() })
			jobs <- i
			answers = append(answers, who(<-seen))
		})
	}
	close(jobs)
	return "first sees " + answers[0] + ", second " + answers[1]
}

type worker struct {
	p    Peer
	jobs chan int
	seen chan string
}

func (w *worker) work() {
	for range w.jobs {
		w.seen <- w.p.Get()
	}
}

func afterFunc(p Peer) string {
	seen := make(chan string, 1)
	p.With("registrar", func() { time.AfterFunc(time.Millisecond, func() { seen <- p.Get() }) })
	return who(<-seen)
}

func ticker(p Peer) string {
	var t *time.Ticker
	p.With("registrar", func() { t = time.NewTicker(time.Millisecond) })
	defer t.Stop()
	for range t.C {
		return who(p.Get())
	}
	return ""
}

func contextAfterFunc(p Peer) string {
	seen := make(chan string, 1)
	ctx, cancel := context.WithCancel(context.Background())
	p.With("registrar", func() { context.AfterFunc(ctx, func() { seen <- p.Get() }) })
	p.With("canceller", cancel)
	return who(<-seen)
}

func contextTimeout(p Peer) string {
	seen := make(chan string, 1)
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	p.With("registrar", func() { context.AfterFunc(ctx, func() { seen <- p.Get() }) })
	return who(<-seen)
}

// pull: an iterator is made by one and resumed by two others.
func pull(p Peer) string {
	var next func() (string, bool)
	var stop func()
	p.With("creator", func() {
		next, stop = iter.Pull(func(yield func(string) bool) {
			for yield(who(p.Get())) {
			}
		})
	})
	defer stop()
	var seen []string
	for _, resumer := range []string{"first resumer", "second resumer"} {
		p.With(resumer, func() {
			v, _ := next()
			seen = append(seen, v)
		})
	}
	return strings.Join(seen, ", ")
}
