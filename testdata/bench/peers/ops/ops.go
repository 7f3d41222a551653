// Package ops is the program that is measured: operations that a process does so
// often as it is told. What carries a value along is the peer's; the rest is the
// same code for all, which the peer's tool, if it has one, makes into what it likes.
package ops

import (
	"maps"
	"net/http"
	"os"
	"runtime"

	"github.com/asynchooks/asynchooks/testdata/bench/process"
)

// A Peer is what carries a value along.
type Peer struct {
	With func(fn func())        // calls fn with a value set; nil: there is no such thing
	Read func(n int)            // reads the value n times; nil: likewise
	Go   func(fn func())        // the package's own go statement; nil: it needs none
	Own  map[string]func(n int) // operations in the peer's own way
	Bare map[string]func(n int) // operations of the peer's own, done with no value set
	Only bool                   // what is not in these is not carried along, and not done

	// Handler makes a handler one that is called with a value set; nil: With does.
	Handler func(http.HandlerFunc) http.HandlerFunc
}

// Serve answers questions until standard input ends. The operations are done with
// a value set, those in Bare apart, by one processor.
func (p Peer) Serve() {
	runtime.GOMAXPROCS(1)
	ops := map[string]process.Op{}
	within := func(all map[string]func(n int)) {
		for name, do := range all {
			ops[name] = process.Timed(func(n int) { p.within(func() { do(n) }) })
		}
	}
	if !p.Only {
		within(messages)
		within(timers)
		within(map[string]func(n int){"request": requests})
		maps.Copy(ops, sizes)
	}
	if !p.Only || p.With != nil {
		within(map[string]func(n int){"spawn": p.spawn})
	}
	if !p.Only || p.With != nil || p.Handler != nil {
		ops["requests served"] = p.serve
	}
	if p.Read != nil {
		within(map[string]func(n int){"read": p.Read})
	}
	within(p.Own)
	for name, do := range p.Bare {
		ops[name] = process.Timed(do)
	}
	if err := process.Serve(os.Stdin, os.Stdout, ops); err != nil {
		fail(err)
	}
}

// within calls fn with a value set, if there is one.
func (p Peer) within(fn func()) {
	if p.With == nil {
		fn()
		return
	}
	p.With(fn)
}
