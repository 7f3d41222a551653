package rt

import "unsafe"

// carrierEvents is what the patched runtime calls while a hook is enabled.
type carrierEvents struct {
	goInit   func(id, trigger ID, pc uintptr) *AsyncResource // in the parent, at the go statement; the result becomes the child's resource
	goBefore func()                                          // in the child, before its function
	goEnd    func(destroy bool)                              // in the child, after return or Goexit's deferred calls

	timerInit    func(kind uint8, id, trigger ID, timer unsafe.Pointer) *AsyncResource
	timerDestroy func(id ID)

	mainEnd func() // main.main returned

	merge func(own, other *frame) *frame // own's stores, and other's where own has none
}

// The kinds of timer that timerInit is told, in the runtime's order.
const (
	timerAfterFunc = iota
	timerTimer
	timerTicker
)
