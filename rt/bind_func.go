package rt

import (
	"context"
	"reflect"
)

// checkBindable panics unless fn is a function.
func checkBindable(op string, fn any) {
	v := reflect.ValueOf(fn)
	switch {
	case !v.IsValid():
		misuse(op, 0, "the function is nil; pass the function to bind")
	case v.Kind() != reflect.Func:
		misuse(op, 0, "a value of type %T is no function; pass the function to bind", fn)
	case v.IsNil():
		misuse(op, 0, "the function is nil; pass the function to bind")
	}
}

// bindTo returns a function that calls fn by run. The signatures that callbacks
// mostly have are spelled out; others go through package reflect, which costs
// about a microsecond a call.
func bindTo[F any](run func(func()), fn F) F {
	var bound any
	switch fn := any(fn).(type) {
	case func():
		bound = func() { run(fn) }
	case func() error:
		bound = func() (err error) {
			run(func() { err = fn() })
			return err
		}
	case func() bool:
		bound = func() (b bool) {
			run(func() { b = fn() })
			return b
		}
	case func() any:
		bound = func() (v any) {
			run(func() { v = fn() })
			return v
		}
	case func(error):
		bound = func(err error) { run(func() { fn(err) }) }
	case func(any):
		bound = func(v any) { run(func() { fn(v) }) }
	case func(string):
		bound = func(s string) { run(func() { fn(s) }) }
	case func(int):
		bound = func(i int) { run(func() { fn(i) }) }
	case func(int) int:
		bound = func(i int) (result int) {
			run(func() { result = fn(i) })
			return result
		}
	case func([]byte):
		bound = func(b []byte) { run(func() { fn(b) }) }
	case func(context.Context):
		bound = func(ctx context.Context) { run(func() { fn(ctx) }) }
	case func(context.Context) error:
		bound = func(ctx context.Context) (err error) {
			run(func() { err = fn(ctx) })
			return err
		}
	default:
		return bindReflect(run, reflect.ValueOf(fn)).(F)
	}
	return bound.(F)
}

// bindReflect is bindTo for any signature.
func bindReflect(run func(func()), fn reflect.Value) any {
	t := fn.Type()
	call := fn.Call
	if t.IsVariadic() {
		call = fn.CallSlice
	}
	return reflect.MakeFunc(t, func(args []reflect.Value) (results []reflect.Value) {
		run(func() { results = call(args) })
		return results
	}).Interface()
}
