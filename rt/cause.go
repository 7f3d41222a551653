package rt

import "sync/atomic"

// A Cause is one link of the chain that leads from a resource to the root: what
// triggered it, what triggered that, and so on.
//
// A chain that is known to its end ends with the root, ID 1. One that ends
// otherwise goes on with what is not known any more. A link may lack its ID, or
// its Type and Site: a goroutine that has ended and that no record was kept of is
// known by its site alone, and only up to six hops away. See [KeepCauses].
type Cause struct {
	ID   ID     // 0: not known
	Type string // "": not known, or the root
	Site Site   // zero: not known
}

// String returns "Type ID, file:line" with what is known of it.
func (c Cause) String() string {
	if c.ID == Root {
		return "root"
	}
	return describe(c.ID, c.Type) + ", " + c.Site.String()
}

// maxCauses is how long a chain of causes is at most.
const maxCauses = 32

// A cause is a link of a chain that is kept: values, and no reference to what
// they are about. Chains share their ends.
type cause struct {
	// The patched runtime reads these.
	id   ID
	typ  string
	pc   uintptr
	next *cause // what triggered it; nil: the root, or cut
	cut  bool   // there was more

	hops int
}

// keep is whether chains are kept.
var keep atomic.Bool

// KeepCauses sets whether the chain of causes of each goroutine, message, timer
// and callback is kept from now on, as values, up to 32 hops. It costs a record
// for each of them, as a hook that listens to all would; what was made before has
// the shorter chain that costs nothing. With ASYNCHOOKS=causes in the environment
// chains are kept from the start, and crashes print them: see [PrintCauses]. It
// returns whether they were kept before.
func KeepCauses(on bool) (was bool) {
	oweIDs()
	guard := holdEvents()
	defer guard.release()
	was = keep.Swap(on)
	hooks.apply()
	return was
}

// PrintCauses sets whether a crash prints the chain of causes, with sites, under
// Go's own stack traces, which stay as they are: of the goroutine that panics,
// and of all goroutines where Go prints all, as for SIGQUIT. Chains are longer if
// they are kept: see [KeepCauses]. ASYNCHOOKS=causes in the environment sets both
// from the start. In a plain build it does nothing.
func PrintCauses(on bool) { printCauses(on) }

// recording reports whether resources are tracked or their causes are kept, so
// that they need a record even if no hook asks for it.
func recording() bool { return keep.Load() || active.on.Load() }

// because returns the chain that begins with r.
func (r *AsyncResource) because(trigger *cause) *cause {
	c := &cause{id: r.id, typ: r.typ(), pc: r.pc, next: trigger}
	if trigger == nil {
		return c
	}
	c.hops = trigger.hops + 1
	if c.hops >= 2*maxCauses {
		// Every so often a chain is copied without its end, which nobody will
		// ask for, so that it can be collected.
		c.next, c.hops = trigger.first(maxCauses-1), maxCauses
	}
	return c
}

// first returns a copy of the first n links.
func (c *cause) first(n int) *cause {
	head := *c
	last := &head
	last.hops = n
	for i := 1; i < n; i++ {
		next := *last.next
		next.hops = n - i
		last.next = &next
		last = &next
	}
	last.cut = last.next != nil || last.cut
	last.next = nil
	return &head
}

// track notes what triggered r, if chains are kept. The trigger is what is
// executing, or a resource that the caller knows.
func (r *AsyncResource) track() {
	if !keep.Load() || r.kept() != nil {
		return
	}
	guard := holdEvents()
	defer guard.release()
	trigger := executing().chain()
	for trigger != nil && trigger.id != r.trigger {
		trigger = trigger.next
	}
	if trigger == nil && r.trigger > Root {
		trigger = &cause{id: r.trigger, cut: true} // of no one that is executing
	}
	r.rest().cause = r.because(trigger)
}

// chain returns the chain that begins with r. A resource from before chains were
// kept begins one that is cut.
func (r *AsyncResource) chain() *cause {
	if r.id <= Root {
		return nil
	}
	if c := r.kept(); c != nil {
		return c
	}
	return &cause{id: r.id, typ: r.typ(), pc: r.pc, cut: r.trigger != Root}
}

// Causes returns why the caller runs: the resource that is executing, what
// triggered it, and so on to the root, as far as it is known. The root's own
// chain is the root.
func Causes() []Cause {
	oweIDs()
	guard := holdEvents()
	defer guard.release()
	r := executing()
	if r.id == Root {
		return []Cause{{ID: Root}}
	}
	if r.id == 0 {
		return nil
	}
	list := []Cause{{r.id, r.typ(), siteOf(r.pc)}}
	if c := r.kept(); c != nil {
		return c.next.list(list, c)
	}
	if s := loadScope(); s == nil || s.kind == scopeOwn {
		return append(list, ownPath().causes(r.trigger)...)
	}
	return append(list, path{}.causes(r.trigger)...)
}

// list appends the chain that begins with c; last is the link before it. (See
// alive.go about the race detector.)
//
//go:norace
func (c *cause) list(to []Cause, last *cause) []Cause {
	for ; c != nil && len(to) < maxCauses; c = c.next {
		to = append(to, Cause{c.id, c.typ, siteOf(c.pc)})
		last = c
	}
	if c == nil && !last.cut {
		to = append(to, Cause{ID: Root})
	}
	return to
}
