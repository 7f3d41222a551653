package rewrite_test

import (
	"fmt"
	"strings"
)

// A generator writes random packages with one possible output, in the form of a
// golden case: func Run() calls functions in which every form of site meets
// every way of leaving it. Its choices come from data, so that a fuzzer can vary
// them; where data ends, each choice is the plainest, and the package ends soon.
type generator struct {
	data  []byte
	names int // how many names were made
	depth int // of the statement being written
}

// choose returns a choice among n, 0 once data has ended.
func (g *generator) choose(n int) int {
	if len(g.data) == 0 {
		return 0
	}
	c := int(g.data[0])
	g.data = g.data[1:]
	return c % n
}

// pick returns one of the texts.
func (g *generator) pick(texts ...string) string { return texts[g.choose(len(texts))] }

func (g *generator) name(prefix string) string {
	g.names++
	return fmt.Sprint(prefix, g.names)
}

// number is a small constant.
func (g *generator) number() int { return g.choose(7) + 1 }

// body is what a statement is in: what its exits can be.
type body struct {
	returns   string // what the function returns; "" if it has no result
	goroutine bool   // runtime.Goexit ends nothing but a goroutine of the case's own
	undelayed bool   // no calls are deferred
	targets   []*target
}

// A target is a statement that break or continue can aim at.
type target struct {
	label string
	loop  bool
	used  bool // the label is
}

func (b body) with(t *target) body {
	b.targets = append(b.targets[:len(b.targets):len(b.targets)], t)
	return b
}

// prelude is the part of a package that is always the same.
const prelude = `package p

import (
	"context"
	"sync"
	"time"

	"golden/kit"
)

var fuel int

// tick is called in every iteration: nothing runs forever.
func tick() {
	if fuel--; fuel < 0 {
		panic("out of fuel")
	}
}

func full[T interface{}](values ...T) chan T {
	ch := make(chan T, len(values))
	for _, v := range values {
		kit.As(v, func() { ch <- v })
	}
	close(ch)
	return ch
}

func each[C interface{ ~chan T }, T interface{}](ch C, visit func(T) bool) (n int) {
	for v := range ch {
		if !visit(v) {
			break
		}
		n++
	}
	return n
}

// upTo holds that a body leaves no scope open when it returns.
func upTo(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		outside := kit.Here()
		for i := range n {
			more := yield(i)
			outside.Check(i)
			if !more {
				return
			}
		}
	}
}

// messages is a sequence of what arrives.
func messages(ch chan int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for v := range ch {
			if !yield(v) {
				return
			}
		}
	}
}

func same[T interface{}](v T) T { return v }

type pool struct{ jobs, results chan int }

func (p *pool) work() {
	for job := range p.jobs {
		if job%3 == 0 {
			p.results <- 1
			continue
		}
		p.results <- job
	}
}

func sum(workers, jobs int) (n int) {
	p := &pool{make(chan int), make(chan int, jobs)}
	for range workers {
		go p.work()
	}
	for i := range jobs {
		kit.As(i, func() { p.jobs <- i })
	}
	close(p.jobs)
	for range jobs {
		n += <-p.results
	}
	return n
}

type adder int

func (a adder) add(n int) int { return int(a) + n }

func (a adder) all(ns ...int) (n int) {
	for _, m := range ns {
		n += int(a) + m
	}
	return n
}

var never chan int

func caught(f func() int) (x int) {
	defer func() {
		if r := recover(); r != nil {
			kit.Say("panic:", r)
		}
	}()
	return f()
}

func run(f func() int) {
	fuel = 60
	kit.Say("result", caught(f))
}

func later(f func()) {
	done := make(chan struct{})
	time.AfterFunc(1, func() { defer close(done); f() })
	<-done
}

func afterContext(f func()) {
	done := make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	context.AfterFunc(ctx, func() { defer close(done); f() })
	cancel()
	<-done
}

func group(f func()) {
	var wg sync.WaitGroup
	wg.Go(f)
	wg.Wait()
}
`

// pkg writes a package of n functions.
func (g *generator) pkg(n int) string {
	var b strings.Builder
	b.WriteString(prelude)
	var calls strings.Builder
	data := g.data
	for i := range n {
		g.data = data[i*len(data)/n : (i+1)*len(data)/n]
		fmt.Fprintf(&b, "\nfunc f%d() (x int) {\n%s\nreturn x\n}\n", i, g.stmts(body{returns: "x"}))
		fmt.Fprintf(&calls, "\trun(f%d)\n", i)
	}
	fmt.Fprintf(&b, "\nfunc Run() {\n%s}\n", calls.String())
	return b.String()
}
