// Package hook has hooks that do too much, and hooks that do not.
package hook

import (
	"bytes"
	"fmt"
	"log"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

func quiet(id rt.ID) {}

// hookdropped, hookempty, hookleak

func badDropped() {
	rt.CreateHook(rt.HookCallbacks{Before: quiet}) // want `never enabled`
}

func badNeverEnabled() {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet}) // want `never enabled`
	h.Disable()
}

func badEnabled() {
	rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable() // want `nobody can disable it`
}

func badEmpty() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{}) // want `no callbacks`
}

func badEmptyNil() *rt.AsyncHook {
	var cb rt.HookCallbacks
	cb.Init = nil
	return rt.CreateHook(cb) // want `no callbacks`
}

func badLeak(fail bool) {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet})
	h.Enable() // want `stays enabled on a path`
	if fail {
		return
	}
	h.Disable()
}

func badLeakNever() {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet})
	h.Enable() // want `never disabled`
	fmt.Println()
}

func goodLeak() {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet})
	h.Enable()
	defer h.Disable()
}

func goodChained() {
	defer rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable().Disable()
}

func goodToggle(fail bool) {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable()
	h.Disable()
	h.Enable()
	h.Enable()
	h.Disable()
}

var global *rt.AsyncHook

func goodGlobal() {
	global = rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable()
}

func goodReturned() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable()
}

func goodPassed(keep func(*rt.AsyncHook)) {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet})
	h.Enable()
	keep(h)
}

type holder struct{ h *rt.AsyncHook }

func goodField(x *holder) {
	x.h = rt.CreateHook(rt.HookCallbacks{Before: quiet})
	x.h.Enable()
}

func goodCleanup(t interface{ Cleanup(func()) }) {
	h := rt.CreateHook(rt.HookCallbacks{Before: quiet}).Enable()
	t.Cleanup(func() { h.Disable() })
}

func goodUnknown(cb rt.HookCallbacks) *rt.AsyncHook { return rt.CreateHook(cb) }

// hookasync

var ids = make(chan rt.ID)

func send(id rt.ID) {
	ids <- id // want `the Before callback of a hook sends on a channel`
}

func indirect(id rt.ID) { send(id) }

var async = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		go quiet(id) // want `the Init callback of a hook starts a goroutine`
	},
	Before: indirect,
	After: func(id rt.ID) {
		time.Sleep(1)                // want `sleeps`
		time.AfterFunc(1, func() {}) // want `starts a timer`
		<-ids                        // want `receives`
		select {                     // want `selects`
		case ids <- id:
		default:
		}
	},
	Destroy: func(id rt.ID) {
		var wg sync.WaitGroup
		wg.Wait()       // want `waits`
		for range ids { // want `receives`
		}
	},
})

type recorder struct {
	mu   sync.Mutex
	seen map[rt.ID]bool
}

func (r *recorder) before(id rt.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen[id] = true
}

func (r *recorder) after(id rt.ID) { go quiet(id) } // want `starts a goroutine`

func goodMethod(r *recorder) *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Before: r.before, After: r.after})
}

// hooklog

var logger = log.New(os.Stderr, "", 0)

var logs = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		fmt.Println(id) // want `calls fmt.Println`
		rt.Debugf("%d", id)
	},
	Before: func(id rt.ID) {
		log.Printf("%d", id)        // want `calls log.Printf`
		logger.Println(id)          // want `logs`
		slog.Info("x")              // want `calls slog.Info`
		fmt.Fprintln(os.Stderr, id) // want `writes to a file`
		os.Stdout.WriteString("x")  // want `writes to a file`
	},
	After: func(id rt.ID) {
		var b bytes.Buffer
		fmt.Fprintln(&b, id)
		_ = fmt.Sprint(id)
	},
})

// hookpanic

func must(id rt.ID) {
	if id == 0 {
		panic("zero") // want `panics`
	}
}

var panics = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		_ = r.Object().(string) // want `asserts the type of a resource's Object`
		if s, ok := r.Object().(string); ok {
			_ = s
		}
	},
	Before: must,
	After: func(id rt.ID) {
		defer func() { recover() }()
		if id == 1 {
			panic("one")
		}
	},
})

// hookreentrant

var endless = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		rt.NewAsyncResource("x", nil) // want `fires that hook again`
	},
})

var mutual = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		r.EmitBefore() // want `fires that hook again`
		r.EmitAfter()
	},
	Before: func(id rt.ID) {
		rt.NewAsyncResource("x", nil) // want `fires that hook again`
	},
})

var guarded = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		if typ == "mine" {
			return
		}
		rt.NewAsyncResource("mine", nil)
	},
	Before: func(id rt.ID) { rt.ExecutionAsyncID() },
})

var oneWay = rt.CreateHook(rt.HookCallbacks{
	Before: func(id rt.ID) { rt.NewAsyncResource("x", nil) },
})

// resourceretain, initdestroypair

type record struct{ r *rt.AsyncResource }

var (
	byID    = map[rt.ID]*record{}
	last    *rt.AsyncResource
	all     []*rt.AsyncResource
	ok      = map[rt.ID]string{}
	never   = map[rt.ID]string{}
	counts  = map[string]int{}
	never2  sync.Map
	deleted sync.Map
)

func remember(id rt.ID, r *rt.AsyncResource) {
	byID[id] = &record{r} // want `in a map`
}

var retains = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		remember(id, r)
		last = r             // want `in package variable last`
		all = append(all, r) // want `in package variable all`
		local := r
		_ = local.Type()
		ok[id] = typ
		never[id] = typ // want `Init fills never by id`
		counts[typ]++
		never2.Store(id, typ) // want `Init fills never2 by id`
		deleted.Store(id, typ)
	},
	Destroy: func(id rt.ID) {
		delete(byID, id)
		forget(id)
		deleted.Delete(id)
	},
})

func forget(id rt.ID) { delete(ok, id) }

type tracker struct {
	types map[rt.ID]string
	left  map[rt.ID]string
}

func newTracker() *rt.AsyncHook {
	t := &tracker{types: map[rt.ID]string{}, left: map[rt.ID]string{}}
	return rt.CreateHook(rt.HookCallbacks{Init: t.init, Destroy: t.destroy})
}

func (t *tracker) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	t.types[id] = typ
	t.left[trigger] = typ // want `Init fills left by id`
}

func (t *tracker) destroy(id rt.ID) { delete(t.types, id) }
