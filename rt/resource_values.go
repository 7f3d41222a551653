package rt

import "reflect"

// A valueList is an immutable list of the values that a resource keeps: there
// are few, if any.
type valueList struct {
	key, value any
	next       *valueList
}

// Value returns the value that SetValue kept under the key, or nil. Keys are
// compared with ==; use a type of your own for them, as with context.Value.
// (The document's continuation-local storage in spec/ keeps a property on
// executionAsyncResource().)
func (r *AsyncResource) Value(key any) any {
	m := r.more.Load()
	if m == nil {
		return nil
	}
	for v := m.values.Load(); v != nil; v = v.next {
		if v.key == key {
			return v.value
		}
	}
	return nil
}

// SetValue keeps a value on the resource under a key, for as long as the
// resource is there; nil takes it away. A key that is nil or cannot be
// compared is a [*UsageError].
func (r *AsyncResource) SetValue(key, value any) {
	const op = "AsyncResource.SetValue"
	if key == nil {
		misuse(op, r.id, "the key is nil; use a value of a type of your own")
	}
	if !reflect.TypeOf(key).Comparable() {
		misuse(op, r.id, "a key of type %T cannot be compared; use a value of a type of your own", key)
	}
	m := r.rest()
	for {
		old := m.values.Load()
		list := old.without(key)
		if value != nil {
			list = &valueList{key, value, list}
		}
		if m.values.CompareAndSwap(old, list) {
			return
		}
	}
}

// without returns the list with no value for the key.
func (v *valueList) without(key any) *valueList {
	switch {
	case v == nil:
		return nil
	case v.key == key:
		return v.next
	}
	next := v.next.without(key)
	if next == v.next {
		return v
	}
	return &valueList{v.key, v.value, next}
}
