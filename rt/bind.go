package rt

// A capture is a context at one moment: ids and stores, as values.
type capture struct {
	id      ID
	trigger ID
	res     *AsyncResource
	frame   *frame
	depth   uint32
}

// captureNow captures the current context.
func captureNow() *capture {
	return &capture{ExecutionAsyncID(), TriggerAsyncID(), ExecutionAsyncResource(), loadFrame(), loadDepth()}
}

// run calls fn in the captured context. It fires no event.
func (c *capture) run(fn func()) {
	s := openScope(scopeBound, c.id, c.trigger, c.res, c.frame)
	if c.depth != 0 {
		s.deepen(c.depth)
	}
	in := call{scope: s, seq: s.seq}
	defer in.close()
	fn()
	in.returned = true
}

// Snapshot captures the current context, all stores and the ids, and returns a
// function that calls the function it is given in that context, as often as one
// likes, on any goroutine. It makes no resource and fires no event.
// (AsyncLocalStorage.snapshot in spec/.)
func Snapshot() func(fn func()) {
	c := captureNow()
	c.frame = c.frame.settle()
	return func(fn func()) {
		checkFunc(fn != nil, "Snapshot")
		c.run(fn)
	}
}

// Received returns a snapshot of what the last message received on this
// goroutine carried; nothing, if that is not known. Where a build carries no
// messages, the function that it returns calls what it is given in the current
// context. It makes no resource and fires no event.
func Received() func(fn func()) {
	run := receivedContext()
	return func(fn func()) {
		checkFunc(fn != nil, "Received")
		run(fn)
	}
}

// Bind returns a function that calls fn in the context of this moment: its
// stores and its ids, on any goroutine. It makes no resource and fires no
// event. If fn is not a function, or nil, it panics with a [*UsageError].
// (AsyncLocalStorage.bind in spec/.)
func Bind[F any](fn F) F {
	checkBindable("Bind", fn)
	c := captureNow()
	c.frame = c.frame.settle()
	return bindTo(c.run, fn)
}

// BindTo returns a function that calls fn by r's RunInAsyncScope, and passes
// its arguments and results through. If fn is not a function, or nil, it panics
// with a [*UsageError]. (asyncResource.bind in spec/.)
func BindTo[F any](r *AsyncResource, fn F) F {
	checkBindable("BindTo", fn)
	r.checkMade("BindTo")
	return bindTo(r.RunInAsyncScope, fn)
}

// BindAsync makes a resource of the given type, and returns a function that
// calls fn by its RunInAsyncScope. If the type is empty or fn is not a function,
// or nil, it panics with a [*UsageError], and makes nothing.
// (AsyncResource.bind in spec/.)
func BindAsync[F any](typ string, fn F) F {
	checkBindable("BindAsync", fn)
	if typ == "" {
		misuse("BindAsync", 0, "the type is empty; name what the resource is, with a prefix of your own")
	}
	return bindTo(newResource(typ, nil, callerPC()).RunInAsyncScope, fn)
}

// Bind returns a function that calls fn by RunInAsyncScope. A nil fn is a
// [*UsageError].
func (r *AsyncResource) Bind(fn func()) func() {
	checkFunc(fn != nil, "AsyncResource.Bind")
	r.checkMade("AsyncResource.Bind")
	return func() { r.RunInAsyncScope(fn) }
}
