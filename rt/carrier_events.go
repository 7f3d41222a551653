package rt

import "unsafe"

// carrierEvents is what the patched runtime calls while a hook is enabled.
type carrierEvents struct {
	goInit   func(id, trigger ID, pc uintptr) *AsyncResource // in the parent, at the go statement; the result becomes the child's resource
	goBefore func()                                          // in the child, before its function
	goEnd    func(destroy bool)                              // in the child, after return or Goexit's deferred calls

	timerInit    func(kind uint8, id, trigger ID, timer unsafe.Pointer) *AsyncResource
	timerDestroy func(id ID)

	sendInit   func(id, trigger ID, pc uintptr) *AsyncResource // on the sender, before the send
	sendDone   func(id ID)                                     // the value is buffered or handed over
	sendFailed func(id ID)                                     // the value was not sent

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
	receivedNothing = iota // of a closed channel, or a sender that has nothing to carry
	receivedSend           // sent by a goroutine
	receivedTick           // of a timer or ticker, or a signal
)

// The kinds of timer that timerInit is told, in the runtime's order.
const (
	timerAfterFunc = iota
	timerTimer
	timerTicker
)
