package rt

import (
	"sync/atomic"
	"unsafe"
)

// A requestRecord is the resource of an HTTP request. Few requests are asked for
// theirs: the scope is enough to serve them, and makes it when it is.
type requestRecord struct {
	AsyncResource
	rest    resourceMore
	request requestObject
}

// requestObject is the Object of a request's resource, until it was served.
type requestObject struct {
	typ unsafe.Pointer
	p   atomic.Pointer[byte]
}

func (o *requestObject) object() any {
	var object any
	if p := o.p.Load(); p != nil {
		*(*eface)(unsafe.Pointer(&object)) = eface{o.typ, unsafe.Pointer(p)}
	}
	return object
}

// openRequest opens the scope of a request, a pointer, that is served at pc.
// trigger is its connection; 0: the execution id.
func openRequest(request any, trigger ID, pc uintptr) *scope {
	after := executingID()
	if trigger == 0 {
		trigger = after
	}
	id, f := newID(max(after, trigger)), peekFrame()
	l := activeHooks()
	lean := l != nil && l.only != nil
	var r *AsyncResource
	if l != nil && !lean || recording() {
		r = newRequest(id, trigger, request, pc, f)
		r.track()
		activeTrack(r)
		if l != nil && !lean {
			l.fireInit(r, TypeHTTPRequest)
		}
	}
	s := openScope(scopeRequest, id, trigger, r, f)
	s.object, s.pc, s.ends = request, pc, true
	if lean {
		l.only(EventInit|EventBefore, id, Made{TypeHTTPRequest, trigger, after, pc})
	} else if l = activeHooks(); l != nil {
		s.resource()
		l.fireBefore(s.id, s.res)
	}
	return s
}

func newRequest(id, trigger ID, request any, pc uintptr, f *frame) *AsyncResource {
	frameShared()
	r := &requestRecord{AsyncResource: AsyncResource{
		id: id, trigger: trigger, kind: kindHTTPRequest, pc: pc, frame: f, depth: uint8(loadDepth()), builtin: true,
	}}
	e := (*eface)(unsafe.Pointer(&request))
	r.request.typ = e.typ
	r.request.p.Store((*byte)(e.data))
	r.rest.object = &r.request
	r.more.Store(&r.rest)
	return &r.AsyncResource
}

// served lets go of the request that s is the scope of.
func (s *scope) served() {
	s.object = nil
	if r := s.res; r != nil {
		(*requestRecord)(unsafe.Pointer(r)).request.p.Store(nil)
		activeForget(r.id)
	}
}
