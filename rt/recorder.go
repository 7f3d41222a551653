package rt

// Events is a set of events of one resource.
type Events uint8

// The events. Those of one set happened in this order.
const (
	EventInit Events = 1 << iota
	EventBefore
	EventAfter
	EventDestroy
	EventResolve // PromiseResolve, which comes alone
)

// Made says how a resource was made.
type Made struct {
	Type      string
	Trigger   ID
	Execution ID      // what was executing there
	PC        uintptr // where, as runtime.Callers gives it; 0: not known
}

// Site returns where the resource was made.
func (m Made) Site() Site { return siteOf(m.PC) }

// CreateRecorder returns a hook that takes note of events, with less ado than
// others have: nothing is made for it that the program itself does not use. note
// is called with events of one resource that happened one right after the other,
// in most cases one event; made is zero unless EventInit is among them. It may be
// called on several goroutines at once, and does nothing but take note: it does
// not panic, starts no async work, changes no hook and asks for no resource.
//
// A recorder hears of an event before other hooks do. EventDestroy does not come
// in scope 0. nil options are none. A nil note is a [*UsageError].
func CreateRecorder(note func(events Events, asyncID ID, made Made), opts *HookOptions) *AsyncHook {
	checkFunc(note != nil, "CreateRecorder")
	return &AsyncHook{note: note, filter: newFilter(opts), pc: callerPC()}
}

// onlyNotes returns what calls the hooks, if all of them are recorders that want
// all events; otherwise nil.
func onlyNotes(all []*AsyncHook) func(Events, ID, Made) {
	for _, h := range all {
		if h.note == nil || h.filter != nil {
			return nil
		}
	}
	if len(all) == 1 {
		return all[0].note
	}
	return func(e Events, id ID, made Made) {
		for _, h := range all {
			h.note(e, id, made)
		}
	}
}

// noteOf tells the recorders of an event of r, which is nil if no one made it.
func (l *hookList) noteOf(e Events, id ID, r *AsyncResource) {
	switch {
	case l.only != nil:
		l.only(e, id, Made{})
	case len(l.recorders) != 0:
		if r == nil {
			r = new(AsyncResource) // no filter wants that
		}
		l.noteEach(e, id, Made{}, r.typ(), r.pc)
	}
}

// noteEach tells the recorders of an event of a resource of this type, made at
// pc.
func (l *hookList) noteEach(e Events, id ID, made Made, typ string, pc uintptr) {
	for _, h := range l.recorders {
		if h.filter == nil || h.wants(typ, pc) {
			h.note(e, id, made)
		}
	}
}

// noteInit tells the recorders that r was made, which is of the type typ.
//
//go:noinline
func (l *hookList) noteInit(r *AsyncResource, typ string) {
	l.noteEach(EventInit, r.id, Made{typ, r.trigger, executingID(), r.pc}, typ, r.pc)
}

// noteDestroy tells the recorders that a resource ended.
//
//go:noinline
func (l *hookList) noteDestroy(id ID, typ string, pc uintptr) {
	l.noteEach(EventDestroy, id, Made{}, typ, pc)
}
