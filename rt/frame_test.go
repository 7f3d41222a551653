package rt

import (
	"fmt"
	"maps"
	"runtime"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// A frameModel is what a frame should hold: the store of each key, or exited.
type frameModel map[*storageKey]any

type exited struct{}

// testClasses are the storage classes with generators of stores, for the model.
var testClasses = []struct {
	name  string
	class storeClass
	size  uintptr
	make  func(n int) any
	box   func(v any) unsafe.Pointer
	read  func(p unsafe.Pointer) any
}{
	{"int", scalarStore, 8, func(n int) any { return n }, boxOf[int], readOf[int]},
	{"uint8", scalarStore, 1, func(n int) any { return uint8(n) }, boxOf[uint8], readOf[uint8]},
	{"float32", scalarStore, 4, func(n int) any { return float32(n) }, boxOf[float32], readOf[float32]},
	{"string", stringStore, unsafe.Sizeof(""), func(n int) any { return fmt.Sprint(n) }, boxOf[string], readOf[string]},
	{"pointer", pointerStore, unsafe.Sizeof(uintptr(0)), func(n int) any { return &n }, boxOf[*int], readOf[*int]},
	{"struct", boxedStore, unsafe.Sizeof([3]int{}), func(n int) any { return [3]int{n, n, n} }, boxOf[[3]int], readOf[[3]int]},
}

func boxOf[T any](v any) unsafe.Pointer {
	t := v.(T)
	return unsafe.Pointer(&t)
}

func readOf[T any](p unsafe.Pointer) any { return *(*T)(p) }

type testKey struct {
	*storageKey
	kind int
}

func newTestKeys(t *rapid.T, n int) []testKey {
	keys := make([]testKey, n)
	for i := range keys {
		c := rapid.IntRange(0, len(testClasses)-1).Draw(t, "class")
		k := newStorageKey()
		k.class, k.size = testClasses[c].class, testClasses[c].size
		k.ignore = rapid.IntRange(0, 5).Draw(t, "ignore") == 0
		keys[i] = testKey{k, c}
	}
	return keys
}

func (k testKey) additionOf(v any) *addition {
	if v == (exited{}) {
		return &addition{of: k.storageKey, entry: entry{key: unsafe.Pointer(k.storageKey)}, exits: true}
	}
	a := &addition{of: k.storageKey, entry: entry{key: unsafe.Pointer(k.storageKey)}}
	if box := testClasses[k.kind].box(v); k.class == boxedStore {
		a.val = box
	} else {
		a.cell.set(k.storageKey, box)
	}
	return a
}

// lookUp reads f as GetStore does.
func (k testKey) lookUp(f *frame) any {
	for ; f != nil; f = f.next {
		if e := f.at(unsafe.Pointer(k.storageKey)); e.key == unsafe.Pointer(k.storageKey) {
			if e.val == nil {
				return exited{}
			}
			return testClasses[k.kind].read(e.val)
		}
	}
	return nil
}

func checkFrame(t *rapid.T, f *frame, m frameModel, keys []testKey) {
	for _, k := range keys {
		want := m[k.storageKey]
		if k.dead.Load() {
			continue
		}
		if got := k.lookUp(f); got != want {
			t.Fatalf("%s store: %v, want %v", testClasses[k.kind].name, got, want)
		}
	}
}

// Frames are compared with maps, all versions of them: none may change.
func TestFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := newTestKeys(t, rapid.SampledFrom([]int{1, 2, 5, 8, 9, 20, 100}).Draw(t, "keys"))
		type version struct {
			f *frame
			m frameModel
		}
		versions := []version{{nil, frameModel{}}}
		for n := range rapid.IntRange(1, 60).Draw(t, "steps") {
			v := versions[rapid.IntRange(max(0, len(versions)-3), len(versions)-1).Draw(t, "version")]
			k := rapid.SampledFrom(keys).Draw(t, "key")
			next := version{v.f, maps.Clone(v.m)}
			switch rapid.SampledFrom([]string{"set", "set", "set", "many", "exit", "without", "restore", "settle", "merge"}).Draw(t, "op") {
			case "set":
				value := testClasses[k.kind].make(n)
				next.f, next.m[k.storageKey] = v.f.with(k.additionOf(value)), value
			case "many":
				for _, k := range keys {
					value := testClasses[k.kind].make(n)
					next.f, next.m[k.storageKey] = next.f.with(k.additionOf(value)), value
				}
			case "exit":
				next.f, next.m[k.storageKey] = v.f.with(k.additionOf(exited{})), exited{}
			case "without":
				next.f = v.f.without(k.storageKey)
				delete(next.m, k.storageKey)
			case "restore":
				g := versions[rapid.IntRange(0, len(versions)-1).Draw(t, "from")]
				next.f = v.f.restore(k.storageKey, g.f)
				if next.m[k.storageKey] = g.m[k.storageKey]; next.m[k.storageKey] == nil {
					delete(next.m, k.storageKey)
				}
			case "settle":
				next.f = v.f.settle()
			case "merge":
				other := versions[rapid.IntRange(0, len(versions)-1).Draw(t, "other")]
				next.f = mergeFrames(v.f, other.f)
				for k, value := range other.m {
					if next.m[k] == nil && value != (exited{}) && !k.ignore {
						next.m[k] = value
					}
				}
			}
			versions = append(versions, next)
		}
		for _, v := range versions {
			checkFrame(t, v.f, v.m, keys)
		}
	})
}

// What a dead key's storage had is dropped when a frame is next copied, however
// many there are.
func TestFramesDropDeadKeys(t *testing.T) {
	var f *frame
	for i := range 100_000 {
		k := newStorageKey()
		k.class, k.size = scalarStore, 8
		f = f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: cell{bits: uint64(i)}})
		k.die()
	}
	n := 0
	for ; f != nil; f = f.next {
		n += f.count()
	}
	if n > 100 {
		t.Errorf("%d entries of dead keys are left", n)
	}
}

// What a frame that many stores are in has to be merged for is merged once, so
// often as a store is added to it.
func TestFramesMergeOnce(t *testing.T) {
	var f *frame
	add := func(f *frame) *frame {
		k := newStorageKey()
		k.class, k.size = scalarStore, 8
		return f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: cell{bits: 1}})
	}
	merges := 0
	for range 1000 {
		if f != nil && f.next != nil && f.count() == maxInline {
			merges++
			if a, b := add(f), add(f); a.next == nil || a.next != b.next {
				t.Fatalf("above a frame of %d stores, two are at %p and %p", merges, a.next, b.next)
			}
		}
		f = add(f)
	}
	if merges < 50 {
		t.Errorf("a full frame came %d times in 1000 additions", merges)
	}
}

// Of the first frame above others that is settled all stores are in one level,
// however many there are. Further ones share what the others became.
func TestFramesSettle(t *testing.T) {
	for _, n := range []int{1, 8, 9, 10, 17, 100, 1000, 5000} {
		var f *frame
		var keys []*storageKey
		for i := range n {
			k := newStorageKey()
			k.class, k.size = scalarStore, 8
			keys = append(keys, k)
			f = f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: cell{bits: uint64(i)}})
		}
		s := f.settle()
		if s.belowLevel() != nil {
			t.Errorf("%d stores, settled, are in more than one level", n)
		}
		for i, k := range keys {
			e := s.find(k)
			if e == nil || *(*uint64)(e.val) != uint64(i) {
				t.Fatalf("of %d stores, settled, the %dth is %v", n, i, e)
			}
		}
		if s.settle() != s {
			t.Errorf("%d stores can be settled twice", n)
		}
		above := func(base *frame) *frame {
			return base.with(&addition{of: keys[0], entry: entry{key: unsafe.Pointer(keys[0])}}).settle()
		}
		for _, base := range []*frame{f, s} {
			above(base)
			if a, b := above(base), above(base); n >= 1000 && (a.belowLevel() == nil || a.belowLevel() != b.belowLevel() || a.belowLevel().belowLevel() != nil) {
				t.Errorf("frames that add to the same %d stores do not share these in one level", n)
			}
		}
	}
}

// To replace, take away or restore a store, or to leave it out, copies none of
// the others, of which there are many.
func TestFramesChangeCheaply(t *testing.T) {
	var f *frame
	var keys []*storageKey
	for i := range 10_000 {
		k := newStorageKey()
		k.class, k.size = scalarStore, 8
		keys = append(keys, k)
		f = f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: cell{bits: uint64(i)}})
	}
	k, other := keys[5000], keys[6000]
	for name, change := range map[string]func() *frame{
		"set":     func() *frame { return f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}}) },
		"exit":    func() *frame { return f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, exits: true}) },
		"restore": func() *frame { return f.restore(k, f) },
		"restore what another was set above": func() *frame {
			g := f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}})
			return g.with(&addition{of: other, entry: entry{key: unsafe.Pointer(other)}}).restore(k, f)
		},
		"without": func() *frame {
			last := newStorageKey()
			last.class, last.size = scalarStore, 8
			g := f.with(&addition{of: last, entry: entry{key: unsafe.Pointer(last)}})
			return g.without(last)
		},
	} {
		change() // what is remembered is made now
		if bytes := bytesOf(change); bytes > 2000 {
			t.Errorf("%s allocates %d bytes above %d stores", name, bytes, len(keys))
		}
	}
}

// bytesOf returns how much fn allocates, on average.
func bytesOf(fn func() *frame) uint64 {
	const times = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range times {
		runtime.KeepAlive(fn())
	}
	runtime.ReadMemStats(&after)
	return (after.TotalAlloc - before.TotalAlloc) / times
}

// A frame keeps no earlier ones alive, but for what they share.
func TestFramesForgetEarlierOnes(t *testing.T) {
	var all []*storageKey
	for range 40 {
		k := newStorageKey()
		k.class, k.size = scalarStore, 8
		all = append(all, k)
	}
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for _, n := range []int{1, 2, 5, 9, 17, 40} {
		var f *frame
		before := heap()
		for i := range 100_000 {
			k := all[i%n]
			f = f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: cell{bits: uint64(i)}})
		}
		if more := heap() - before; more > 1<<20 {
			t.Errorf("after 100,000 additions of %d storages the frame keeps %d bytes alive", n, more)
		}
		runtime.KeepAlive(f)
	}
}

func TestConflicts(t *testing.T) {
	k1, k2 := newStorageKey(), newStorageKey()
	k1.class, k1.name = stringStore, "first"
	k2.class, k2.size = scalarStore, 8
	set := func(f *frame, k *storageKey, c cell) *frame {
		return f.with(&addition{of: k, entry: entry{key: unsafe.Pointer(k)}, cell: c})
	}
	text := func(s string) (c cell) {
		*(*string)(unsafe.Pointer(&c)) = s
		return c
	}
	own := set(set(nil, k1, text("a")), k2, cell{bits: 1})
	for _, test := range []struct {
		other    *frame
		conflict *storageKey
	}{
		{nil, nil},
		{own, nil},
		{set(nil, k1, text(string([]byte("a")))), nil},
		{set(nil, k1, text("b")), k1},
		{set(nil, k2, cell{bits: 1}), nil},
		{set(nil, k2, cell{bits: 2}), k2},
	} {
		f, conflict := mergeConflict(own, test.other)
		if f != own || conflict != test.conflict {
			t.Errorf("conflict %v, want %v", conflict, test.conflict)
		}
	}
}
