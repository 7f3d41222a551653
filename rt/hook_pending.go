package rt

import (
	"bytes"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// A change of the hooks made in a callback waits until the outermost event on
// the goroutine is over. That happens seldom, so events do not note which goroutines
// are in one: the stack tells.

// pendingChanges counts the goroutines that have changes waiting, or a message to
// put back.
var pendingChanges atomic.Int32

var pending struct {
	sync.Mutex
	of map[uint64][]hookChange // by goroutine
}

// deferChange makes the change when the outermost event on this goroutine ends.
func deferChange(c hookChange) {
	guard := holdEvents()
	defer guard.release()
	id := goroutineNumber()
	pending.Lock()
	defer pending.Unlock()
	if pending.of == nil {
		pending.of = make(map[uint64][]hookChange)
	}
	if pending.of[id] == nil {
		pendingChanges.Add(1)
	}
	pending.of[id] = append(pending.of[id], c)
}

// applyPending makes the changes that wait for this goroutine's event. Few events
// have any.
func applyPending() {
	if pendingChanges.Load() != 0 {
		applyDeferred()
	}
}

// applyDeferred puts back the message that was received last, and makes the changes
// that were deferred on this goroutine, if the event that ends is the outermost. That
// is still on the stack.
func applyDeferred() {
	if eventsOnStack() > 1 {
		return
	}
	if putBackReceived() {
		pendingChanges.Add(-1)
	}
	guard := holdEvents()
	id := goroutineNumber()
	pending.Lock()
	changes := pending.of[id]
	if changes != nil {
		delete(pending.of, id)
		pendingChanges.Add(-1)
	}
	pending.Unlock()
	guard.release()
	if changes != nil {
		hooks.apply(changes...)
	}
}

// receivedKept says that a callback receives on this goroutine: the message that
// was received last is put back when the outermost event ends.
func receivedKept() { pendingChanges.Add(1) }

// eventInProgress reports whether a callback runs on this goroutine.
func eventInProgress() bool { return eventsOnStack() > 0 }

// The functions that call callbacks.
var eventFuncs = map[string]bool{}

var destroyFuncs = map[string]bool{}

func init() {
	add := func(to map[string]bool, fs ...any) {
		for _, f := range fs {
			to[runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()] = true
		}
	}
	add(eventFuncs, (*hookList).fireInit, (*hookList).fireBefore, (*hookList).fireAfter, (*hookList).fireDestroy, (*hookList).fireEnd, fireResolve)
	add(destroyFuncs, (*hookList).fireDestroy, (*hookList).destroyTo)
}

// eventsOnStack counts the events in progress on this goroutine.
func eventsOnStack() int {
	n := 0
	eachFunc(func(name string) bool {
		if eventFuncs[name] {
			n++
		}
		return true
	})
	return n
}

// inDestroy reports whether a Destroy callback runs on this goroutine.
func inDestroy() bool {
	found := false
	eachFunc(func(name string) bool {
		found = destroyFuncs[name]
		return !found
	})
	return found
}

// eachFunc calls do with the name of each function on the stack, innermost
// first, until it returns false.
func eachFunc(do func(name string) bool) {
	var pcs [64]uintptr
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		if n == 0 {
			return
		}
		frames := runtime.CallersFrames(pcs[:n])
		for more := true; more; {
			var f runtime.Frame
			f, more = frames.Next()
			if !do(f.Function) {
				return
			}
		}
		if n < len(pcs) {
			return
		}
	}
}

// goroutineNumber returns the number of the calling goroutine in stack traces.
func goroutineNumber() uint64 {
	var buf [64]byte
	text := buf[:runtime.Stack(buf[:], false)]
	text = bytes.TrimPrefix(text, []byte("goroutine "))
	digits, _, _ := strings.Cut(string(text), " ")
	n, _ := strconv.ParseUint(digits, 10, 64)
	return n
}
