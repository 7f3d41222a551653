// Package rttest checks what hooks are told. A [Checker] is a hook that holds
// every event against the rules of package rt: a test of a library that makes
// its own resources enables one, runs the library, and asks what was wrong.
//
//	c := rttest.NewChecker().Enable()
//	defer c.Report(t)
package rttest

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// A Checker holds events against these rules:
//
//   - each id has one Init, and at most one Destroy;
//   - Before and After are balanced on each goroutine, last in, first out;
//   - Before, After and Destroy come after Init, unless the resource was made
//     before the checker was enabled;
//   - an id is larger than that of its trigger, and the trigger is known;
//   - Init runs in the scope of the creator, Before and After in that of the
//     resource, Destroy in scope 0.
//
// Its methods may be called from any goroutine at once.
type Checker struct {
	hook *rt.AsyncHook

	mu        sync.Mutex
	resources map[rt.ID]*resource
	open      map[string][]rt.ID // by goroutine
	late      bool               // resources were made before
	problems  []string
	events    int
}

type resource struct {
	typ       string
	init      bool
	destroyed bool
}

// NewChecker returns a checker that is not enabled yet. Resources from before
// it is enabled are taken as they come.
func NewChecker() *Checker {
	c := &Checker{
		resources: map[rt.ID]*resource{rt.Root: {typ: "root", init: true}},
		open:      make(map[string][]rt.ID),
		late:      true,
	}
	c.hook = rt.CreateHook(rt.HookCallbacks{Init: c.init, Before: c.before, After: c.after, Destroy: c.destroy})
	return c
}

// FromStart says that no resource was made before the checker is enabled, so
// that every event of one without Init is wrong. It returns the checker.
func (c *Checker) FromStart() *Checker {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.late = false
	return c
}

// Enable enables the checker's hook and returns the checker.
func (c *Checker) Enable() *Checker {
	c.hook.Enable()
	return c
}

// Disable disables the checker's hook and returns the checker.
func (c *Checker) Disable() *Checker {
	c.hook.Disable()
	return c
}

// Report disables the checker and fails the test for each rule that was broken.
func (c *Checker) Report(t testing.TB) {
	t.Helper()
	c.Disable()
	for _, p := range c.Problems() {
		t.Error(p)
	}
}

// Problems returns what was wrong so far, in the order in which it was seen.
// Scopes that are still open are not.
func (c *Checker) Problems() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.problems)
}

// Events returns how many events the checker was told.
func (c *Checker) Events() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.events
}

// Open returns the ids of the scopes whose After has not come yet.
func (c *Checker) Open() []rt.ID {
	c.mu.Lock()
	defer c.mu.Unlock()
	var ids []rt.ID
	for _, stack := range c.open {
		ids = append(ids, stack...)
	}
	slices.Sort(ids)
	return ids
}

func (c *Checker) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

func (c *Checker) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	exec := rt.ExecutionAsyncID()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.events++
	old := c.resources[id]
	switch {
	case old != nil && old.init:
		c.problem("Init of %s %d: there was one of %s %d before", typ, id, old.typ, id)
	case old != nil:
		c.problem("Init of %s %d came after other events of it", typ, id)
	}
	c.resources[id] = &resource{typ: typ, init: true} //asynchooks:ignore initdestroypair a checker must know of every id
	switch {
	case r == nil:
		c.problem("Init of %s %d: no resource", typ, id)
	case r.AsyncID() != id || r.Type() != typ || r.TriggerAsyncID() != trigger:
		c.problem("Init of %s %d, trigger %d: the resource is %s %d, trigger %d", typ, id, trigger, r.Type(), r.AsyncID(), r.TriggerAsyncID())
	}
	if typ == "" {
		c.problem("Init of %d: the type is empty", id)
	}
	if id <= rt.Root {
		c.problem("Init of %s %d: the id is none of a new resource", typ, id)
	}
	switch known := c.resources[trigger] != nil; {
	case known && trigger >= id:
		c.problem("Init of %s %d: the trigger %d is not smaller", typ, id, trigger)
	case trigger != 0 && !known && !c.late:
		c.problem("Init of %s %d: nothing is known of the trigger %d", typ, id, trigger)
	}
	if exec == id {
		c.problem("Init of %s %d: in its own scope, not the creator's", typ, id)
	}
}

// seen returns the resource, which an event other than Init is about.
func (c *Checker) seen(event string, id rt.ID) *resource {
	c.events++
	r := c.resources[id]
	if r == nil {
		if !c.late {
			c.problem("%s of %d: there was no Init", event, id)
		}
		r = &resource{typ: "earlier resource"}
		c.resources[id] = r
	}
	return r
}

func (c *Checker) before(id rt.ID) {
	c.inScope("Before", id)
	g := goroutine()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen("Before", id)
	c.open[g] = append(c.open[g], id)
}

func (c *Checker) after(id rt.ID) {
	c.inScope("After", id)
	g := goroutine()
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.seen("After", id)
	stack := c.open[g]
	switch n := len(stack); {
	case n > 0 && stack[n-1] == id:
		stack = stack[:n-1]
	case n == 0 && c.late:
	default:
		c.problem("After of %s %d on goroutine %s: the open scopes are %v", r.typ, id, g, stack)
	}
	if len(stack) == 0 {
		delete(c.open, g)
	} else {
		c.open[g] = stack
	}
}

func (c *Checker) destroy(id rt.ID) {
	c.inScope("Destroy", 0)
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.seen("Destroy", id)
	if r.destroyed {
		c.problem("Destroy of %s %d: there was one before", r.typ, id)
	}
	r.destroyed = true
}

// inScope checks the scope that an event is in.
func (c *Checker) inScope(event string, id rt.ID) {
	if exec := rt.ExecutionAsyncID(); exec != id {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.problem("%s in scope %d, want %d", event, exec, id)
	}
}

// goroutine returns the number of the goroutine.
func goroutine() string {
	var buf [64]byte
	text := string(bytes.TrimPrefix(buf[:runtime.Stack(buf[:], false)], []byte("goroutine ")))
	number, _, _ := strings.Cut(text, " ")
	return number
}
