package rt

import (
	"runtime"
	"sync"
	"time"
	"unsafe"
	"weak"
)

// stockTimers are the timers of twins, by address: what the methods of one that
// twins call need to know of it. It refers to none of them.
var stockTimers sync.Map // uintptr -> *stockTimer

// A stockTimer is what is known of a timer on the stock runtime.
type stockTimer struct {
	kind  uint8
	timer weak.Pointer[byte]
	pc    uintptr
	fn    func() // of an AfterFunc

	mu      sync.Mutex
	r       *AsyncResource // nil: it ended
	armed   bool           // an AfterFunc will fire
	running int            // how many of its firings run
}

// AfterFunc is time.AfterFunc in a twin: f runs in the scope of the timer, which
// has the stores of the caller.
func AfterFunc(d time.Duration, f func()) *time.Timer {
	if f == nil || uninstrumented() {
		return time.AfterFunc(d, f)
	}
	s := &stockTimer{kind: timerAfterFunc, pc: pcAbove(0), fn: f, armed: true}
	t := time.AfterFunc(1<<63-1, s.fire)
	s.begin(unsafe.Pointer(t))
	t.Reset(d)
	return t
}

// NewTimer is time.NewTimer in a twin.
func NewTimer(d time.Duration) *time.Timer { return newStockTimer(d, pcAbove(0)) }

// After is time.After in a twin.
func After(d time.Duration) <-chan time.Time { return newStockTimer(d, pcAbove(0)).C }

func newStockTimer(d time.Duration, pc uintptr) *time.Timer {
	t := time.NewTimer(d)
	if !uninstrumented() && recorded(activeHooks(), TypeTimer) {
		(&stockTimer{kind: timerTimer, pc: pc}).begin(unsafe.Pointer(t))
	}
	return t
}

// NewTicker is time.NewTicker in a twin.
func NewTicker(d time.Duration) *time.Ticker { return newStockTicker(d, pcAbove(0)) }

// Tick is time.Tick in a twin.
func Tick(d time.Duration) <-chan time.Time {
	if d <= 0 {
		return nil
	}
	return newStockTicker(d, pcAbove(0)).C
}

func newStockTicker(d time.Duration, pc uintptr) *time.Ticker {
	t := time.NewTicker(d)
	if !uninstrumented() && recorded(activeHooks(), TypeTicker) {
		(&stockTimer{kind: timerTicker, pc: pc}).begin(unsafe.Pointer(t))
	}
	return t
}

// begin makes the timer known, and its resource.
func (s *stockTimer) begin(t unsafe.Pointer) {
	s.timer = weak.Make((*byte)(t))
	s.r = s.resource()
	at := uintptr(t)
	stockTimers.Store(at, s)
	runtime.AddCleanup((*byte)(t), func(s *stockTimer) {
		stockTimers.CompareAndDelete(at, s)
		if r := s.finish(); r != nil && s.kind != timerAfterFunc {
			activeForget(r.id)
			queueDestroy(r.destroyed())
		}
	}, s)
}

// resource makes the resource of the timer, in the present scope.
func (s *stockTimer) resource() *AsyncResource {
	trigger := ExecutionAsyncID()
	r := &AsyncResource{id: newID(trigger), trigger: trigger, kind: kindTimer + resourceKind(s.kind), pc: s.pc, frame: loadFrame(), depth: uint8(loadDepth()), builtin: true}
	r.rest().object = stockObject{s.kind, s.timer}
	if s.kind != timerAfterFunc {
		r.frame = nil // no tick is handled
	}
	if l := activeHooks(); recorded(l, r.typ()) {
		activeTrack(r)
		if l != nil {
			l.fireInit(r, r.typ())
		}
	}
	return r
}

// stockObject is the Object of a timer's resource.
type stockObject struct {
	kind  uint8
	timer weak.Pointer[byte]
}

func (o stockObject) object() any {
	p := unsafe.Pointer(o.timer.Value())
	switch {
	case p == nil:
		return nil
	case o.kind == timerTicker:
		return (*time.Ticker)(p)
	}
	return (*time.Timer)(p)
}

// finish takes the resource away, if it has not ended.
func (s *stockTimer) finish() *AsyncResource {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.r
	s.r = nil
	return r
}

// fire runs on the goroutine of a firing.
func (s *stockTimer) fire() {
	s.mu.Lock()
	r := s.r
	s.armed = false
	s.running++
	s.mu.Unlock()
	if r == nil {
		s.fn()
		return
	}
	storeFrame(r.frame)
	storeDepth(uint32(r.depth))
	runStock(r.id, r.trigger, r, s.fired, s.fn)
}

// fired counts a firing that is over, and reports whether the resource ends with
// it.
func (s *stockTimer) fired() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	if s.armed || s.running > 0 || s.r == nil {
		return false
	}
	s.r = nil
	return true
}

// stockTimerOf returns what is known of a timer; nil: nothing.
func stockTimerOf(t unsafe.Pointer) *stockTimer {
	v, ok := stockTimers.Load(uintptr(t))
	if !ok {
		return nil
	}
	s := v.(*stockTimer)
	if s.timer != weak.Make((*byte)(t)) {
		return nil // one that was there before
	}
	return s
}

// StopTimer is t.Stop() in a twin.
func StopTimer(t *time.Timer) bool {
	s := stockTimerOf(unsafe.Pointer(t))
	if s == nil {
		return t.Stop()
	}
	s.mu.Lock()
	stopped := t.Stop()
	var ended *AsyncResource
	if s.kind == timerTimer || stopped && s.running == 0 {
		ended, s.r = s.r, nil
	}
	if stopped {
		s.armed = false
	}
	s.mu.Unlock()
	s.destroy(ended)
	return stopped
}

// StopTicker is t.Stop() in a twin, of a ticker.
func StopTicker(t *time.Ticker) {
	t.Stop()
	if s := stockTimerOf(unsafe.Pointer(t)); s != nil {
		s.destroy(s.finish())
	}
}

func (s *stockTimer) destroy(r *AsyncResource) {
	if r == nil {
		return
	}
	activeForget(r.id)
	if l := activeHooks(); l != nil {
		l.fireDestroyed(r.destroyed())
	}
}

// ResetTimer is t.Reset(d) in a twin. A timer whose resource has ended gets
// another one, of the present scope.
func ResetTimer(t *time.Timer, d time.Duration) bool {
	s := stockTimerOf(unsafe.Pointer(t))
	if s == nil {
		return t.Reset(d)
	}
	s.revive()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed = true
	return t.Reset(d)
}

// ResetTicker is t.Reset(d) in a twin, of a ticker.
func ResetTicker(t *time.Ticker, d time.Duration) {
	if s := stockTimerOf(unsafe.Pointer(t)); s != nil {
		s.revive()
	}
	t.Reset(d)
}

// revive makes another resource for a timer whose resource has ended.
func (s *stockTimer) revive() {
	s.mu.Lock()
	ended := s.r == nil
	s.mu.Unlock()
	if !ended {
		return
	}
	s.pc = pcAbove(1)
	r := s.resource()
	s.mu.Lock()
	taken := s.r != nil // by another Reset at the same time
	if !taken {
		s.r = r
	}
	s.mu.Unlock()
	if taken {
		s.destroy(r)
	}
}
