package rt

// Enter sets the store and returns a function that restores what was before:
// Run without a callback.
//
//	defer s.Enter(v)()
//
// Without leave, the store lasts as EnterWith's does, but no longer than any
// enclosing Run. Called when the scope in which Enter was called has ended, twice
// or on another goroutine, leave changes nothing; where that is certain to be a
// mistake, twice and on another goroutine, it panics with a [*UsageError].
func (s *AsyncLocalStorage[T]) Enter(store T) (leave func()) {
	e := s.enter(store)
	return e.leave
}

func (s *AsyncLocalStorage[T]) enter(store T) entered {
	_, f := s.set(&store)
	return enterStores(f)
}
