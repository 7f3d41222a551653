package rt

import (
	"runtime"
	"strings"
	"sync/atomic"
	"time"
	"unsafe"
	"weak"
)

// A timerResource is the resource of a timer of package time. It must not keep
// the timer alive, and yet hear of it when the timer is collected before it is
// stopped. What that takes, a weak pointer and a cleanup, costs more than the
// timer itself, and most timers are stopped soon: so it is only made when the next
// collection starts, for those that are there still. Until then nothing is
// collected anyway, and the resource just has a pointer.
type timerResource struct {
	AsyncResource

	// Both are used atomically.
	young unsafe.Pointer // the timer; nil: a collection started since then
	link  unsafe.Pointer // young: the next *timerResource that is; then a *heldTimer, or nil
}

// A heldTimer is what a resource has of a timer that lived when a collection
// started.
type heldTimer struct {
	timer   weak.Pointer[byte]
	cleanup runtime.Cleanup
}

// youngTimers lists the resources of the timers that were made since the last
// collection started. The lists are as many so that processors seldom meet at one:
// each takes its ids in batches of 64.
var youngTimers [16]struct {
	first unsafe.Pointer // *timerResource; atomic
	_     [56]byte
}

// list puts r on the list of the young.
//
//go:norace
func (r *timerResource) list() {
	first := &youngTimers[r.id/64%ID(len(youngTimers))].first
	for {
		r.link = atomic.LoadPointer(first)
		if atomic.CompareAndSwapPointer(first, r.link, unsafe.Pointer(r)) {
			return
		}
	}
}

// holdTimers ends the youth of all timers. It runs on the goroutine that starts a
// collection, which may hold any lock but the runtime's.
func holdTimers() {
	guard := holdEvents()
	defer guard.release()
	for i := range youngTimers {
		first := &youngTimers[i].first
		if atomic.LoadPointer(first) == nil {
			continue
		}
		r := (*timerResource)(atomic.SwapPointer(first, nil))
		for r != nil {
			next := (*timerResource)(atomic.LoadPointer(&r.link))
			r.hold()
			r = next
		}
	}
}

// hold gives up the pointer to the timer. Who was asked for the timer goes on
// knowing it; of the others those do whose resource has not ended.
func (r *timerResource) hold() {
	timer := (*byte)(atomic.LoadPointer(&r.young))
	var h *heldTimer
	if ended := r.was(resourceEnded); !ended || r.was(resourceAsked) {
		h = &heldTimer{timer: weak.Make(timer)}
		if !ended && r.kind != kindTimed+timerAfterFunc {
			// One with a channel can be collected before it is stopped. An
			// AfterFunc cannot.
			h.cleanup = runtime.AddCleanup(timer, timerCollected, r.lost())
		}
	}
	atomic.StorePointer(&r.link, unsafe.Pointer(h))
	atomic.StorePointer(&r.young, nil)
	if r.was(resourceEnded) { // perhaps meanwhile
		r.release()
	}
}

// timer returns the timer, or nil if that is gone.
func (r *timerResource) timer() any {
	r.set(resourceAsked)
	timer := atomic.LoadPointer(&r.young)
	if timer == nil {
		h := (*heldTimer)(atomic.LoadPointer(&r.link))
		if h == nil {
			return nil
		}
		if timer = unsafe.Pointer(h.timer.Value()); timer == nil {
			return nil
		}
	}
	if r.kind == kindTimed+timerTicker {
		return (*time.Ticker)(timer)
	}
	return (*time.Timer)(timer)
}

// end ends the resource, and reports whether it had not ended.
func (r *timerResource) end() bool {
	if r.set(resourceEnded) {
		return false
	}
	r.release()
	return true
}

// release says that nothing is to be done when the timer is collected.
func (r *timerResource) release() {
	if atomic.LoadPointer(&r.young) != nil {
		return
	}
	if h := (*heldTimer)(atomic.LoadPointer(&r.link)); h != nil {
		h.cleanup.Stop()
	}
}

// A lostTimer is what is known of a timer that is collected. It does not keep the
// resource, whose stores may lead back to the timer.
type lostTimer struct {
	resource weak.Pointer[timerResource]
	destroyed
}

func (r *timerResource) lost() lostTimer { return lostTimer{weak.Make(r), r.destroyed()} }

// timerCollected ends the resource of a timer that was collected.
func timerCollected(l lostTimer) {
	if r := l.resource.Value(); r != nil && !r.end() {
		return
	}
	activeForget(l.id)
	queueDestroy(l.destroyed)
}

// endTimer ends the resource of the AfterFunc whose last firing the goroutine is,
// if it is one.
func endTimer() {
	if r := loadResource(); r != nil && r.kind >= kindTimed {
		(*timerResource)(unsafe.Pointer(r)).end()
	}
}

// The types of the runtime's timers, by kind.
var timerTypes = [...]string{timerAfterFunc: TypeAfterFunc, timerTimer: TypeTimer, timerTicker: TypeTicker, timerSignal: TypeSignal, timerContextAfter: TypeContextAfterFunc}

// The packages that make them.
var timerPackages = [...]string{timerAfterFunc: "time.", timerTimer: "time.", timerTicker: "time.", timerSignal: "os/signal.", timerContextAfter: "context."}

// timerInit makes the resource of a timer or registration that was just made or
// reset; a registration is no timer. What it writes others read who stop or reset
// the timer, after the runtime has ordered that: the race detector does not know.
//
//go:norace
func timerInit(kind uint8, id, trigger ID, timer unsafe.Pointer, sites [3]uintptr) *AsyncResource {
	l := activeHooks()
	if !recorded(l, timerTypes[kind]) {
		return nil
	}
	pc := timerSite(kind, sites)
	var r *AsyncResource
	if timer == nil {
		r = &AsyncResource{id: id, trigger: trigger, kind: kindTimer + resourceKind(kind), pc: pc, frame: loadFrame(), depth: uint8(loadDepth()), builtin: true}
	} else {
		t := &timerResource{
			AsyncResource: AsyncResource{id: id, trigger: trigger, kind: kindTimed + resourceKind(kind), pc: pc, frame: loadFrame(), depth: uint8(loadDepth()), builtin: true},
			young:         timer,
		}
		t.list()
		r = &t.AsyncResource
	}
	r.track()
	activeTrack(r)
	if l != nil {
		l.fireInit(r, r.typ())
	}
	return r
}

// timerDestroy ends the resource of a timer that was stopped. r is nil if no
// hook was enabled when it was made.
func timerDestroy(kind uint8, id, trigger ID, r *AsyncResource) {
	if r == nil {
		r = &AsyncResource{id: id, trigger: trigger, kind: kindTimer + resourceKind(kind), builtin: true}
	}
	if r.kind >= kindTimed && !(*timerResource)(unsafe.Pointer(r)).end() {
		return
	}
	activeForget(r.id)
	if s := r.outermostScope(); s != nil {
		s.ends = true // After comes first
	} else if l := activeHooks(); l != nil {
		l.fireDestroyed(r.destroyed())
	}
}

// madeAt remembers where timers were made, by the calls that led there: in most
// programs there are few such places.
var madeAt [256]atomic.Pointer[timerPlace]

type timerPlace struct {
	calls [3]uintptr
	kind  uint8
	pc    uintptr
}

// timerSite returns where the package that makes a kind of timer was called.
// calls are the innermost that led to the runtime, as far as they are known.
func timerSite(kind uint8, calls [3]uintptr) uintptr {
	if calls[0] == 0 {
		return timerCaller(kind)
	}
	place := &madeAt[uint64(calls[0]+calls[1]+calls[2])*0x9e3779b97f4a7c15>>56]
	p := place.Load()
	if p == nil || p.calls != calls || p.kind != kind {
		p = &timerPlace{calls, kind, timerCaller(kind)}
		place.Store(p)
	}
	return p.pc
}

// timerCaller finds that on the stack.
func timerCaller(kind uint8) uintptr {
	var pcs [32]uintptr
	n := runtime.Callers(3, pcs[:])
	in := false
	for _, pc := range pcs[:n] {
		f := runtime.FuncForPC(pc - 1)
		if f == nil {
			continue
		}
		is := strings.HasPrefix(f.Name(), timerPackages[kind])
		if in && !is {
			return pc
		}
		in = is
	}
	return 0
}
