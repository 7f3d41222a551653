package rt

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// The types of the built-in resources. The package comment tells when the events
// of each are.
const (
	TypeGoroutine           = "Goroutine"           // a go statement, or Go
	TypeChanSend            = "ChanSend"            // a message: a send, or a select with send cases
	TypeAfterFunc           = "AfterFunc"           // time.AfterFunc
	TypeTimer               = "Timer"               // time.NewTimer, time.After
	TypeTicker              = "Ticker"              // time.NewTicker, time.Tick
	TypeContextAfterFunc    = "ContextAfterFunc"    // context.AfterFunc
	TypeCleanup             = "Cleanup"             // runtime.AddCleanup
	TypeFinalizer           = "Finalizer"           // runtime.SetFinalizer
	TypeSignal              = "Signal"              // a channel given to signal.Notify
	TypeHTTPRequest         = "HTTPRequest"         // a request that net/http serves
	TypeTCPServer           = "TCPServer"           // a listener
	TypeTCPConn             = "TCPConn"             // an accepted connection
	TypeDNSLookup           = "DNSLookup"           // a resolver's lookup
	TypeHTTPConnState       = "HTTPConnState"       // http.Server.ConnState, where Serve is called
	TypeHTTPShutdown        = "HTTPShutdown"        // http.Server.RegisterOnShutdown
	TypeHTTPClientConnState = "HTTPClientConnState" // http.ClientConn.SetStateHook
	TypeHTTPTrace           = "HTTPTrace"           // httptrace.WithClientTrace
	TypeTestCleanup         = "TestCleanup"         // testing.T.Cleanup
)

// An AsyncResource is something that has work to do later: a connection whose
// callbacks run as data comes in, a query, a job in a queue. It captures the
// context of where it is made; RunInAsyncScope runs a function in it. The
// built-in resources (goroutines, messages, timers, callbacks) are
// AsyncResources too. (AsyncResource in spec/; it is made to be embedded.)
//
// Make one with [NewAsyncResource]; do not copy it. All methods may be called
// from any goroutine at once.
type AsyncResource struct {
	_ noCopy

	// The patched runtime knows these.
	id      ID
	trigger ID
	frame   *frame
	pc      uintptr // where it was made
	depth   uint8   // of hooks within hooks, there

	builtin bool         // its events are the runtime's or rt's, not the user's
	once    bool         // its callback is called once
	kind    resourceKind // its type
	state   atomic.Uint32
	more    atomic.Pointer[resourceMore] // nil: nothing
}

// A message has an AsyncResource while a hook is enabled, and few have more than
// that: the rest is apart. All but values is set before others know the resource.
type resourceMore struct {
	typ     string // of kindNamed
	object  any
	values  atomic.Pointer[valueList]
	cleanup runtime.Cleanup
	cause   *cause // nil unless chains are kept
}

// What there is to say of a resource's state.
const (
	resourceEnded   = 1 << iota
	resourceEntered // the callback was called, or is being
	resourceAsked   // for the timer that it stands for
)

// was reports whether the state says so, set lets it say so and reports whether
// it did before.
func (r *AsyncResource) was(bit uint32) bool { return r.state.Load()&bit != 0 }
func (r *AsyncResource) set(bit uint32) bool { return r.state.Or(bit)&bit != 0 }

// A resourceKind stands for the name of a type.
type resourceKind uint8

const (
	kindNamed resourceKind = iota // any other: a user's, a callback's; with no name, the root's
	kindGoroutine
	kindChanSend
	kindHTTPRequest
	kindTimer // the first of the runtime's timers: the others follow in their order
)

// kindTimed is the first of the same kinds for resources that are a
// [timerResource].
const kindTimed = kindTimer + timerContextAfter + 1

var kindNames = [...]string{
	kindGoroutine:                 TypeGoroutine,
	kindChanSend:                  TypeChanSend,
	kindHTTPRequest:               TypeHTTPRequest,
	kindTimer + timerAfterFunc:    TypeAfterFunc,
	kindTimer + timerTimer:        TypeTimer,
	kindTimer + timerTicker:       TypeTicker,
	kindTimer + timerSignal:       TypeSignal,
	kindTimer + timerContextAfter: TypeContextAfterFunc,
	kindTimed + timerAfterFunc:    TypeAfterFunc,
	kindTimed + timerTimer:        TypeTimer,
	kindTimed + timerTicker:       TypeTicker,
}

// typ returns the name of the type.
func (r *AsyncResource) typ() string {
	if r.kind == kindNamed {
		return r.named()
	}
	return kindNames[r.kind]
}

func (r *AsyncResource) named() string {
	if m := r.more.Load(); m != nil {
		return m.typ
	}
	return ""
}

// rest returns what is apart. It is made if it is not there.
func (r *AsyncResource) rest() *resourceMore {
	m := r.more.Load()
	if m == nil {
		m = new(resourceMore)
		if !r.more.CompareAndSwap(nil, m) {
			m = r.more.Load()
		}
	}
	return m
}

// namedResource returns a resource of a type, with all that there can be.
func namedResource(typ string) *AsyncResource {
	r := new(struct {
		AsyncResource
		rest resourceMore
	})
	r.rest.typ = typ
	r.more.Store(&r.rest)
	return &r.AsyncResource
}

// stopCleanup says that nothing is to be done when the resource is collected.
func (r *AsyncResource) stopCleanup() {
	if m := r.more.Load(); m != nil {
		m.cleanup.Stop()
	}
}

// kept returns the chain of causes that was kept of it.
func (r *AsyncResource) kept() *cause {
	if m := r.more.Load(); m != nil {
		return m.cause
	}
	return nil
}

// AsyncResourceOptions are the options of [NewAsyncResource]. The zero value is
// that of no options.
type AsyncResourceOptions struct {
	// TriggerAsyncID is the resource that caused this one. 0: the one that is
	// executing, ExecutionAsyncID.
	TriggerAsyncID ID

	// RequireManualDestroy: Destroy is fired by EmitDestroy alone, and not when
	// the resource is garbage collected.
	RequireManualDestroy bool

	// Object is what the resource stands for. The resource keeps it alive.
	Object any
}

// weakObject is the Object of a built-in resource.
type weakObject interface{ object() any }

// NewAsyncResource makes a resource of the given type in the current context
// and fires Init. A hook sees the resource before the caller does: fields of a
// struct that embeds it are not set yet. An empty type is a [*UsageError]; nil
// options are none. (new AsyncResource in spec/.)
func NewAsyncResource(typ string, opts *AsyncResourceOptions) *AsyncResource {
	if typ == "" {
		misuse("NewAsyncResource", 0, "the type is empty; name what the resource is, with a prefix of your own")
	}
	return newResource(typ, opts, callerPC())
}

func newResource(typ string, opts *AsyncResourceOptions, pc uintptr) *AsyncResource {
	r := namedResource(typ)
	r.pc, r.frame, r.depth = pc, loadFrame(), uint8(loadDepth())
	after := ExecutionAsyncID()
	r.trigger = after
	manual := false
	if opts != nil {
		r.rest().object, manual = opts.Object, opts.RequireManualDestroy
		if opts.TriggerAsyncID != 0 {
			r.trigger = opts.TriggerAsyncID
		}
	}
	r.id = newID(after)
	r.track()
	r.watch(manual)
	if l := activeHooks(); l != nil {
		l.fireInit(r, typ)
	}
	return r
}

// watch sees to what must happen when the resource is collected; manual says that
// no Destroy is fired then.
func (r *AsyncResource) watch(manual bool) {
	listed := activeTrack(r)
	l := activeHooks()
	fires := !manual && l != nil && l.hasDestroy
	if listed || fires {
		r.rest().cleanup = runtime.AddCleanup(r, collected, collectedResource{r.destroyed(), fires})
	}
}

// collectedResource is what is left of a resource that was collected.
type collectedResource struct {
	destroyed
	fires bool
}

// collected ends a resource that was collected without EmitDestroy.
func collected(r collectedResource) {
	activeForget(r.id)
	if r.fires {
		queueDestroy(r.destroyed)
	}
}

// AsyncID returns the resource's ID.
func (r *AsyncResource) AsyncID() ID { return r.id }

// TriggerAsyncID returns the ID of the resource that caused this one.
func (r *AsyncResource) TriggerAsyncID() ID { return r.trigger }

// Type returns the type that the resource was made with, one of the Type
// constants for a built-in one, and "" for the root.
func (r *AsyncResource) Type() string { return r.typ() }

// Object returns what the resource stands for: the Object of its options. A
// built-in resource has one if it is that of a timer or ticker (the *time.Timer or
// *time.Ticker), a listener, a connection, a request (the *http.Request) or a
// lookup (the name). Built-in resources hold it weakly: it is nil if that is gone,
// and a request's when it was served. A timer can be gone as soon as its resource
// has ended, if no one asked for it before.
func (r *AsyncResource) Object() any {
	if r.kind >= kindTimed {
		return (*timerResource)(unsafe.Pointer(r)).timer()
	}
	m := r.more.Load()
	if m == nil {
		return nil
	}
	if w, ok := m.object.(weakObject); ok && r.builtin {
		return w.object()
	}
	return m.object
}

// Site returns where the resource was made: the caller of NewAsyncResource or
// BindAsync, the go statement, the registration. The root has none.
func (r *AsyncResource) Site() Site { return siteOf(r.pc) }
