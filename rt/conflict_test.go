package rt

import (
	"strings"
	"testing"
)

// A message fills in what the goroutine has no store for, and never replaces
// one; where it would have, that is counted by site and storage.
func TestMessagesAndConflicts(t *testing.T) {
	before := countConflicts(t)
	user := NewAsyncLocalStorage(&AsyncLocalStorageOptions[string]{Name: "conflict user"})
	trace := NewAsyncLocalStorage(&AsyncLocalStorageOptions[int]{Name: "conflict trace"})
	secret := NewAsyncLocalStorage(&AsyncLocalStorageOptions[string]{IgnoreMessages: true})
	frameOf := func(fn func(run func(func()))) (f *frame) {
		fn(func(inner func()) { inner(); f = loadFrame() })
		return f
	}
	message := frameOf(func(run func(func())) {
		user.Run("ann", func() {
			trace.Run(7, func() { secret.Run("key", func() { run(func() {}) }) })
		})
	})
	handle := func(f *frame, check func()) {
		defer storeFrame(loadFrame())
		storeFrame(mergeAt(loadFrame(), f, callerPC()))
		check()
	}
	expect := func(wantUser string, wantTrace int) func() {
		return func() {
			t.Helper()
			u, _ := user.GetStore()
			n, _ := trace.GetStore()
			if _, ok := secret.GetStore(); u != wantUser || n != wantTrace || ok {
				t.Errorf("user %q, trace %d, secret %v; want %q, %d", u, n, ok, wantUser, wantTrace)
			}
		}
	}
	handle(message, expect("ann", 7))
	user.Run("bob", func() { handle(message, expect("bob", 7)) })
	user.Run("ann", func() { handle(message, expect("ann", 7)) }) // the same store: no conflict
	user.Exit(func() { handle(message, expect("", 7)) })          // exited counts as a store
	trace.Run(8, func() {
		for range 3 {
			handle(message, expect("ann", 8))
		}
	})
	handle(nil, expect("", 0))

	if now := countConflicts(t); now["conflict user"]-before["conflict user"] != 2 || now["conflict trace"]-before["conflict trace"] != 3 {
		t.Errorf("conflicts: %v, before %v", now, before)
	}
}

// countConflicts returns the conflicts of this file's storages by name.
func countConflicts(t *testing.T) map[string]uint64 {
	counts := map[string]uint64{}
	for _, c := range Conflicts() {
		if strings.HasPrefix(c.Storage, "conflict ") {
			counts[c.Storage] += c.Count
			if !strings.HasSuffix(c.Site.File, "conflict_test.go") || c.Site.Line == 0 {
				t.Errorf("%+v", c)
			}
		}
	}
	return counts
}
