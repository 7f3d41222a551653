package rt

import (
	"context"
	"reflect"
	"runtime"
)

// A Callback is the registration of a callback in a twin, or the context in which
// a function was sent. A nil one is none.
type Callback struct {
	r    *AsyncResource // of a registration
	sent *capture       // of a function that was sent
}

// Register makes the resource of a callback, of the given type. Its caller binds
// the callback at the start of the function that registers, whose caller is the
// site. once: it is called once.
func Register(typ string, once bool) *Callback { return registerTwin(typ, once, 2) }

// RegisterHere is [Register] where the callback is bound as it is handed to the
// function that registers: there is the site.
func RegisterHere(typ string, once bool) *Callback { return registerTwin(typ, once, 1) }

func registerTwin(typ string, once bool, skip int) *Callback {
	if uninstrumented() {
		return nil
	}
	return &Callback{r: registerStock(typ, once, pcAbove(skip+1))}
}

// Capture returns the present context, for a function that is sent; nil if there
// is nothing to tell: no stores, and ids that no one has asked for.
func Capture() *Callback {
	if uninstrumented() || loadFrame() == nil && !asked.Load() {
		return nil
	}
	return &Callback{sent: captureNow()}
}

// Bound reports whether there is a context to call the callback in.
func (c *Callback) Bound() bool { return c != nil }

// IsNil reports whether a callback, a function or an interface value, is nil. It
// is for twins, in which nil can mean something else.
func IsNil(callback any) bool {
	v := reflect.ValueOf(callback)
	return !v.IsValid() || v.Kind() == reflect.Func && v.IsNil()
}

// Enter enters the scope of the callback, for a call of it, on the calling
// goroutine. Leave must be deferred at once.
func (c *Callback) Enter() CallbackScope {
	var s *scope
	if c.sent != nil {
		s = callBound(c.sent)
	} else {
		s = enterCallback(c.r)
	}
	return CallbackScope{call{scope: s, seq: s.seq}}
}

// A CallbackScope is the scope of a call of a callback.
type CallbackScope struct{ call call }

// Leave leaves the scope.
func (c CallbackScope) Leave() {
	if loadScope() != c.call.scope {
		c.call.returned = innermost("runtime.gopanic", "runtime.Goexit") == ""
	}
	c.call.close()
}

// registerStock makes the resource of a callback that is registered at pc.
func registerStock(typ string, once bool, pc uintptr) *AsyncResource {
	trigger := ExecutionAsyncID()
	r := namedResource(typ)
	r.id, r.trigger, r.pc = newID(trigger), trigger, pc
	r.frame, r.depth, r.builtin, r.once = loadFrame(), uint8(loadDepth()), true, once
	if l := activeHooks(); recorded(l, typ) {
		r.watch(false)
		if l != nil {
			l.fireInit(r, r.typ())
		}
	}
	return r
}

// ContextAfterFunc is context.AfterFunc in a twin: f runs in the scope of the
// registration, which has the stores of the caller.
func ContextAfterFunc(ctx context.Context, f func()) (stop func() bool) {
	if f == nil || uninstrumented() {
		return context.AfterFunc(ctx, f)
	}
	r := registerStock(TypeContextAfterFunc, true, pcAbove(0))
	cancel := context.AfterFunc(ctx, func() {
		r.stopCleanup()
		storeFrame(r.frame)
		storeDepth(uint32(r.depth))
		runStock(r.id, r.trigger, r, func() bool { return true }, f)
	})
	return func() bool {
		stopped := cancel()
		if stopped {
			unregister(r)
		}
		return stopped
	}
}

// AddCleanup is runtime.AddCleanup in a twin. A patched runtime leaves out what
// this package registers, so that it is the same there.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) runtime.Cleanup {
	if cleanup == nil || off {
		return runtime.AddCleanup(ptr, cleanup, arg)
	}
	c := &Callback{r: registerStock(TypeCleanup, true, pcAbove(0))}
	return runtime.AddCleanup(ptr, func(arg S) {
		defer c.Enter().Leave()
		cleanup(arg)
	}, arg)
}

// SetFinalizer is runtime.SetFinalizer in a twin, and on a patched runtime the
// same.
func SetFinalizer(obj, finalizer any) {
	fn := reflect.ValueOf(finalizer)
	if !fn.IsValid() || fn.Kind() != reflect.Func || fn.IsNil() || off {
		runtime.SetFinalizer(obj, finalizer)
		return
	}
	c := &Callback{r: registerStock(TypeFinalizer, true, pcAbove(0))}
	run := func(call func()) {
		defer c.Enter().Leave()
		call()
	}
	runtime.SetFinalizer(obj, bindReflect(run, fn))
}
