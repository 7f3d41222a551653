// Package kit is what the golden cases use to show where they are. What Say
// prints must be the same plain and instrumented; what Scope prints is known
// only to an instrumented program.
package kit

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

// Store is filled in by messages: no case has one of its own.
var Store = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "store"})

// WithStores is set while senders have a store.
var WithStores bool

// scopes is what Scope printed.
var scopes strings.Builder

// Say prints its arguments, its caller's position and function, and how many
// functions are on the stack.
func Say(args ...any) {
	pc := make([]uintptr, 64)
	pc = pc[:runtime.Callers(2, pc)]
	frames := runtime.CallersFrames(pc)
	first, more := frames.Next()
	depth := 1
	for more {
		var f runtime.Frame
		f, more = frames.Next()
		if strings.HasPrefix(f.Function, "main.") || f.Function == "runtime.goexit" {
			break
		}
		if !ofTwin(f.Function) {
			depth++
		}
	}
	fmt.Printf("%s [%s:%d %s depth %d]\n", strings.TrimSpace(fmt.Sprintln(args...)), filepath.Base(first.File), first.Line, short(first.Function), depth)
}

// ofTwin reports whether a function is one of those that a twin puts around a
// goroutine or a function that is sent.
func ofTwin(name string) bool {
	_, name, _ = strings.Cut(short(name), ".")
	return strings.HasPrefix(name, "asynchooks") || strings.HasPrefix(name, "runStock") || strings.HasPrefix(name, "startStock")
}

// short drops the import path of a function's name.
func short(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// Scope prints the store that the caller sees, and checks that the ids agree.
func Scope(label any) {
	store, ok := Store.GetStore()
	if !ok {
		store = "-"
	}
	fmt.Fprintf(&scopes, "%v: %s\n", label, store)
	if !WithIDs {
		return
	}
	if id := rt.ExecutionAsyncID(); id != rt.ExecutionAsyncResource().AsyncID() {
		Fail("%v: execution id %d, resource %d", label, id, rt.ExecutionAsyncResource().AsyncID())
	}
}

// A Place is the scope of a caller.
type Place struct {
	store string
	id    rt.ID
}

// Here returns the caller's scope.
func Here() (p Place) {
	p.store, _ = Store.GetStore()
	if WithIDs {
		p.id = rt.ExecutionAsyncID()
	}
	return p
}

// Check checks that the caller's scope is p again: what yield entered is left
// when it returns.
func (p Place) Check(label any) {
	if now := Here(); now != p {
		Fail("%v: in %v, and before in %v", label, now, p)
	}
}

// WithIDs is set once ids were asked for.
var WithIDs bool

// Failed is how many checks failed.
var Failed int

// Fail reports a failed check.
func Fail(format string, args ...any) {
	Failed++
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

// Scopes returns what Scope printed and forgets it.
func Scopes() string {
	defer scopes.Reset()
	return scopes.String()
}

// As calls fn with the store of a sender.
func As(name any, fn func()) {
	if WithStores {
		Store.Run(fmt.Sprint(name), fn)
	} else {
		fn()
	}
}

// Feed sends the values from another goroutine, each with a store that is named
// after it, and closes the channel.
func Feed[T any](ch chan<- T, values ...T) {
	go func() {
		for _, v := range values {
			As(v, func() { ch <- v })
		}
		close(ch)
	}()
}

// Chan returns a channel that is fed.
func Chan[T any](values ...T) chan T {
	ch := make(chan T)
	Feed(ch, values...)
	return ch
}

// Exit is runtime.Goexit, which is known not to return.
func Exit() { runtime.Goexit() }

// Funcs returns a channel of functions.
func Funcs() chan func(int) int { return make(chan func(int) int, 1) }

// Ints returns a channel of ints, for packages in which make is something else.
func Ints() chan int { return make(chan int) }
