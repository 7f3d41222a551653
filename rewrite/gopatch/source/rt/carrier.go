//go:build ignore

// This file takes the place of carrier_stock.go in an instrumented build. The
// functions act on the calling goroutine. They are not instrumented by the race
// detector: a goroutine's state is used by that goroutine alone, but its memory
// belongs to another goroutine later.

package rt

import (
	"runtime"
	"unsafe"
)

const carrierMode = "runtime"

// peekFrame returns the goroutine's frame, for use before the goroutine leaves
// it. Who keeps it for longer takes it from loadFrame, which counts the copy.
//
//go:norace
func peekFrame() *frame { return (*frame)(runtime.AsyncState().Frame) }

//go:norace
func loadFrame() *frame {
	a := runtime.AsyncState()
	a.Shares++
	return (*frame)(a.Frame)
}

// frameShared counts a copy that was made in another way.
//
//go:norace
func frameShared() { runtime.AsyncState().Shares++ }

// frameShares counts the copies that were made of the goroutine's frames.
//
//go:norace
func frameShares() uint64 { return runtime.AsyncState().Shares }

// loadSpare returns a frame that no one uses, or nil.
//
//go:norace
func loadSpare() *frame { return (*frame)(runtime.AsyncState().Spare) }

//go:norace
func storeSpare(f *frame) { runtime.AsyncState().Spare = unsafe.Pointer(f) }

//go:norace
func storeFrame(f *frame) { runtime.AsyncState().Frame = unsafe.Pointer(f) }

//go:norace
func loadScope() *scope { return (*scope)(runtime.AsyncState().Scope) }

//go:norace
func swapContext(s *scope, f *frame) {
	a := runtime.AsyncState()
	a.Scope = unsafe.Pointer(s)
	a.Frame = unsafe.Pointer(f)
}

//go:norace
func ownIDs() (id, trigger ID) {
	a := runtime.AsyncState()
	return ID(a.ID), ID(a.Trigger)
}

// isTimer reports whether the goroutine is the firing of an AfterFunc.
//
//go:norace
func isTimer() bool { return runtime.AsyncState().Timer }

//go:norace
func setOwnIDs(id, trigger ID) {
	a := runtime.AsyncState()
	a.ID, a.Trigger = uint64(id), uint64(trigger)
}

//go:norace
func loadResource() *AsyncResource { return (*AsyncResource)(runtime.AsyncState().Resource) }

//go:norace
func storeResource(r *AsyncResource) { runtime.AsyncState().Resource = unsafe.Pointer(r) }

func newID(after ID) ID { return ID(runtime.AsyncNewID(uint64(after))) }

//go:norace
func loadDepth() uint32 { return runtime.AsyncState().Depth }

//go:norace
func storeDepth(n uint32) { runtime.AsyncState().Depth = n }

// opened counts a scope or an extent that was opened on the goroutine, closed
// one that was closed.
//
//go:norace
func opened() { runtime.AsyncState().Open++ }

//go:norace
func closed() {
	a := runtime.AsyncState()
	if a.Open--; a.Open == runtime.AsyncCoro {
		runtime.AsyncClosed()
	}
}

//go:norace
func loadGuard() bool { return runtime.AsyncState().Guard }

//go:norace
func storeGuard(on bool) { runtime.AsyncState().Guard = on }

//go:norace
func loadReceived() received {
	s := &runtime.AsyncState().Received
	if s.Kind == runtime.AsyncHooked {
		r := (*AsyncResource)(s.Ref)
		return received{r.frame, r, r.id, r.trigger, receivedSend}
	}
	return received{(*frame)(s.Ref), (*AsyncResource)(s.Resource), ID(s.ID), ID(s.Trigger), s.Kind}
}

// storeReceived gives the message that the goroutine received last, which is none
// that hooks were told of, an id and a resource.
//
//go:norace
func storeReceived(id ID, r *AsyncResource) {
	s := &runtime.AsyncState().Received
	s.ID, s.Resource = uint64(id), unsafe.Pointer(r)
}

func putBackReceived() bool { return runtime.AsyncPutBack() }

func oweIDs() { runtime.AsyncOwe() }

// use tells that the process uses storages or scopes from now on.
func use() { runtime.AsyncUse() }

func setEventsActive(on, sends bool) { runtime.AsyncActive(on, sends) }

func startDeliverer(fn func()) { runtime.AsyncDeliverer(fn) }

func ownSite() uintptr { return runtime.AsyncOwnSite() }

// startGoroutine starts a goroutine in the name of its caller's caller.
//
//go:noinline
func startGoroutine(fn func()) {
	runtime.AsyncGoFor()
	go fn()
}

func printCauses(on bool) { runtime.AsyncPrintCauses(on) }

func turnOff() { runtime.AsyncTurnOff() }

func goroutineID() uint64 { return runtime.AsyncGoroutine() }

func atExit(fn func()) bool {
	runtime.AsyncAtExit(fn)
	return true
}

func aliveNow() (goroutines []aliveGoroutine, timers []aliveTimer) {
	gs, ts := runtime.AsyncAlive()
	for i := range gs {
		g := &gs[i]
		goroutines = append(goroutines, aliveGoroutine{
			number: g.Number, parent: g.Parent,
			id: ID(g.ID), trigger: ID(g.Trigger), executing: ID(g.Scope), resource: (*AsyncResource)(g.Resource),
			state: g.State, blocked: g.Blocked, leaked: g.Leaked, caller: g.Caller,
			fired: g.Fired, kind: g.Kind, made: g.Made, pc: g.Site, age: g.Age,
			path: pathOf(g.Path), stack: g.Stack,
		})
	}
	for i := range ts {
		t := &ts[i]
		timers = append(timers, aliveTimer{
			id: ID(t.ID), trigger: ID(t.Trigger), kind: t.Kind, resource: (*AsyncResource)(t.Resource),
			sites: t.Sites, when: t.When, period: t.Period, age: t.Age,
		})
	}
	return goroutines, timers
}

func findLeaks() (found int) { return runtime.AsyncFindLeaks() }

func ownPath() path { return pathOf(runtime.AsyncOwnAncestors()) }

func pathOf(a runtime.AsyncAncestors) path { return path{a.Sites, a.Rooted, a.Scoped, a.Fired} }

func installEvents(e *carrierEvents) {
	var resource any = AsyncResource{}
	runtime.AsyncInstall(&runtime.AsyncEvents{
		GoInit: func(id, trigger uint64, pc uintptr, bare bool) unsafe.Pointer {
			return unsafe.Pointer(e.goInit(ID(id), ID(trigger), pc, bare))
		},
		GoBefore: e.goBefore,
		GoEnd:    e.goEnd,
		TimerInit: func(kind uint8, id, trigger uint64, timer unsafe.Pointer, sites [3]uintptr) unsafe.Pointer {
			return unsafe.Pointer(e.timerInit(kind, ID(id), ID(trigger), timer, sites))
		},
		TimerDestroy: func(kind uint8, id, trigger uint64, r unsafe.Pointer) {
			e.timerDestroy(kind, ID(id), ID(trigger), (*AsyncResource)(r))
		},
		// These come often. They are called as they are: an ID is a uint64, and a
		// pointer a pointer.
		SendInit:    *(*func(unsafe.Pointer))(unsafe.Pointer(&e.sendInit)),
		SendDone:    *(*func(unsafe.Pointer))(unsafe.Pointer(&e.sendDone)),
		SendFailed:  *(*func(unsafe.Pointer))(unsafe.Pointer(&e.sendFailed)),
		SendAwaited: *(*func(unsafe.Pointer))(unsafe.Pointer(&e.sendAwaited)),
		Open:        *(*func(pc uintptr) unsafe.Pointer)(unsafe.Pointer(&e.open)),
		OpenHooked:  *(*func(r unsafe.Pointer, pc uintptr) unsafe.Pointer)(unsafe.Pointer(&e.openHooked)),
		OpenEnded:   *(*func(r unsafe.Pointer, pc uintptr) unsafe.Pointer)(unsafe.Pointer(&e.openEnded)),
		Close:       *(*func(s unsafe.Pointer, panicking bool))(unsafe.Pointer(&e.close)),
		Merge:       *(*func(own, other unsafe.Pointer, pc uintptr) unsafe.Pointer)(unsafe.Pointer(&e.merge)),

		SendLost: func(id uint64, pc uintptr, depth uint32) { e.sendLost(ID(id), pc, depth) },
		Keep: func(c, keeper unsafe.Pointer) {
			runtime.AddCleanup((*byte)(c), runtime.AsyncChanKept, keeper)
		},
		Watch: func(c, lost unsafe.Pointer) {
			runtime.AddCleanup((*byte)(c), runtime.AsyncChanLost, lost)
		},
		Unwind:  func(to unsafe.Pointer, panicking bool) { e.unwind((*scope)(to), panicking) },
		Capture: func() unsafe.Pointer { return unsafe.Pointer(e.capture()) },
		Call:    func(c unsafe.Pointer) unsafe.Pointer { return unsafe.Pointer(e.call((*capture)(c))) },
		Register: func(typ string, object any, trigger uint64, how uint8) unsafe.Pointer {
			return unsafe.Pointer(e.register(typ, object, ID(trigger), how))
		},
		Enter:      func(r unsafe.Pointer) unsafe.Pointer { return unsafe.Pointer(e.enter((*AsyncResource)(r))) },
		Unregister: func(r unsafe.Pointer) { e.unregister((*AsyncResource)(r)) },
		Request: func(req any, trigger uint64, pc uintptr) unsafe.Pointer {
			return unsafe.Pointer(e.request(req, ID(trigger), pc))
		},
		InHook:   eventInProgress,
		Kept:     receivedKept,
		IDOf:     func(r unsafe.Pointer) uint64 { return uint64((*AsyncResource)(r).id) },
		GCStart:  e.gcStart,
		MainEnd:  e.mainEnd,
		Resource: (*eface)(unsafe.Pointer(&resource)).typ,
		MoreAt:   unsafe.Offsetof(AsyncResource{}.more),
		CauseAt:  unsafe.Offsetof(resourceMore{}.cause),
	})
}
