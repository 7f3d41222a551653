// Patterns runs one of the ways in which Go programs use channels, and prints
// the store that each step sees, and then the hooks' trace: a tree in which what
// caused something stands above it.
//
//	patterns worker_pool
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

// request is the identity of a request.
var request = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "request"})

// patterns are filled in by the files.
var patterns = map[string]func(){}

func main() {
	fn := patterns[os.Args[len(os.Args)-1]]
	if len(os.Args) != 2 || fn == nil {
		fmt.Fprintln(os.Stderr, "usage: patterns NAME")
		os.Exit(2)
	}
	checker := rttest.NewChecker().FromStart().Enable()
	t := newTrace()
	fn()
	// The hooks of a goroutine's end run on it: wait until none is left.
	for runtime.NumGoroutine() > 1 {
		runtime.Gosched()
	}
	rt.Flush()
	t.hook.Disable()
	checker.Disable()
	t.print()
	for _, c := range rt.Conflicts() {
		fmt.Printf("conflict: %s, %d of %s\n", short(c.Site), c.Count, c.Storage)
	}
	for _, p := range checker.Problems() {
		fmt.Println("problem:", p)
	}
}

// step prints the store that its caller sees.
func step(format string, args ...any) {
	s, ok := request.GetStore()
	if !ok {
		s = "-"
	}
	fmt.Printf("%s: %s\n", fmt.Sprintf(format, args...), s)
}

// handle is the handling of a request: its own goroutine, its own store. It
// returns when that is done.
func handle(name string, fn func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		request.Run(name, fn)
	}()
	<-done
}

func short(s rt.Site) string {
	return fmt.Sprintf("%s:%d", s.File[strings.LastIndexByte(s.File, '/')+1:], s.Line)
}
