package rt

// A guard holds back events on a goroutine while this package does work of its
// own there that the program did not ask for: takes a lock, starts a goroutine,
// writes.
type guard struct{ was bool }

func holdEvents() guard {
	g := guard{loadGuard()}
	if !g.was {
		storeGuard(true)
	}
	return g
}

func (g guard) release() {
	if !g.was {
		storeGuard(false)
	}
}
