package rt_test

import (
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

func TestEnterWithLastsToEndOfScope(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	r := newResource("A")
	s.Run("run", func() {
		for range 2 { // each time the captured frame, not what the last call left
			r.RunInAsyncScope(func() {
				has(t, &s, "", false)
				s.EnterWith("inside")
				has(t, &s, "inside", true)
			})
		}
		has(t, &s, "run", true)
		s.EnterWith("later")
		has(t, &s, "later", true)
		r.EmitBefore()
		s.EnterWith("emitted")
		r.EmitAfter()
		has(t, &s, "later", true)
	})
	has(t, &s, "", false)
	onGoroutine(func() { s.EnterWith("goroutine") })
	has(t, &s, "", false)
}

func TestEnterAndLeave(t *testing.T) {
	var s, other rt.AsyncLocalStorage[string]
	s.Run("base", func() {
		leave := s.Enter("a")
		has(t, &s, "a", true)
		onGoroutine(func() { has(t, &s, "a", true) })
		other.EnterWith("other")
		inner := s.Enter("b")
		s.EnterWith("c")
		inner()
		has(t, &s, "a", true)
		has(t, &other, "other", true)
		leave()
		has(t, &s, "base", true)
		has(t, &other, "", false)

		// Left from outside in, the inner one has nothing to restore.
		outer, inner := s.Enter("c"), s.Enter("d")
		outer()
		has(t, &s, "base", true)
		inner()
		has(t, &s, "base", true)

		// A scope that is open inside keeps its frame, and loses nothing.
		r := newResource("A")
		leave = s.Enter("e")
		r.EmitBefore()
		leave()
		r.EmitAfter()
		has(t, &s, "base", true)
	})
	has(t, &s, "", false)
}

func TestLeaveMisused(t *testing.T) {
	var s rt.AsyncLocalStorage[string]
	s.Run("base", func() {
		leave := s.Enter("a")
		leave()
		s.EnterWith("b")
		usageError(t, leave) // twice
		has(t, &s, "b", true)

		leave = s.Enter("c")
		onGoroutine(func() {
			usageError(t, leave) // on another goroutine
			has(t, &s, "c", true)
			defer s.Enter("d")()
			usageError(t, leave)
			has(t, &s, "d", true)
		})
		has(t, &s, "c", true)
		leave() // it is still good here
		has(t, &s, "b", true)

		newResource("A").RunInAsyncScope(func() { leave = s.Enter("e") })
		has(t, &s, "b", true)
		leave() // late
		has(t, &s, "b", true)
		newResource("A").RunInAsyncScope(func() { leave = s.Enter("e") })
		newResource("A").RunInAsyncScope(func() {
			leave() // late, in a scope that looks like the one it was for
			has(t, &s, "b", true)
		})
		s.Run("f", func() { leave = s.Enter("g") })
		leave()
		has(t, &s, "b", true)
	})
}
