// Package rt has the names of the real package rt and none of its work.
package rt

type ID uint64

type HookCallbacks struct {
	Init           func(asyncID ID, typ string, triggerAsyncID ID, resource *AsyncResource)
	Before         func(asyncID ID)
	After          func(asyncID ID)
	Destroy        func(asyncID ID)
	PromiseResolve func(asyncID ID)
}

type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

type AsyncHook struct{ _ noCopy }

func CreateHook(callbacks HookCallbacks) *AsyncHook { return new(AsyncHook) }
func (h *AsyncHook) Enable() *AsyncHook             { return h }
func (h *AsyncHook) Disable() *AsyncHook            { return h }

func ExecutionAsyncID() ID                   { return 1 }
func TriggerAsyncID() ID                     { return 0 }
func ExecutionAsyncResource() *AsyncResource { return new(AsyncResource) }
func CurrentID() ID                          { return 1 }
func TriggerID() ID                          { return 0 }

type AsyncResourceOptions struct {
	TriggerAsyncID       ID
	RequireManualDestroy bool
	Object               any
}

type Site struct {
	File string
	Line int
	Func string
}

type AsyncResource struct {
	_    noCopy
	typ  string
	open int
}

// Log is what the scopes of a test program did, for the tests of fixes.
var Log []string

func NewAsyncResource(typ string, opts *AsyncResourceOptions) *AsyncResource {
	return &AsyncResource{typ: typ}
}
func (r *AsyncResource) AsyncID() ID             { return 2 }
func (r *AsyncResource) TriggerAsyncID() ID      { return 1 }
func (r *AsyncResource) Type() string            { return r.typ }
func (r *AsyncResource) Object() any             { return nil }
func (r *AsyncResource) Site() Site              { return Site{} }
func (r *AsyncResource) Value(key any) any       { return nil }
func (r *AsyncResource) SetValue(key, value any) {}
func (r *AsyncResource) RunInAsyncScope(fn func()) {
	r.EmitBefore()
	defer r.EmitAfter()
	fn()
}
func (r *AsyncResource) EmitBefore() *AsyncResource {
	Log = append(Log, "before "+r.typ)
	return r
}
func (r *AsyncResource) EmitAfter() *AsyncResource {
	Log = append(Log, "after "+r.typ)
	return r
}
func (r *AsyncResource) EmitDestroy() *AsyncResource {
	Log = append(Log, "destroy "+r.typ)
	return r
}
func (r *AsyncResource) Bind(fn func()) func() { return fn }

func RunInAsyncScope[R any](r *AsyncResource, fn func() R) R { return fn() }
func BindTo[F any](r *AsyncResource, fn F) F                 { return fn }
func BindAsync[F any](typ string, fn F) F                    { return fn }

type AsyncLocalStorage[T any] struct {
	_ noCopy
	v T
}
type AsyncLocalStorageOptions[T any] struct {
	Name           string
	DefaultValue   func() T
	IgnoreMessages bool
}

func NewAsyncLocalStorage[T any](opts *AsyncLocalStorageOptions[T]) *AsyncLocalStorage[T] {
	return new(AsyncLocalStorage[T])
}
func (s *AsyncLocalStorage[T]) Run(store T, fn func())       { fn() }
func (s *AsyncLocalStorage[T]) Exit(fn func())               { fn() }
func (s *AsyncLocalStorage[T]) EnterWith(store T)            {}
func (s *AsyncLocalStorage[T]) Enter(store T) (leave func()) { return func() {} }
func (s *AsyncLocalStorage[T]) GetStore() (store T, ok bool) { return s.v, false }
func (s *AsyncLocalStorage[T]) Disable()                     {}
func (s *AsyncLocalStorage[T]) Name() string                 { return "" }

func Run[T, R any](s *AsyncLocalStorage[T], store T, fn func() R) R { return fn() }
func Exit[T, R any](s *AsyncLocalStorage[T], fn func() R) R         { return fn() }
func Bind[F any](fn F) F                                            { return fn }
func Snapshot() func(fn func())                                     { return func(fn func()) { fn() } }
func Received() func(fn func())                                     { return func(fn func()) { fn() } }

func Go(fn func())                      { go fn() }
func Instrumented() bool                { return false }
func Mode() string                      { return "none" }
func OnExit(fn func(code int))          {}
func Flush()                            {}
func Debugf(format string, args ...any) {}
