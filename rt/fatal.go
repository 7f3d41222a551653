package rt

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	_ "unsafe" // for go:linkname
)

// crash is whether GOTRACEBACK asks for a core dump when the process fails.
var crash = func() bool {
	v := os.Getenv("GOTRACEBACK")
	return v == "crash" || v == "wer"
}()

//go:linkname throw runtime.throw
func throw(string)

var exits struct {
	sync.Mutex
	funcs []func(code int)
	dying sync.Mutex // held by the goroutine that ends the process
}

// OnExit makes fn run before a fatal hook error ends the process: a callback
// that panicked, or hooks that nest too deep. code is the exit code, 1. The
// functions run in the order of the calls, on the goroutine of the error; no
// hook hears of what they do. They do not run when the process ends otherwise,
// nor when GOTRACEBACK=crash makes it abort. A nil fn is a [*UsageError].
func OnExit(fn func(code int)) {
	checkFunc(fn != nil, "OnExit")
	exits.Lock()
	defer exits.Unlock()
	exits.funcs = append(exits.funcs, fn)
}

// hookPanicked ends the process because a callback of h panicked with v.
func hookPanicked(h *AsyncHook, v any) {
	stack := debug.Stack()
	storeGuard(true)
	text := fmt.Sprintf("panic: %s\n\n%s\nThe panic was in a callback of the hook created at %s.\n", panicText(v), stack, h.site())
	dieOfHook(text)
}

// tooDeep ends the process because hooks nest too deep; the next callback would
// be one of h's.
func tooDeep(h *AsyncHook) {
	stack := debug.Stack()
	if on := hookOnStack(); on != nil {
		h = on
	}
	storeGuard(true)
	text := fmt.Sprintf("rt: the callbacks of the hook created at %s start async work that calls them again, more than %d deep: skip events that the hook itself causes, or print with rt.Debugf\n\n%s", h.site(), maxDepth, stack)
	dieOfHook(text)
}

// dieOfHook ends the process after a fatal hook error.
func dieOfHook(text string) {
	exits.dying.Lock() // one such error is enough: others wait for the end
	os.Stderr.WriteString(text)
	if crash {
		throw("a hook failed")
	}
	defer os.Exit(1)
	hooks.close()
	storeGuard(false)
	exits.Lock()
	funcs := exits.funcs
	exits.Unlock()
	for _, fn := range funcs {
		runExit(fn)
	}
}

// runExit calls fn. It cannot keep the process from ending.
func runExit(fn func(code int)) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "panic: %s, in a function given to rt.OnExit\n\n%s", panicText(v), debug.Stack())
		}
	}()
	fn(1)
}

// corrupted ends the process because the scope that is closed is not the one
// that is executing.
func corrupted(actual, expected ID) {
	storeGuard(true)
	var b strings.Builder
	fmt.Fprintf(&b, "async hook stack has become corrupted (actual: %d, expected: %d)\n\n%s\nopen scopes, innermost first:\n", actual, expected, debug.Stack())
	for s := loadScope(); s.mine(); s = s.prev {
		if s.kind == scopeEnter {
			continue
		}
		fmt.Fprintf(&b, "%d: %s", s.id, scopeNames[s.kind])
		if s.res != nil {
			fmt.Fprintf(&b, " of %s, made at %s", s.res.kindName(), s.res.Site())
		}
		b.WriteByte('\n')
	}
	own, trigger := ownIDs()
	fmt.Fprintf(&b, "%d: the goroutine's own, trigger %d\n", own, trigger)
	os.Stderr.WriteString(b.String())
	if crash {
		throw("async hook stack has become corrupted")
	}
	os.Exit(1)
}

// panicText returns what a crash prints for the value of a panic.
func panicText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("(%T)", v)
		}
	}()
	switch v := v.(type) {
	case error:
		return v.Error()
	case fmt.Stringer:
		return v.String()
	case string:
		return v
	}
	if t := reflect.TypeOf(v); t != nil && t.PkgPath() == "" && t.Name() != "" {
		return fmt.Sprint(v) // of a predeclared type
	}
	return fmt.Sprintf("%T(%v)", v, v)
}

// hookOnStack returns the enabled hook whose callback is innermost on the
// stack, or nil.
func hookOnStack() (found *AsyncHook) {
	l := hooks.list.Load()
	if l == nil {
		return nil
	}
	eachFunc(func(name string) bool {
		for _, h := range l.all {
			if h.hasFunc(name) {
				found = h
			}
		}
		return found == nil
	})
	return found
}

// hasFunc reports whether the function is one of the hook's callbacks or a
// closure in one.
func (h *AsyncHook) hasFunc(name string) bool {
	c := reflect.ValueOf(h.callbacks)
	for i := range c.NumField() {
		if c.Field(i).IsNil() {
			continue
		}
		callback := runtime.FuncForPC(c.Field(i).Pointer()).Name()
		if name == callback || strings.HasPrefix(name, callback+".") {
			return true
		}
	}
	return false
}
