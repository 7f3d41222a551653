package main

import (
	"slices"
	"sync"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// turns gives what soon and later start the order that an event loop has: one
// thing at a time, the one that was due first, and nothing before main is done.
// It is the order of the recorded lines, where causes alone do not fix one.
// Delays are compared as numbers; no clock decides.
var turns = func() *loop {
	l := &loop{busy: true, of: map[rt.ID]*turn{}}
	l.changed.L = &l.mu
	return l
}()

type loop struct {
	mu      sync.Mutex
	changed sync.Cond
	busy    bool          // a turn is on; main's at first
	over    bool          // main's turn is
	now     time.Duration // when the present turn was due
	waiting []*turn       // those to come, by due
	making  *turn         // that of the go statement or timer in progress
	of      map[rt.ID]*turn
}

type turn struct {
	due    time.Duration
	hooked bool // a tracer begins and ends it
	begun  bool
}

// soon starts a goroutine (setImmediate, process.nextTick, queueMicrotask).
func soon(fn func()) {
	t := turns.add(0)
	body := func() { turns.do(t, fn) }
	if rt.Instrumented() {
		go body()
	} else {
		rt.Go(body)
	}
	turns.started()
}

// later starts a timer (setTimeout). A plain build has to bind its callback.
func later(d time.Duration, fn func()) *time.Timer {
	t := turns.add(d)
	body := func() { turns.do(t, fn) }
	if !rt.Instrumented() {
		body = rt.BindAsync(rt.TypeAfterFunc, body)
	}
	timer := time.AfterFunc(d, body)
	turns.started()
	return timer
}

// add appends a turn that is due after d.
func (l *loop) add(d time.Duration) *turn {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := &turn{due: l.now + d}
	i := len(l.waiting)
	for i > 0 && l.waiting[i-1].due > t.due {
		i--
	}
	l.waiting = slices.Insert(l.waiting, i, t)
	l.making = t
	return t
}

func (l *loop) started() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.making = nil
}

// made says that the go statement or timer in progress has this id.
func (l *loop) made(id rt.ID, typ string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.making == nil || typ != rt.TypeGoroutine && (typ != rt.TypeAfterFunc || !rt.Instrumented()) {
		return
	}
	l.making.hooked = true
	l.of[id] = l.making
	l.making = nil
}

// begin waits for the turn of the id, if it has one.
func (l *loop) begin(id rt.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.of[id]; t != nil {
		l.await(t)
	}
}

// end ends the turn of the id, if it has one.
func (l *loop) end(id rt.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of[id] != nil {
		delete(l.of, id)
		l.finish()
	}
}

// do calls fn in its turn.
func (l *loop) do(t *turn, fn func()) {
	if !t.hooked {
		l.mu.Lock()
		l.await(t)
		l.mu.Unlock()
		defer func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.finish()
		}()
	}
	fn()
}

func (l *loop) await(t *turn) {
	for !t.begun {
		if !l.busy && l.waiting[0] == t {
			t.begun = true
			l.busy, l.now = true, t.due
			l.waiting = l.waiting[1:]
			return
		}
		l.changed.Wait()
	}
}

func (l *loop) finish() {
	l.busy = false
	l.changed.Broadcast()
}

// afterMain waits for the end of main's turn.
func (l *loop) afterMain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.over {
		l.changed.Wait()
	}
}

// drain ends the present turn, which is main's, and waits for all others.
func (l *loop) drain() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.finish()
	for l.busy || len(l.waiting) > 0 {
		l.changed.Wait()
	}
	l.busy = true
}
