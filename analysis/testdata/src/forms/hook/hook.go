// Package hook has more forms of hooks that do too much, and of some that do not.
package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"weak"

	"github.com/asynchooks/asynchooks/rt"
)

func nothing(rt.ID) {}

func badDropped() error {
	h := rt.CreateHook(rt.HookCallbacks{After: nothing}) // want `never enabled`
	_ = h
	return nil
}

func badForGood(name string) {
	if name != "" {
		rt.CreateHook(rt.HookCallbacks{After: nothing}).Enable() // want `nobody can disable it`
	}
}

func badEmpty() {
	cb := rt.HookCallbacks{}
	hook := rt.CreateHook(cb) // want `no callbacks`
	defer hook.Enable().Disable()
}

func badLeakSwitch(n int) error {
	h := rt.CreateHook(rt.HookCallbacks{After: nothing})
	h.Enable() // want `stays enabled`
	switch n {
	case 0:
		return errors.New("zero")
	}
	h.Disable()
	return nil
}

func badLeakLoop(in chan int) {
	h := rt.CreateHook(rt.HookCallbacks{After: nothing})
	for n := range in {
		h.Enable() // want `stays enabled`
		if n == 0 {
			return
		}
		h.Disable()
	}
}

type collector struct {
	mu    sync.Mutex
	ch    chan rt.ID
	out   io.Writer
	log   *slog.Logger
	ids   []rt.ID
	types map[rt.ID]string
	alive map[rt.ID]weak.Pointer[rt.AsyncResource]
	res   []*rt.AsyncResource
	n     atomic.Int64
}

func (c *collector) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	c.res = append(c.res, r) // want `resource`
	c.types[id] = typ        // want `Init fills types by id`
	c.notify(id)
}

func (c *collector) notify(id rt.ID) {
	select { // want `selects`
	case c.ch <- id:
	case <-time.After(time.Second): // want `timer`
	}
}

func (c *collector) before(id rt.ID) {
	c.log.Info("before", "id", id)                // want `logs`
	c.log.InfoContext(context.Background(), "id") // want `logs`
	fmt.Fprintf(os.Stderr, "%d\n", id)            // want `writes to a file`
}

func (c *collector) after(id rt.ID) {
	for i := range c.ids {
		if c.ids[i] == id {
			return
		}
	}
	log.Printf("unknown id %d", id) // want `log.Printf`
}

func (c *collector) destroy(id rt.ID) {
	panic(fmt.Sprintf("destroy %d", id)) // want `panics`
}

func (c *collector) hook() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Init: c.init, Before: c.before, After: c.after, Destroy: c.destroy})
}

func badConverted() *rt.AsyncHook {
	var cb rt.HookCallbacks
	cb.Before = func(id rt.ID) {
		defer fmt.Println("before", id) // want `fmt.Println`
	}
	cb.After = func(id rt.ID) {
		func() {
			println(id) // allowed: it fires nothing
			var once sync.Once
			once.Do(func() { go nothing(id) }) // want `starts a goroutine`
		}()
	}
	return rt.CreateHook(cb)
}

func badReentrantBind() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			rt.BindAsync(typ, nothing) // want `fires that hook again`
		},
	})
}

var seen = map[rt.ID]*rt.AsyncResource{}

func badRetainStruct() *rt.AsyncHook {
	type entry struct {
		typ string
		r   *rt.AsyncResource
	}
	entries := make(map[rt.ID]entry)
	return rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, r *rt.AsyncResource) {
			entries[id] = entry{typ, r} // want `in a map`
		},
		Destroy: func(id rt.ID) { delete(entries, id) },
	})
}

func badRetainClosure() *rt.AsyncHook {
	var later []func()
	return rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, _ rt.ID, r *rt.AsyncResource) {
			later = append(later, func() { r.EmitBefore() }) // want `resource`
		},
		Destroy: func(id rt.ID) { later = nil },
	})
}

func goodLeak(fn func() error) (err error) {
	h := rt.CreateHook(rt.HookCallbacks{After: nothing})
	h.Enable()
	defer func() { h.Disable() }()
	return fn()
}

func goodConditional(trace bool, fn func()) {
	if trace {
		h := rt.CreateHook(rt.HookCallbacks{After: nothing}).Enable()
		defer h.Disable()
	}
	fn()
}

func goodStop() (stop func() *rt.AsyncHook) {
	h := rt.CreateHook(rt.HookCallbacks{After: nothing})
	h.Enable()
	return h.Disable
}

func goodStruct() struct{ h *rt.AsyncHook } {
	return struct{ h *rt.AsyncHook }{rt.CreateHook(rt.HookCallbacks{After: nothing}).Enable()}
}

type quiet struct {
	types map[rt.ID]string
	alive map[rt.ID]weak.Pointer[rt.AsyncResource]
	byTyp map[string]int
	n     atomic.Int64
	last  atomic.Pointer[string]
	ring  [64]rt.ID
}

func (q *quiet) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	q.types[id] = typ
	q.alive[id] = weak.Make(r)
	q.byTyp[typ]++
	q.ring[q.n.Add(1)%64] = id
	if typ == "mine" {
		return
	}
	rt.Debugf("%s %d", r.Type(), r.AsyncID())
}

func (q *quiet) destroy(id rt.ID) {
	delete(q.types, id)
	delete(q.alive, id)
}

func (q *quiet) before(id rt.ID) {
	s := fmt.Sprintf("%d", id)
	q.last.Store(&s)
	if _, err := json.Marshal(id); err != nil {
		return
	}
}

func goodQuiet() *rt.AsyncHook {
	q := &quiet{types: map[rt.ID]string{}, alive: map[rt.ID]weak.Pointer[rt.AsyncResource]{}, byTyp: map[string]int{}}
	return rt.CreateHook(rt.HookCallbacks{Init: q.init, Before: q.before, Destroy: q.destroy})
}

func goodDefined() *rt.AsyncHook {
	// What a callback defines and does not call is not done in it.
	return rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) {
		f := func() { fmt.Println(id) }
		_ = f
	}})
}

func goodRecovered() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Before: func(id rt.ID) {
		defer func() { _ = recover() }()
		if id == 7 {
			panic("seven")
		}
	}})
}
