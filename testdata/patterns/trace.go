package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// A trace records what hooks are told.
type trace struct {
	hook *rt.AsyncHook
	mu   sync.Mutex
	byID map[rt.ID]*record
}

type record struct {
	id       rt.ID
	typ      string
	site     string
	store    string
	resolved bool
	events   []string
	causes   []*record
}

func newTrace() *trace {
	t := &trace{byID: map[rt.ID]*record{rt.Root: {id: rt.Root, typ: "root"}}}
	event := func(name string) func(rt.ID) {
		return func(id rt.ID) {
			t.mu.Lock()
			defer t.mu.Unlock()
			if r := t.byID[id]; r != nil {
				r.events = append(r.events, name)
			}
		}
	}
	t.hook = rt.CreateHook(rt.HookCallbacks{
		Init:    t.init,
		Before:  event("before"),
		After:   event("after"),
		Destroy: event("destroy"),
		PromiseResolve: func(id rt.ID) {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.byID[id].resolved = true // it has no order against Before
		},
	}).Enable()
	return t
}

func (t *trace) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	store, _ := request.GetStore()
	site := short(r.Site())
	t.mu.Lock()
	defer t.mu.Unlock()
	rec := &record{id: id, typ: typ, site: site, store: store}
	t.byID[id] = rec
	if cause := t.byID[trigger]; cause != nil {
		cause.causes = append(cause.causes, rec)
	} else {
		rec.site += " (of an unknown trigger)"
	}
}

func (t *trace) print() { t.byID[rt.Root].print(0) }

func (r *record) print(depth int) {
	events := "init"
	if r.resolved {
		events += " resolve"
	}
	fmt.Print(strings.Repeat("  ", depth), r.typ)
	if r.site != "" {
		fmt.Printf(" %s", r.site)
		if r.store != "" {
			fmt.Printf(" for %s", r.store)
		}
		fmt.Printf(": %s", strings.Join(append([]string{events}, r.events...), " "))
	}
	fmt.Println()
	slices.SortFunc(r.causes, func(a, b *record) int { return cmp.Compare(a.id, b.id) })
	for _, c := range r.causes {
		c.print(depth + 1)
	}
}
