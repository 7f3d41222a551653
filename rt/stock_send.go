package rt

// A SendChan is a channel that a twin sends to.
type SendChan[T any] struct{ ch chan<- T }

// Chan is the channel of a send statement in a twin: Chan(ch).Send(v) is
// ch <- v.
func Chan[T any](ch chan<- T) SendChan[T] { return SendChan[T]{ch} }

// Send sends v, as a statement does, and fires the events of a message: Init
// before, PromiseResolve when the send has completed, and Destroy. On the stock
// runtime a message cannot be known by its receiver, whose scope stays what it
// is; so its resource ends with the send.
func (c SendChan[T]) Send(v T) {
	if uninstrumented() || activeHooks() == nil {
		c.ch <- v
		return
	}
	m := startSend(pcAbove(0))
	defer m.end()
	c.ch <- v
	m.done()
}

// A SelectSend is the resource of a select statement with send cases in a twin.
// It is used on one goroutine.
type SelectSend struct{ message stockMessage }

// Begin stands in front of the statement.
func (s *SelectSend) Begin() {
	s.message.end() // one that panicked
	if !uninstrumented() && activeHooks() != nil {
		s.message = startSend(pcAbove(0))
		s.message.watch()
	}
}

// Sent stands at the beginning of a send case.
func (s *SelectSend) Sent() {
	s.message.done()
	s.message.end()
}

// NotSent stands at the beginning of any other case.
func (s *SelectSend) NotSent() { s.message.end() }

// stockMessage is a message on the stock runtime. The zero value is none.
type stockMessage struct{ r *AsyncResource }

func startSend(pc uintptr) stockMessage {
	trigger := ExecutionAsyncID()
	if !sendsWanted(hooks.list.Load()) {
		return stockMessage{}
	}
	r := &AsyncResource{id: newID(trigger), trigger: trigger, pc: pc, frame: loadFrame(), depth: uint8(loadDepth())}
	sendInit(r)
	return stockMessage{r}
}

// watch ends the message if the select that it is of is left by a panic.
func (m *stockMessage) watch() {
	if m.r != nil {
		m.r.watch(false)
	}
}

// done says that the message was sent.
func (m *stockMessage) done() {
	if m.r != nil {
		fireResolve(m.r)
	}
}

func (m *stockMessage) end() {
	if r := m.r; r != nil {
		m.r = nil
		r.stopCleanup()
		activeForget(r.id)
		endMessage(r)
	}
}
