// Package bubble sends messages inside of testing/synctest bubbles.
package bubble

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

var store = rt.NewAsyncLocalStorage[string](nil)

// expect checks the store of the caller.
func expect(t *testing.T, want string) {
	t.Helper()
	if got, _ := store.GetStore(); got != want {
		t.Errorf("store %q, want %q", got, want)
	}
}

func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ch := make(chan string)
		go func() {
			for v := range ch {
				expect(t, v)
				time.Sleep(time.Second)
			}
			expect(t, "")
		}()
		for _, v := range []string{"a", "b"} {
			store.Run(v, func() { ch <- v })
		}
		var ticks *time.Ticker
		store.Run("tick", func() { ticks = time.NewTicker(time.Minute) })
		defer ticks.Stop()
		for n := 0; n < 3; {
			select {
			case <-ticks.C:
				expect(t, "tick")
				n++
			}
		}
		done := false
		store.Run("after", func() {
			time.AfterFunc(time.Hour, func() {
				expect(t, "after")
				done = true
			})
		})
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		close(ch)
		synctest.Wait()
		if !done {
			t.Error("the function was not called")
		}
	})
}
