package rt_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// The main goroutine of a bubble, which starts the test's function on another one,
// is a goroutine of the test's: with an Init in the test, which is its trigger.
func TestBubble(t *testing.T) {
	if rt.Mode() != "runtime" {
		return // package testing starts it
	}
	r := record(t)
	test := rt.ExecutionAsyncID()
	var s rt.AsyncLocalStorage[string]
	s.Run("the test's", func() {
		synctest.Test(t, func(t *testing.T) {
			r.mu.Lock()
			defer r.mu.Unlock()
			id, trigger := rt.ExecutionAsyncID(), rt.TriggerAsyncID()
			main := r.made[trigger]
			if r.made[id].Trigger != trigger || main.Type != rt.TypeGoroutine || main.Trigger != test || main.Execution != test {
				t.Errorf("%d of %d in the bubble, made as %+v and %+v; want one of %d's", id, trigger, r.made[id], main, test)
			}
			if v, _ := s.GetStore(); v != "the test's" {
				t.Errorf("the store %q in the bubble", v)
			}
		})
	})
}

// So it is without hooks.
func TestBubbleTrigger(t *testing.T) {
	if rt.Mode() != "runtime" {
		return
	}
	test := rt.ExecutionAsyncID()
	synctest.Test(t, func(t *testing.T) {
		of := map[rt.ID]rt.ID{}
		for _, r := range rt.ActiveResources() {
			of[r.ID] = r.TriggerAsyncID
		}
		if id, trigger := rt.ExecutionAsyncID(), rt.TriggerAsyncID(); of[id] != trigger || of[trigger] != test {
			t.Errorf("%d of %d of %d in the bubble, want one of %d's", id, trigger, of[trigger], test)
		}
	})
}

// A bubble's timers are among what is alive, by the bubble's time.
func TestBubbleTimers(t *testing.T) {
	if rt.Mode() != "runtime" {
		return // the runtime tells nothing of timers
	}
	timers := func() (found []*rt.TimerInfo) {
		for _, r := range rt.ActiveResources() {
			if r.Timer != nil && r.Type == rt.TypeAfterFunc && r.TriggerAsyncID == rt.ExecutionAsyncID() {
				found = append(found, r.Timer)
			}
		}
		return found
	}
	synctest.Test(t, func(t *testing.T) {
		timer := time.AfterFunc(time.Hour, func() {})
		<-time.After(time.Minute) // of the bubble
		if found := timers(); len(found) != 1 || found[0].Remaining != 59*time.Minute {
			t.Errorf("timers %+v, want one of 59 minutes", found)
		}
		timer.Stop()
		if found := timers(); len(found) != 0 {
			t.Errorf("timers %+v after Stop", found)
		}
	})
}
