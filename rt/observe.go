package rt

// What follows is for packages that record or export events.

// GoroutineID returns the number of the calling goroutine as stack traces have
// it. In a plain build it is 0: not known.
func GoroutineID() uint64 { return goroutineID() }

// BeforeExit makes fn run when the process is about to end because main.main
// returned or os.Exit was called, after what runs then on its own account. It
// reports whether it will: in a plain build it will not. fn must not call
// os.Exit. A nil fn is a [*UsageError].
func BeforeExit(fn func()) bool {
	checkFunc(fn != nil, "BeforeExit")
	return atExit(fn)
}
