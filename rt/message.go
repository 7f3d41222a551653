package rt

// received returns what Received does, for the message that the goroutine
// received last.
func received() func(fn func()) {
	return func(fn func()) { fn() }
}
