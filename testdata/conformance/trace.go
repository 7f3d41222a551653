package main

import (
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

// A tracer prints events.
type tracer struct {
	name   string   // before each line
	types  []string // whose events to print; nil: all. Of tagged ids in any case
	events string   // some of "ibadr", for the five events; "": "ibad"
	bare   bool     // print no scopes
	hold   bool     // Destroy waits for the end of main's turn

	onInit, onBefore, onAfter, onDestroy func() // after the line
}

// hook returns the tracer's hook. It keeps the turns of goroutines and timers:
// what begins one does so before Before, and ends it after Destroy.
func (t tracer) hook() *rt.AsyncHook {
	if t.events == "" {
		t.events = "ibad"
	}
	var c rt.HookCallbacks
	c.Init = func(id rt.ID, typ string, trigger rt.ID, _ *rt.AsyncResource) {
		turns.made(id, typ)
		if !t.wants('i') || t.types != nil && !slices.Contains(t.types, typ) {
			return
		}
		tag(id, typ)
		exec := " exec=" + label(rt.ExecutionAsyncID())
		if t.bare {
			exec = ""
		}
		t.print("init " + label(id) + " trigger=" + label(trigger) + exec)
		call(t.onInit)
	}
	c.Before = func(id rt.ID) {
		turns.begin(id)
		t.event('b', "before", id, t.onBefore)
	}
	c.After = func(id rt.ID) { t.event('a', "after", id, t.onAfter) }
	c.Destroy = func(id rt.ID) {
		if t.hold {
			turns.afterMain()
		}
		t.event('d', "destroy", id, t.onDestroy)
		turns.end(id)
	}
	if t.wants('r') {
		c.PromiseResolve = func(id rt.ID) { t.event('r', "resolve", id, nil) }
	}
	return rt.CreateHook(c)
}

func (t tracer) enable() *rt.AsyncHook { return t.hook().Enable() }

func (t tracer) wants(event rune) bool { return strings.ContainsRune(t.events, event) }

func (t tracer) event(event rune, word string, id rt.ID, then func()) {
	if !t.wants(event) || !known(id) {
		return
	}
	line := word + " " + label(id)
	if !t.bare {
		line += " " + here()
	}
	t.print(line)
	call(then)
}

func (t tracer) print(line string) {
	if t.name != "" {
		line = t.name + " " + line
	}
	out(line)
}

func call(fn func()) {
	if fn != nil {
		fn()
	}
}
