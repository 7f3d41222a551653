package rt

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// HookCallbacks are the functions of a hook. All are optional. They run on the
// goroutine of the event, possibly on several at once, and at volatile points:
// under locks of the program and of the standard library, in the middle of a
// select. Keep them short; take no lock that other code holds while it starts
// async work; print with [Debugf]. A callback that panics ends the process.
// (HookCallbacks in spec/.)
type HookCallbacks struct {
	// Init: a resource was made. It runs in the creator's scope, before the
	// creator goes on. The resource may not be complete yet.
	Init func(asyncID ID, typ string, triggerAsyncID ID, resource *AsyncResource)

	// Before: the resource's scope was entered, to run what it is for.
	Before func(asyncID ID)

	// After: the resource's scope is about to be left.
	After func(asyncID ID)

	// Destroy: the resource ended. It runs in scope 0, with no stores.
	Destroy func(asyncID ID)

	// PromiseResolve: a send completed; asyncID is the message's.
	PromiseResolve func(asyncID ID)
}

// HookOptions narrow down the resources whose events a hook gets. The zero
// value is that of no options: all. Events that no enabled hook asks for are
// not fired and cost next to nothing. The slices are copied when a hook is made.
type HookOptions struct {
	// Types are the types of resource, such as TypeHTTPRequest. Empty: all.
	Types []string

	// Packages are the import paths of the packages in whose code the resource
	// was made; "path/..." stands for path and all below it. Empty: all.
	Packages []string
}

// An AsyncHook is a set of callbacks that can be enabled and disabled. Its
// methods may be called from any goroutine at once, also in callbacks. It must
// not be copied.
type AsyncHook struct {
	_         noCopy
	callbacks HookCallbacks
	note      func(Events, ID, Made) // of a recorder, which has no callbacks
	filter    *hookFilter            // nil: all
	pc        uintptr                // where it was created
}

// CreateHook returns a hook with these callbacks. It is disabled until Enable.
// Two hooks with the same callbacks are two hooks. To override one callback of
// a set and keep the rest, copy the struct and assign. (createHook in spec/.)
func CreateHook(callbacks HookCallbacks) *AsyncHook {
	return &AsyncHook{callbacks: callbacks, pc: callerPC()}
}

// CreateHookWithOptions is [CreateHook] for a hook that gets the events of some
// resources only; nil options are none.
func CreateHookWithOptions(callbacks HookCallbacks, opts *HookOptions) *AsyncHook {
	return &AsyncHook{callbacks: callbacks, filter: newFilter(opts), pc: callerPC()}
}

// Enable makes the hook get events from now on, after the hooks that are
// enabled already. It returns the hook. An enabled hook stays as it is.
//
// In a callback, the change takes effect when the outermost event that is in
// progress on the goroutine has gone to every hook.
func (h *AsyncHook) Enable() *AsyncHook { return h.change(true) }

// Disable makes the hook get no more events. It returns the hook. A disabled
// hook stays as it is. In a callback, it takes effect as Enable does.
func (h *AsyncHook) Disable() *AsyncHook { return h.change(false) }

func (h *AsyncHook) change(enable bool) *AsyncHook {
	oweIDs()
	c := hookChange{h, enable}
	if eventInProgress() {
		deferChange(c)
	} else {
		hooks.apply(c)
	}
	return h
}

// site is where the hook was created.
func (h *AsyncHook) site() Site { return siteOf(h.pc) }

type hookChange struct {
	hook   *AsyncHook
	enable bool
}

// hooks is the set of enabled hooks.
var hooks struct {
	hookSet
	list atomic.Pointer[hookList] // nil: none
}

type hookSet struct {
	mu     sync.Mutex
	closed bool // the process ends
}

// activeHooks returns the enabled hooks, in the order of Enable; nil: none, or
// this package is at work on the goroutine.
func activeHooks() *hookList {
	l := hooks.list.Load()
	if l != nil && loadGuard() {
		return nil
	}
	return l
}

// apply makes changes, in order.
func (*hookSet) apply(changes ...hookChange) {
	guard := holdEvents()
	defer guard.release()
	hooks.mu.Lock()
	defer hooks.mu.Unlock()
	old := hooks.list.Load()
	var all []*AsyncHook
	if old != nil {
		all = slices.Clone(old.all)
	}
	for _, c := range changes {
		i := slices.Index(all, c.hook)
		switch {
		case c.enable && i < 0:
			all = append(all, c.hook)
		case !c.enable && i >= 0:
			all = slices.Delete(all, i, i+1)
		}
	}
	if hooks.closed {
		all = nil
	}
	l := newHookList(all)
	hooks.list.Store(l)
	if !off {
		setEventsActive(l != nil || recording(), sendsWanted(l))
	}
}

// close disables all hooks, for good.
func (*hookSet) close() {
	hooks.mu.Lock()
	hooks.closed = true
	hooks.mu.Unlock()
	hooks.apply()
}

// A hookList is an immutable list of the enabled hooks.
type hookList struct {
	all []*AsyncHook

	// Those that have the callback, in the same order.
	init, before, after, destroy, resolve []*AsyncHook

	sole *AsyncHook // the only one, if it has no filter and is no recorder

	recorders []*AsyncHook
	only      func(Events, ID, Made) // notes an event, if recorders that want all are the only hooks

	// Whether there are any that have the callback, or recorders.
	hasBefore, hasAfter, hasDestroy, hasResolve bool

	plainEnd bool // fireEnd will do
}

func newHookList(all []*AsyncHook) *hookList {
	if len(all) == 0 {
		return nil
	}
	l := &hookList{all: all}
	if h := all[0]; len(all) == 1 && h.filter == nil && h.note == nil {
		l.sole = h
	}
	for _, h := range all {
		if h.note != nil {
			l.recorders = append(l.recorders, h)
		}
		if h.callbacks.Init != nil {
			l.init = append(l.init, h)
		}
		if h.callbacks.Before != nil {
			l.before = append(l.before, h)
		}
		if h.callbacks.After != nil {
			l.after = append(l.after, h)
		}
		if h.callbacks.Destroy != nil {
			l.destroy = append(l.destroy, h)
		}
		if h.callbacks.PromiseResolve != nil {
			l.resolve = append(l.resolve, h)
		}
	}
	n := len(l.recorders)
	l.hasBefore = n+len(l.before) != 0
	l.hasAfter = n+len(l.after) != 0
	l.hasDestroy = n+len(l.destroy) != 0
	l.hasResolve = n+len(l.resolve) != 0
	l.only = onlyNotes(all)
	l.plainEnd = n == 0 && l.hasAfter && l.hasDestroy
	return l
}

// wantsType reports whether any hook gets events of resources of this type.
func (l *hookList) wantsType(typ string) bool {
	for _, h := range l.all {
		if h.filter == nil || h.filter.wantsType(typ) {
			return true
		}
	}
	return false
}

// A hookFilter decides which resources a hook hears of.
type hookFilter struct {
	types    []string
	packages []string
	seen     sync.Map // pc -> bool, for packages
}

func newFilter(opts *HookOptions) *hookFilter {
	if opts == nil || len(opts.Types) == 0 && len(opts.Packages) == 0 {
		return nil
	}
	return &hookFilter{types: slices.Clone(opts.Types), packages: slices.Clone(opts.Packages)}
}

func (f *hookFilter) wantsType(typ string) bool {
	return len(f.types) == 0 || slices.Contains(f.types, typ)
}

// wants reports whether the hook hears of a resource of this type, made at pc.
func (h *AsyncHook) wants(typ string, pc uintptr) bool {
	f := h.filter
	if f == nil {
		return true
	}
	return f.wantsType(typ) && (len(f.packages) == 0 || f.wantsSite(pc))
}

func (f *hookFilter) wantsSite(pc uintptr) bool {
	if in, ok := f.seen.Load(pc); ok {
		return in.(bool)
	}
	pkg := packageOf(siteOf(pc).Func)
	in := slices.ContainsFunc(f.packages, func(pattern string) bool {
		path, below := strings.CutSuffix(pattern, "/...")
		return pkg == path || below && strings.HasPrefix(pkg, path+"/")
	})
	f.seen.Store(pc, in)
	return in
}
