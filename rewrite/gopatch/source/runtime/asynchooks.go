//go:build ignore

// This file is added to package runtime of an instrumented build. It keeps the
// goroutine's state and calls package rt when a hook is enabled. Functions that
// rt calls are exported; the small ones are inlined there.

package runtime

import (
	"internal/runtime/atomic"
	"unsafe"
)

// AsyncG is what a goroutine knows of its async context. Only the goroutine
// itself uses it, save where it is not running.
type AsyncG struct {
	Frame    unsafe.Pointer // *rt.frame: its stores
	Spare    unsafe.Pointer // *rt.frame that no one uses
	Shares   uint64         // how often Frame was copied to where it may outlive its use here
	Scope    unsafe.Pointer // *rt.scope: the innermost open scope; nil: the goroutine's own
	Resource unsafe.Pointer // *rt.AsyncResource of the goroutine, if it was ever asked for
	ID       uint64         // 0: nothing known started it; 1: the root
	Trigger  uint64
	Last     uint64 // the highest id made here
	Depth    uint32 // of hooks within hooks
	Open     uint32 // how many scopes, Runs and Enters are open here; of a coroutine, AsyncCoro more
	Guard    bool   // rt is at work: no events
	Timer    bool   // the goroutine is the firing of an AfterFunc
	empty    bool   // what the last completed receive received has no size

	Received AsyncSlot // what the last completed receive carried

	sending AsyncSlot // what the send in progress carries, if sends
	sends   bool
	fresh   bool           // has not run yet
	bare    bool           // the goroutine that is being made is detached
	hooked  unsafe.Pointer // *rt.AsyncResource of the send in progress, if hooks were told of it
	conn    uint64         // the goroutine of the connection that is being served; inherited
	expect  uintptr        // the function that handles what it receives next
	outer   *asyncExpected // what was expected when that was announced
	kept    *AsyncSlot     // Received as it was when a hook began that receives
	// Where that was looked up last: what lies between is the same function's.
	expectFrom, expectTo uintptr
	// How many receives come before that, for its operands.
	expectSkip uint8
	detach     uintptr // the function whose next go statement detaches
	goFor      uintptr // where the next go statement is said to be, if not where it is
	timer      *asyncTimer
	origin     *asyncTimer // the timer or registration of which it is the firing
	path       asyncPath   // where its ancestors were started

	// What a newproc in progress gives to the goroutine that it makes; on g0,
	// what the timer that is firing gives.
	child    uint64
	childOf  uint64
	childRes unsafe.Pointer

	// The timer or registration in whose name the goroutine sends, and on g0
	// starts goroutines.
	sendAs *asyncTimer

	// The registration whose callback the next go statement starts.
	startAs *asyncTimer

	accepted unsafe.Pointer // *rt.AsyncResource of the connection accepted last

	// A coroutine, and the scope of its present resumer.
	coro *coro
	base asyncBase

	// The function and the stack depth of a goroutine whose start was diverted
	// to asyncBefore.
	startFn  *funcval
	startOff uintptr
}

// AsyncEvents is package rt's side: what the runtime calls while a hook is
// enabled.
type AsyncEvents struct {
	GoInit       func(id, trigger uint64, pc uintptr, bare bool) unsafe.Pointer // at a go statement, before the goroutine exists; bare: it has no stores
	GoBefore     func()                                                         // on the goroutine, before its function
	GoEnd        func(destroy bool)                                             // on the goroutine, when its function is left
	TimerInit    func(typ uint8, id, trigger uint64, timer unsafe.Pointer, sites [3]uintptr) unsafe.Pointer
	TimerDestroy func(kind uint8, id, trigger uint64, res unsafe.Pointer)
	SendInit     func(res unsafe.Pointer)                            // before a send
	SendDone     func(res unsafe.Pointer)                            // the value is buffered or handed over
	SendFailed   func(res unsafe.Pointer)                            // the value was not sent
	SendAwaited  func(res unsafe.Pointer)                            // the value was received and nothing handles it
	SendLost     func(id uint64, pc uintptr, depth uint32)           // the value was in a channel that is collected
	Keep         func(c, keeper unsafe.Pointer)                      // call AsyncChanKept when c is collected
	Watch        func(c, lost unsafe.Pointer)                        // call AsyncChanLost when c is collected
	Open         func(pc uintptr) unsafe.Pointer                     // the scope of the message received last
	OpenHooked   func(res unsafe.Pointer, pc uintptr) unsafe.Pointer // the same for one that hooks were told of
	Close        func(scope unsafe.Pointer, panicking bool)
	OpenEnded    func(res unsafe.Pointer, pc uintptr) unsafe.Pointer        // the same for one whose Destroy they were told
	Unwind       func(to unsafe.Pointer, panicking bool)                    // leave the scopes inside of one
	Merge        func(own, other unsafe.Pointer, pc uintptr) unsafe.Pointer // frames: own's stores, and other's where own has none
	Capture      func() unsafe.Pointer
	Call         func(captured unsafe.Pointer) unsafe.Pointer
	Register     func(typ string, object any, trigger uint64, how uint8) unsafe.Pointer // the resource of a callback
	Enter        func(res unsafe.Pointer) unsafe.Pointer                                // the scope of its call
	Unregister   func(res unsafe.Pointer)
	Request      func(req any, trigger uint64, pc uintptr) unsafe.Pointer // the scope of an HTTP request
	IDOf         func(res unsafe.Pointer) uint64
	InHook       func() bool    // a callback runs on this goroutine
	Kept         func()         // call AsyncPutBack when it is over
	GCStart      func()         // a collection is about to start
	MainEnd      func()         // main.main returned
	Resource     unsafe.Pointer // the type rt.AsyncResource
	MoreAt       uintptr        // where it has its *rt.resourceMore
	CauseAt      uintptr        // where that has its *rt.cause
}

var (
	asyncEvents *AsyncEvents
	asyncActive uint32 // a hook is enabled
	asyncSends  uint32 // and messages are to have resources
)

// asyncOff makes the process behave as one that was not instrumented: a
// goroutine inherits what its creator had, and nothing else carries anything.
var asyncOff bool

// AsyncTurnOff sets that, from rt's init.
func AsyncTurnOff() {
	asyncOff = true
	atomic.Store(&asyncOwed, 1)
}

// asyncIDs is the id counter, alone on its cache line.
var asyncIDs struct {
	_    [64]byte
	last atomic.Uint64
	_    [64]byte
}

// asyncBatch is how many ids a P takes at once while others take some too, or
// after it took asyncRow ids in a row.
const (
	asyncBatch = 64
	asyncRow   = 4096
)

// AsyncState returns the state of the calling goroutine.
func AsyncState() *AsyncG { return &getg().async }

// An asyncScope is the head of an rt.scope.
type asyncScope struct {
	id, trigger uint64
	resource    unsafe.Pointer
	prev        *asyncScope // nil: the goroutine's own
	next        *asyncScope // a closed one, to be used again
	saved       unsafe.Pointer
	seq         uint64
	depth       uint32
	kind        uint8
	message     uint8
	deepened    bool
	destroy     bool
	ends        bool
}

const asyncScopeMessage = 4 // the kind of a message's scope

// share returns the frame, for a copy that may be used after the goroutine has
// left the frame.
func (a *AsyncG) share() unsafe.Pointer {
	a.Shares++
	return a.Frame
}

// current returns the execution id.
func (a *AsyncG) current() uint64 {
	if a.Scope != nil {
		return (*asyncScope)(a.Scope).id
	}
	return a.ID
}

// AsyncInstall gives the runtime what it calls. It is called once.
func AsyncInstall(e *AsyncEvents) { asyncEvents = e }

// AsyncActive tells the runtime whether a hook is enabled, and whether messages
// are to have resources.
func AsyncActive(on, sends bool) {
	atomic.Store(&asyncActive, asyncFlag(on))
	atomic.Store(&asyncSends, asyncFlag(on && sends))
}

func asyncFlag(on bool) uint32 {
	if on {
		return 1
	}
	return 0
}

// AsyncNewID returns an id that no one had before, above after and above all
// that this goroutine made.
func AsyncNewID(after uint64) uint64 {
	gp := getg()
	return asyncNewID(gp, after)
}

// asyncNewID takes the next id of all, so that ids are dense, unless another P
// does the same at this moment, or this one does little else: then this P takes a
// batch for itself and uses it up as long as its ids grow along the chain of
// causes, and no sample was taken that says how old they are.
//
// It calls nothing, so that the goroutine stays on its P: there is no asynchronous
// preemption in this package.
func asyncNewID(gp *g, after uint64) uint64 {
	floor := max(after, gp.async.Last)
	pp := gp.m.p.ptr()
	id := pp.asyncNext
	if id < pp.asyncEnd && id > floor && pp.asyncTaken == asyncAges.taken.Load() {
		pp.asyncNext = id + 1
	} else if last := asyncIDs.last.Load(); pp.asyncRow < asyncRow && asyncIDs.last.CompareAndSwap(last, last+1) {
		id = last + 1
		if last == pp.asyncLast {
			pp.asyncRow++
		} else {
			pp.asyncRow = 0
		}
		pp.asyncNext, pp.asyncEnd, pp.asyncLast = 0, 0, id
	} else {
		if last != pp.asyncLast {
			pp.asyncRow = 0
		}
		pp.asyncTaken = asyncAges.taken.Load()
		end := asyncIDs.last.Add(asyncBatch) + 1
		id = end - asyncBatch
		pp.asyncNext, pp.asyncEnd, pp.asyncLast = id+1, end, end-1
	}
	gp.async.Last = id
	return id
}

// AsyncDeliverer runs fn on a goroutine of the runtime's own, which no count
// and no deadlock report knows.
func AsyncDeliverer(fn func()) {
	go asyncDeliverer(fn)
}

func asyncDeliverer(fn func()) { fn() }

// asyncRoot makes the calling goroutine the root, at the start of the process.
func asyncRoot() {
	asyncIDs.last.Store(1)
	getg().async.ID = 1
}

func asyncMainEnd() {
	if e := asyncEvents; e != nil && asyncActive != 0 {
		asyncSettle(getg())
		e.MainEnd()
	}
}

// asyncQuiet reports whether no event may be fired on gp: it is not the
// thread's user goroutine, or the runtime is at work on it.
func asyncQuiet(gp *g) bool {
	mp := gp.m
	return gp != mp.curg || mp.locks != 0 || mp.mallocing != 0 || mp.dying != 0 || gp.async.Guard || asyncEvents == nil
}
