package rt

import (
	"runtime"
	"strings"
	"unsafe"
	"weak"
)

// The ways in which a registration ends, in the runtime's order.
const (
	registeredMany = iota // when it is unregistered or collected
	registeredOnce        // after its first call, or when it is collected
	registeredSelf        // when it is unregistered
	// registeredHere is added if the caller of the registering function is the
	// site, and not that of the package that the function is in; registeredThis
	// if the site is where that function itself is called from by rewritten code.
	registeredHere = 0x80
	registeredThis = 0x40
)

// register makes the resource of a callback that is being registered, or of
// something else that the runtime has a resource for. trigger 0 is the
// execution id. It is called by the patched runtime.
func register(typ string, object any, trigger ID, how uint8) *AsyncResource {
	after := executingID()
	if trigger == 0 {
		trigger = after
	}
	r := namedResource(typ)
	r.id, r.trigger = newID(max(after, trigger)), trigger
	r.frame, r.depth, r.builtin = loadFrame(), uint8(loadDepth()), true
	r.once = how&registeredOnce != 0
	r.rest().object = weakly(object)
	l := activeHooks()
	if l == nil && !recording() {
		return r
	}
	r.pc = registrationSite(how)
	r.track()
	if how&registeredSelf == 0 {
		r.watch(false)
	} else {
		activeTrack(r)
	}
	if l != nil {
		l.fireInit(r, typ)
	}
	return r
}

// enterCallback opens the scope of a call of the callback that r is the
// registration of. One that was to be called once is over after that: a call
// that comes nevertheless has no events.
func enterCallback(r *AsyncResource) *scope {
	kind := scopeCallback
	if r.once && r.set(resourceEntered) {
		kind = scopeBound
	}
	s := openScope(kind, r.id, r.trigger, r, r.frame)
	if r.depth != 0 {
		s.deepen(uint32(r.depth))
	}
	if kind == scopeCallback {
		s.ends = r.once
		if l := activeHooks(); l != nil {
			l.fireBefore(s.id, s.res)
		}
	}
	return s
}

// unregister ends the resource of a callback that will not be called again.
func unregister(r *AsyncResource) {
	if r.set(resourceEnded) {
		return
	}
	r.stopCleanup()
	activeForget(r.id)
	if l := activeHooks(); l != nil {
		l.fireDestroyed(r.destroyed())
	}
}

// registrationSite returns where a callback was registered: where the
// registering function was called, or its package, or what registeredThis says.
func registrationSite(how uint8) uintptr {
	var pcs [32]uintptr
	n := runtime.Callers(3, pcs[:])
	var pkg string
	var direct uintptr
	for _, pc := range pcs[:n] {
		f := runtime.FuncForPC(pc - 1)
		if f == nil {
			continue
		}
		name := f.Name()
		switch {
		case pkg == "":
			if packageOf(name) == "github.com/asynchooks/asynchooks/rt" || strings.HasPrefix(name, "runtime.async") || strings.Contains(name, ".asynchooks") {
				continue
			}
			if how&registeredThis != 0 {
				return pc
			}
			pkg = packageOf(name)
		case how&registeredHere != 0:
			return pc
		case packageOf(name) == "runtime":
			return direct
		case packageOf(name) != pkg:
			return pc
		case direct == 0:
			direct = pc
		}
	}
	return direct
}

// weakly returns what a built-in resource holds of the object that it stands
// for: values as they are, pointers weakly.
func weakly(object any) any {
	e := (*eface)(unsafe.Pointer(&object))
	switch object.(type) {
	case nil, string:
		return object
	}
	return weakPointer{e.typ, weak.Make((*byte)(e.data))}
}

// weakPointer is the Object of a built-in resource: a pointer of any type.
type weakPointer struct {
	typ unsafe.Pointer
	p   weak.Pointer[byte]
}

// eface is an interface value that holds a pointer.
type eface struct{ typ, data unsafe.Pointer }

func (w weakPointer) object() any {
	var object any
	if p := w.p.Value(); p != nil {
		*(*eface)(unsafe.Pointer(&object)) = eface{w.typ, unsafe.Pointer(p)}
	}
	return object
}
