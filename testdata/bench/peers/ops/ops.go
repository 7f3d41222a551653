// Package ops is the program that is measured: operations that a process does so
// often as it is told on standard input, and answers with the processor time. What
// carries a value along is the peer's; the rest is the same code for all, which
// the peer's tool, if it has one, makes into what it likes.
package ops

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"sync"
	"time"
)

// A Peer is what carries a value along.
type Peer struct {
	With func(fn func()) // calls fn with a value set; nil: there is no such thing
	Read func(n int)     // reads the value n times; nil: likewise
	Set  func(n int)     // sets a value around a call n times; nil: likewise
	Go   func(fn func()) // the package's own go statement; nil: it needs none
}

// Serve answers questions until standard input ends. All operations but Set are
// done with a value set.
func (p Peer) Serve() {
	runtime.GOMAXPROCS(1)
	ops := p.ops()
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		var name string
		var n int
		if _, err := fmt.Sscanf(in.Text(), "%q %d", &name, &n); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		op := ops[name]
		if op == nil {
			fmt.Println("none")
			continue
		}
		var took time.Duration
		measure := func() {
			runtime.GC()
			start := processorTime()
			op(n)
			took = processorTime() - start
		}
		if p.With == nil || name == "set" {
			measure()
		} else {
			p.With(measure)
		}
		fmt.Println(took.Nanoseconds())
	}
}

func (p Peer) ops() map[string]func(n int) {
	start := func(fn func()) { go fn() }
	if p.Go != nil {
		start = p.Go
	}
	return map[string]func(n int){
		"read":              p.Read,
		"set":               p.Set,
		"spawn":             func(n int) { spawn(n, start) },
		"message":           func(n int) { messages(n, make(chan int)) },
		"message, buffered": func(n int) { messages(n, make(chan int, 64)) },
		"time.AfterFunc":    afterFunc,
		"time.NewTimer, Stop": func(n int) {
			for range n {
				time.NewTimer(time.Hour).Stop()
			}
		},
		"HTTP request": requests,
	}
}

func spawn(n int, start func(func())) {
	var wg sync.WaitGroup
	for range n {
		wg.Add(1)
		start(wg.Done)
		wg.Wait()
	}
}

func messages(n int, ch chan int) {
	done := make(chan int)
	go func() {
		sum := 0
		for v := range ch {
			sum += v
		}
		done <- sum
	}()
	for i := range n {
		ch <- i
	}
	close(ch)
	<-done
}

func afterFunc(n int) {
	fired := make(chan bool)
	for range n {
		time.AfterFunc(0, func() { fired <- true })
		<-fired
	}
}

// requests are made one after another over one connection; client and server are
// both in this process.
func requests(n int) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	defer s.Close()
	for range n {
		resp, err := s.Client().Get(s.URL)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}
