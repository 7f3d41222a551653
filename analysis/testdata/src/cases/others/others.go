package others

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"cases/lib"
	"github.com/asynchooks/asynchooks/rt"
)

// ---- asynclife

func destroyTwice(r *rt.AsyncResource, err error) {
	defer r.EmitDestroy() // finds doubledestroy
	if err != nil {
		r.EmitDestroy()
	}
}

func destroyEarly(r *rt.AsyncResource, err error) {
	if err != nil {
		r.EmitDestroy()
		return
	}
	fmt.Println("x")
	r.EmitDestroy()
}

func destroyClose(q *lib.Query) {
	defer q.Close() // finds doubledestroy
	lib.Kill(q.AsyncResource)
}

func destroySwitch(r *rt.AsyncResource, n int) {
	switch n {
	case 1:
		r.EmitDestroy()
		fallthrough
	case 2:
		r.EmitDestroy() // finds doubledestroy
	}
}

func destroyLoop(r *rt.AsyncResource, n int) {
	for range n {
		r.EmitDestroy() // finds doubledestroy
	}
}

func destroyEach(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitDestroy()
	}
}

func useLater(r *rt.AsyncResource) {
	r.EmitDestroy()
	r.EmitBefore() // finds useafterdestroy
	r.EmitAfter()
}

func useBind(r *rt.AsyncResource) func() {
	r.EmitDestroy()
	return r.Bind(func() {}) // finds useafterdestroy
}

func useHelper(r *rt.AsyncResource) {
	lib.Kill(r)
	lib.With(r, func() {}) // finds useafterdestroy
}

func useFinish(r *rt.AsyncResource) {
	r.EmitBefore()
	lib.Finish(r)
	r.RunInAsyncScope(func() {}) // finds useafterdestroy
}

func useInScope(r *rt.AsyncResource) {
	r.RunInAsyncScope(func() {
		r.EmitDestroy()
	})
}

func useDeferred(r *rt.AsyncResource) {
	defer r.EmitDestroy()
	r.EmitBefore()
	defer r.EmitAfter()
	fmt.Println("x")
}

func useDeferredWrong(r *rt.AsyncResource) {
	defer r.RunInAsyncScope(func() { fmt.Println("bye") }) // finds useafterdestroy
	defer r.EmitDestroy()
	fmt.Println("x")
}

func reassigned() {
	r := rt.NewAsyncResource("A", nil)
	r.EmitDestroy()
	r = rt.NewAsyncResource("B", nil)
	r.RunInAsyncScope(func() {})
	r.EmitDestroy()
}

var manual = &rt.AsyncResourceOptions{RequireManualDestroy: true}

func manualLeak(n int) int {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // finds manualleak
	r.EmitBefore()
	n++
	r.EmitAfter()
	return n
}

func manualOpts(n int) int {
	opts := rt.AsyncResourceOptions{RequireManualDestroy: true}
	r := rt.NewAsyncResource("M", &opts) // finds manualleak
	r.RunInAsyncScope(func() { n++ })
	return n
}

func manualOK(n int) int {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	defer func() { r.EmitDestroy() }()
	r.RunInAsyncScope(func() { n++ })
	return n
}

func manualEscapes() *rt.AsyncResource {
	return rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func manualField(s *holder) {
	s.r = rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func manualChan(ch chan<- *rt.AsyncResource) {
	ch <- rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func manualHelper(n int) {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	defer lib.Kill(r)
	fmt.Println(n)
}

func manualPath(n int) {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // finds manualleak
	if n == 0 {
		return
	}
	r.EmitDestroy()
}

func manualGo() {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	go func() {
		defer r.EmitDestroy()
		fmt.Println("x")
	}()
}

func manualCleanup(t *testing.T) {
	r := rt.NewAsyncResource("M", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	t.Cleanup(func() { r.EmitDestroy() })
	r.RunInAsyncScope(func() {})
}

type holder struct{ r *rt.AsyncResource }

const noType = ""

func empties(name string) {
	rt.NewAsyncResource(noType, nil) // finds emptytype
	rt.BindAsync("", func() {})()    // finds emptytype
	rt.NewAsyncResource(name, nil)
}

var dying = map[rt.ID]*rt.AsyncResource{}

func destroyAll(id rt.ID) {
	if r := dying[id]; r != nil {
		r.EmitDestroy() // finds destroyincallback
	}
}

var destroyHook = rt.CreateHook(rt.HookCallbacks{Destroy: destroyAll})

func init() { destroyHook.Enable() }

// ---- asynchook

func dropped() {
	rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}) // finds hookdropped
}

func droppedEnable() {
	_ = rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}).Enable() // finds hookdropped
}

func keptReturn() *rt.AsyncHook {
	return rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}).Enable()
}

type observer struct {
	hook   *rt.AsyncHook
	mu     sync.Mutex
	types  map[rt.ID]string
	res    map[rt.ID]*rt.AsyncResource
	weak   map[rt.ID]weak.Pointer[rt.AsyncResource]
	ch     chan rt.ID
	n      atomic.Int64
	list   []*rt.AsyncResource
	logger *slog.Logger
}

func newObserver() *observer {
	o := &observer{types: map[rt.ID]string{}}
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Init:    func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { o.types[id] = typ },
		Destroy: func(id rt.ID) { delete(o.types, id) },
	})
	o.hook.Enable()
	return o
}

func (o *observer) init(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	o.types[id] = typ
}

func newObserver2() *observer {
	o := &observer{types: map[rt.ID]string{}}
	o.hook = rt.CreateHook(rt.HookCallbacks{Init: o.init}).Enable()
	return o
}

func (o *observer) retain(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
	o.res[id] = r // finds resourceretain
}

func (o *observer) forget(id rt.ID) { delete(o.res, id) }

func (o *observer) start() {
	o.hook = rt.CreateHook(rt.HookCallbacks{Init: o.retain, Destroy: o.forget}).Enable()
}

func (o *observer) startList() {
	o.hook = rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		o.list = append(o.list, r) // finds resourceretain
	}}).Enable()
}

func (o *observer) startWeak() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			o.weak[id] = weak.Make(r)
		},
		Destroy: func(id rt.ID) { delete(o.weak, id) },
	}).Enable()
}

var emptyHook = rt.CreateHook(rt.HookCallbacks{}) // finds hookempty

func useEmpty() { emptyHook.Enable(); emptyHook.Disable() }

func leakHook(f func() error) error {
	h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}})
	h.Enable() // finds hookleak
	if err := f(); err != nil {
		return err
	}
	h.Disable()
	return nil
}

func leakHookChain(f func() error) error {
	h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}).Enable()
	defer h.Disable()
	return f()
}

func testHook(t *testing.T) {
	h := rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {}}).Enable()
	t.Cleanup(func() { h.Disable() })
}

func (o *observer) asyncs() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Before: func(id rt.ID) {
			o.ch <- id // finds hookasync
		},
		After: func(id rt.ID) {
			select { // finds hookasync
			case o.ch <- id:
			default:
			}
		},
		Destroy: func(id rt.ID) {
			go o.forget(id) // finds hookasync
		},
	}).Enable()
}

func (o *observer) asyncs2() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Before:  o.slow,
		After:   func(id rt.ID) { time.AfterFunc(time.Second, func() {}) }, // finds hookasync
		Destroy: func(id rt.ID) { o.n.Add(1) },
	}).Enable()
}

func (o *observer) slow(id rt.ID) {
	time.Sleep(time.Millisecond) // finds hookasync
}

func (o *observer) logs() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Before:         func(id rt.ID) { log.Println(id) },              // finds hooklog
		After:          func(id rt.ID) { slog.Info("after", "id", id) }, // finds hooklog
		Destroy:        func(id rt.ID) { fmt.Fprintln(os.Stderr, id) },  // finds hooklog
		PromiseResolve: func(id rt.ID) { rt.Debugf("%d\n", id) },
	}).Enable()
}

func (o *observer) logs2() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Before:  func(id rt.ID) { o.logger.Info("x", "id", id) }, // finds hooklog
		After:   func(id rt.ID) { println(id) },
		Destroy: func(id rt.ID) { _ = fmt.Sprintf("%d", id) },
	}).Enable()
}

func (o *observer) panics() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Before: func(id rt.ID) {
			if id == 0 {
				panic("zero") // finds hookpanic
			}
		},
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			_ = r.Object().(*http.Request).URL // finds hookpanic
		},
	}).Enable()
}

func (o *observer) reentrant() {
	o.hook = rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			shadow("x")
		},
	}).Enable()
}

func shadow(typ string) *rt.AsyncResource { return rt.NewAsyncResource(typ, nil) } // finds hookreentrant

// ---- asyncstore

var (
	users = rt.NewAsyncLocalStorage[string](nil)
	reqs  = rt.NewAsyncLocalStorage[*http.Request](nil)
	deflt = rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[*http.Request]{DefaultValue: func() *http.Request { return new(http.Request) }})
)

func perUse(f func()) {
	s := rt.NewAsyncLocalStorage[int](nil) // finds storeperuse
	s.Run(1, f)
}

func perUseVar(f func()) {
	var s rt.AsyncLocalStorage[int] // finds storeperuse
	s.Run(1, f)
}

func newStore() *rt.AsyncLocalStorage[int] { return rt.NewAsyncLocalStorage[int](nil) }

func perUseEscapes(f func(*rt.AsyncLocalStorage[int])) {
	s := rt.NewAsyncLocalStorage[int](nil)
	f(s)
}

func enterWith(name string, f func()) {
	users.EnterWith(name) // finds enterwith
	f()
}

func enterWithHandler(w http.ResponseWriter, req *http.Request) {
	users.EnterWith(req.RemoteAddr)
	fmt.Fprintln(w, "x")
}

func enterWithGo(name string) {
	go func() {
		users.EnterWith(name)
		fmt.Println("x")
	}()
}

func enterWithLoop(names []string, f func()) {
	for _, n := range names {
		users.EnterWith(n) // finds enterwithloop
		f()
	}
}

func enterWithMessages(ch <-chan string, f func()) {
	for n := range ch {
		users.EnterWith(n)
		f()
	}
}

func captured(mux *http.ServeMux) {
	u, _ := users.GetStore() // finds storecapture
	mux.HandleFunc("/x", func(w http.ResponseWriter, req *http.Request) {
		fmt.Fprintln(w, u)
	})
}

func capturedGo() {
	u, _ := users.GetStore()
	go func() { fmt.Println(u) }()
}

var lastUser string

func capturedGlobal() {
	u, _ := users.GetStore() // finds storecapture
	lastUser = u
}

func unchecked() string {
	req, _ := reqs.GetStore()
	return req.URL.Path // finds storeunchecked
}

func checkedNil() string {
	req, _ := reqs.GetStore()
	if req == nil {
		return ""
	}
	return req.URL.Path
}

func checkedOK() string {
	if req, ok := reqs.GetStore(); ok {
		return req.URL.Path
	}
	return ""
}

func checkedElse() string {
	req, ok := reqs.GetStore()
	if !ok {
		fmt.Println("none")
	}
	return req.URL.Path // finds storeunchecked
}

func checkedDefault() string {
	req, _ := deflt.GetStore()
	return req.URL.Path
}

func checkedAnd() bool {
	req, ok := reqs.GetStore()
	return ok && req.Method == "GET"
}

func checkedPanic() string {
	req, ok := reqs.GetStore()
	if !ok {
		log.Fatal("no request")
	}
	return req.URL.Path
}

func checkedRun(f func()) {
	reqs.Run(new(http.Request), func() {
		req, _ := reqs.GetStore()
		fmt.Println(req.URL)
	})
}

func bindUnused(r *rt.AsyncResource, f func()) {
	rt.Bind(f)        // finds bindunused
	r.Bind(f)         // finds bindunused
	_ = rt.Snapshot() // finds bindunused
	rt.BindTo(r, f)   // finds bindunused
	time.AfterFunc(time.Second, rt.Bind(f))
}

func bindNow(r *rt.AsyncResource, f func()) {
	r.Bind(f)()  // finds bindimmediate
	rt.Bind(f)() // finds bindimmediate
}

func bindGo(r *rt.AsyncResource, f func()) {
	go r.Bind(f)()
}

func disableMissing(f func() error) error {
	s := rt.NewAsyncLocalStorage[int](nil) // finds storeperuse
	s.EnterWith(1)                         // finds disablemissing,enterwith
	if err := f(); err != nil {
		return err
	}
	s.Disable()
	return nil
}

func exitScope(f func(string)) {
	users.Exit(func() {
		u, _ := users.GetStore() // finds exitinscope
		f(u)
	})
}

func exitScopeOther(f func(string)) {
	users.Exit(func() {
		_, _ = reqs.GetStore()
		f("x")
	})
}

func exitScopeRun(f func(string)) {
	users.Exit(func() {
		users.Run("x", func() {
			u, _ := users.GetStore()
			f(u)
		})
	})
}

func ctxAfter(ctx context.Context) {
	u, ok := users.GetStore()
	if !ok {
		return
	}
	context.AfterFunc(ctx, func() { fmt.Println(u) })
}

// ---- suppressions

func suppressed(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak the framework closes it
	fmt.Println("x")
}

func suppressedAbove(r *rt.AsyncResource) {
	//asynchooks:ignore pairleak the framework closes it
	r.EmitBefore()
	fmt.Println("x")
}

// suppressedDoc has it in the comment.
//
//asynchooks:ignore pairleak,unprotected the framework closes it// finds ignoreunused
func suppressedDoc(r *rt.AsyncResource) {
	r.EmitBefore()
	fmt.Println("x")
}
