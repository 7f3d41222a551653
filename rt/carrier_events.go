package rt

import "unsafe"

// carrierEvents is what the patched runtime calls: events while a hook is
// enabled, and at any time what needs frames or scopes.
type carrierEvents struct {
	goInit   func(id, trigger ID, pc uintptr, bare bool) *AsyncResource // in the parent, at the go statement; the result becomes the child's resource
	goBefore func()                                                     // in the child, before its function
	goEnd    func(destroy bool)                                         // in the child, after return or Goexit's deferred calls

	timerInit    func(kind uint8, id, trigger ID, timer unsafe.Pointer, sites [3]uintptr) *AsyncResource // sites: of the innermost calls that led there; 0: not known
	timerDestroy func(kind uint8, id, trigger ID, r *AsyncResource)                                      // a nil r: no hook was enabled when it was made

	sendInit    func(r *AsyncResource)                // on the sender, before the send: r has id, trigger, frame, site and depth
	sendDone    func(r *AsyncResource)                // the value is buffered or handed over
	sendFailed  func(r *AsyncResource)                // the value was not sent
	sendAwaited func(r *AsyncResource)                // the value was received, and nothing handles it
	sendLost    func(id ID, pc uintptr, depth uint32) // the value was in a channel that is collected

	open       func(pc uintptr) *scope                    // the scope of the message received last, in a receive loop
	openHooked func(r *AsyncResource, pc uintptr) *scope  // the same for one that hooks were told of
	openEnded  func(r *AsyncResource, pc uintptr) *scope  // the same for one whose Destroy they were told
	close      func(s *scope, panicking bool)             // what open or call opened
	unwind     func(to *scope, panicking bool)            // leaves the scopes inside of to
	merge      func(own, other *frame, pc uintptr) *frame // own's stores, and other's where own has none
	capture    func() *capture                            // the present context, for a function that is sent
	call       func(c *capture) *scope                    // around a call of that function

	register   func(typ string, object any, trigger ID, how uint8) *AsyncResource // of a callback, where it is registered
	enter      func(r *AsyncResource) *scope                                      // around a call of it
	unregister func(r *AsyncResource)
	request    func(request any, trigger ID, pc uintptr) *scope // around the handler of an HTTP request

	gcStart func() // a collection is about to start
	mainEnd func() // main.main returned
}

// received is what the last completed receive on a goroutine carried.
type received struct {
	frame    *frame
	resource *AsyncResource // nil unless a hook was enabled at the send
	id       ID             // 0: not allotted yet
	trigger  ID
	kind     uint8
}

// The kinds of message.
const (
	receivedNothing = iota // of a sender that has nothing to carry
	receivedSend           // sent by a goroutine
	receivedClosed         // none: of a closed channel
	receivedHooked         // sent by a goroutine, with a resource: the runtime's own
	receivedTick           // of a timer, ticker or signal; its kind is added
)

// The kinds of timer that timerInit is told, in the runtime's order.
const (
	timerAfterFunc = iota
	timerTimer
	timerTicker
	timerSignal       // a channel given to signal.Notify
	timerContextAfter // a function given to context.AfterFunc
)
