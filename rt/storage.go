package rt

import (
	"reflect"
	"runtime"
	"sync/atomic"
	"unsafe"
)

// noCopy makes go vet report copies.
type noCopy struct{}

func (*noCopy) Lock()   {}
func (*noCopy) Unlock() {}

// An AsyncLocalStorage keeps one value of type T, its store, per context: set
// with [AsyncLocalStorage.Run], it is seen by the function that runs and by all
// that this function starts, wherever that runs. (AsyncLocalStorage in spec/.)
//
// The zero value is ready to use. It must not be copied after first use. All
// methods may be called from any goroutine at once; each acts on the calling
// goroutine's context, except Disable, which acts on all. Stores are copied
// like any assignment: use a pointer to share one.
type AsyncLocalStorage[T any] struct {
	_      noCopy
	key    unsafe.Pointer // *storageKey, nil before first use; atomic
	def    T              // what DefaultValue gave
	name   string
	ignore bool
}

// AsyncLocalStorageOptions are the options of [NewAsyncLocalStorage]. The zero
// value is that of no options.
type AsyncLocalStorageOptions[T any] struct {
	// Name is what [AsyncLocalStorage.Name] and reports call the storage.
	Name string

	// DefaultValue gives what GetStore returns where there is no store, along
	// with false. It is called once, by NewAsyncLocalStorage. Nil: the zero
	// value of T.
	DefaultValue func() T

	// IgnoreMessages makes handled messages never fill in this storage: for
	// identities that must only ever come from a Run.
	IgnoreMessages bool
}

// NewAsyncLocalStorage returns a storage with options; nil are none.
func NewAsyncLocalStorage[T any](opts *AsyncLocalStorageOptions[T]) *AsyncLocalStorage[T] {
	s := new(AsyncLocalStorage[T])
	if opts != nil {
		s.name, s.ignore = opts.Name, opts.IgnoreMessages
		if opts.DefaultValue != nil {
			s.def = opts.DefaultValue()
		}
	}
	return s
}

// Name returns the name that the storage was made with.
func (s *AsyncLocalStorage[T]) Name() string { return s.name }

// GetStore returns the store of the current context. Where there is none (none
// was set, or by Exit or Disable there is none any more) ok is false, and store
// the storage's default value or the zero value.
//
// It costs about a fifth of a context.Value in an instrumented build, and
// does not allocate.
func (s *AsyncLocalStorage[T]) GetStore() (store T, ok bool) {
	k := atomic.LoadPointer(&s.key)
	f := peekFrame()
next:
	if f != nil {
		if e := f.at(k); e.key == k {
			if e.val == nil {
				goto none
			}
			return *(*T)(e.val), true
		}
		f = f.next
		goto next
	}
none:
	return s.def, false
}

// Run calls fn with store as the storage's store. When fn returns, panics or
// calls runtime.Goexit, the storage's store is again what it was; what fn did to
// other storages by EnterWith stays. What fn starts (goroutines, timers,
// callbacks, messages) has the store for as long as it lasts. A nil fn is a
// [*UsageError].
func (s *AsyncLocalStorage[T]) Run(store T, fn func()) {
	checkFunc(fn != nil, "AsyncLocalStorage.Run")
	k, f := s.set(&store)
	var in extent
	in.enter(&s.key, k, f)
	defer in.leave()
	fn()
}

// Exit calls fn with no store in the storage: Run with none. It counts as a
// store of its own: no message fills it in.
func (s *AsyncLocalStorage[T]) Exit(fn func()) {
	checkFunc(fn != nil, "AsyncLocalStorage.Exit")
	k, f := s.unset()
	var in extent
	in.enter(&s.key, k, f)
	defer in.leave()
	fn()
}

// Run is [AsyncLocalStorage.Run] for a function with a result, which it
// returns.
func Run[T, R any](s *AsyncLocalStorage[T], store T, fn func() R) R {
	checkFunc(fn != nil, "Run")
	k, f := s.set(&store)
	var in extent
	in.enter(&s.key, k, f)
	defer in.leave()
	return fn()
}

// Exit is [AsyncLocalStorage.Exit] for a function with a result, which it
// returns.
func Exit[T, R any](s *AsyncLocalStorage[T], fn func() R) R {
	checkFunc(fn != nil, "Exit")
	k, f := s.unset()
	var in extent
	in.enter(&s.key, k, f)
	defer in.leave()
	return fn()
}

// EnterWith sets the store for the rest of the current scope: of the goroutine,
// callback or message that is being handled, of RunInAsyncScope or of this
// storage's enclosing Run. Work that was started before keeps what it had.
func (s *AsyncLocalStorage[T]) EnterWith(store T) {
	_, f := s.set(&store)
	storeFrame(f)
}

// Disable takes the store away from every context, in all goroutines, for good:
// GetStore finds none until the next Run, Enter or EnterWith, and stores from
// before do not come back then.
func (s *AsyncLocalStorage[T]) Disable() {
	k := (*storageKey)(atomic.SwapPointer(&s.key, nil))
	if k == nil {
		return
	}
	k.die()
	if f := peekFrame(); f.find(k) != nil {
		storeFrame(f.without(k))
	}
}

// set returns the storage's key and the current frame with the store in it.
func (s *AsyncLocalStorage[T]) set(store *T) (*storageKey, *frame) {
	k, f := s.useKey(), peekFrame()
	alone, next := f == nil || f.single(k), (*frame)(nil)
	if spare := loadSpare(); alone && spare != nil && spare.slot(0).key == unsafe.Pointer(k) {
		storeSpare(spare.next)
		spare.next = nil
		*(*T)(spare.slot(0).val) = *store
		return k, spare
	}
	if !alone {
		next, alone = f.over(k)
	}
	if alone {
		if spare := spareSingle(k, next); spare != nil {
			*(*T)(spare.slot(0).val) = *store
			return k, spare
		}
	}
	switch {
	case !alone || next != nil:
	case k.class == boxedStore:
		o := new(boxedFrame[T])
		o.box = *store
		o.slots[0] = entry{unsafe.Pointer(k), unsafe.Pointer(&o.box)}
		return k, o.hold(&o.slots[0])
	default:
		return k, newSingle(k, unsafe.Pointer(store))
	}
	a := addition{of: k, entry: entry{key: unsafe.Pointer(k)}}
	if k.class == boxedStore {
		box := new(T)
		*box = *store
		a.val = unsafe.Pointer(box)
	} else {
		a.cell.set(k, unsafe.Pointer(store))
	}
	if alone {
		return k, newHead(&a, next)
	}
	return k, f.beside(&a)
}

// A boxedFrame is a frame of one storage alone, whose store no cell can keep.
// Other frames that have that store refer to it here: that keeps nothing else
// alive.
type boxedFrame[T any] struct {
	frame
	slots [1]entry
	box   T
}

// unset returns the storage's key and the current frame with the storage exited.
func (s *AsyncLocalStorage[T]) unset() (*storageKey, *frame) {
	k := s.useKey()
	return k, peekFrame().with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, exits: true})
}

// useKey returns the storage's key, and makes one at first use.
func (s *AsyncLocalStorage[T]) useKey() *storageKey {
	if k := (*storageKey)(atomic.LoadPointer(&s.key)); k != nil {
		return k
	}
	return s.makeKey()
}

func (s *AsyncLocalStorage[T]) makeKey() *storageKey {
	use()
	t := reflect.TypeFor[T]()
	k := newStorageKey()
	k.name, k.ignore, k.size, k.class = s.name, s.ignore, t.Size(), classOf(t)
	if k.class == boxedStore {
		k.drop = dropStore[T]
	}
	if !atomic.CompareAndSwapPointer(&s.key, nil, unsafe.Pointer(k)) {
		return s.useKey()
	}
	// Frames that outlive the storage drop its store when they are next copied.
	runtime.AddCleanup(s, (*storageKey).die, k)
	return k
}

// classOf says where stores of type t are kept.
func classOf(t reflect.Type) storeClass {
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Map, reflect.Chan, reflect.Func:
		return pointerStore
	case reflect.String:
		return stringStore
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr,
		reflect.Float32, reflect.Float64, reflect.Complex64:
		return scalarStore
	}
	return boxedStore
}
