package pairleak

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"runtime"
	"sync"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

func goodHandler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r := rt.NewAsyncResource("Request", nil)
		defer r.EmitDestroy()
		r.EmitBefore()
		defer r.EmitAfter()
		if req.Method == http.MethodOptions {
			return
		}
		next.ServeHTTP(w, req)
	})
}

func goodSelect(ctx context.Context, r *rt.AsyncResource, work <-chan int) int {
	for {
		select {
		case <-ctx.Done():
			return 0
		case n, ok := <-work:
			if !ok {
				return -1
			}
			r.EmitBefore()
			n *= 2
			r.EmitAfter()
			if n > 6 {
				return n
			}
		}
	}
}

func goodTypeSwitch(r *rt.AsyncResource, v any) string {
	r.EmitBefore()
	var s string
	switch v := v.(type) {
	case string:
		s = v
	case error:
		s = "error"
	case fmt.Stringer:
		r.EmitAfter()
		return "stringer"
	}
	r.EmitAfter()
	return s
}

func goodImported(c *helper.Conn, n int) error {
	if err := c.Begin(); err != nil {
		return err
	}
	defer c.End()
	if n < 0 {
		return errors.New("negative")
	}
	return nil
}

func goodTry(r *rt.AsyncResource) {
	if helper.Try(r) {
		defer r.EmitAfter()
	}
	_ = r.Type()
}

func goodTryFlag(r *rt.AsyncResource) int {
	ok := helper.Try(r)
	n := 0
	for range 3 {
		n++
	}
	if ok {
		r.EmitAfter()
	}
	return n
}

func goodGoexit(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	if r.Object() == nil {
		runtime.Goexit()
	}
}

func goodExit(r *rt.AsyncResource, args []string) {
	r.EmitBefore()
	switch len(args) {
	case 0:
		fmt.Fprintln(os.Stderr, "usage")
		os.Exit(2)
	case 1:
	}
	r.EmitAfter()
}

func goodRecovered(r *rt.AsyncResource, f func()) (err error) {
	r.EmitBefore()
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("recovered: %v", x)
		}
		r.EmitAfter()
	}()
	f()
	return nil
}

func goodPointerToFlag(r *rt.AsyncResource, n int) {
	var open bool
	set := func(v bool) { open = v }
	if n > 3 {
		r.EmitBefore()
		set(true)
	}
	if open {
		r.EmitAfter()
	}
}

func goodNestedFlags(a, b *rt.AsyncResource, x, y bool) {
	if x {
		a.EmitBefore()
		if y {
			b.EmitBefore()
		}
	}
	fmt.Println(x, y)
	if x {
		if y {
			b.EmitAfter()
		}
		a.EmitAfter()
	}
}

func goodCondition(r *rt.AsyncResource, x, y bool) {
	if x && y {
		r.EmitBefore()
	}
	fmt.Println(x, y)
	if x && y {
		r.EmitAfter()
	}
}

func goodState(r *rt.AsyncResource, in []byte) {
	const (
		outside = iota
		inside
	)
	state := outside
	for _, c := range in {
		switch {
		case state == outside && c == '{':
			r.EmitBefore()
			state = inside
		case state == inside && c == '}':
			r.EmitAfter()
			state = outside
		}
	}
	if state == inside {
		r.EmitAfter()
	}
}

func goodOptional(parent *rt.AsyncResource) {
	var r *rt.AsyncResource
	if parent != nil {
		r = rt.NewAsyncResource("child", nil)
		r.EmitBefore()
	}
	fmt.Println(parent != nil)
	if r != nil {
		r.EmitAfter()
	}
}

func goodErr(r *rt.AsyncResource, open func() error) error {
	err := open()
	if err == nil {
		r.EmitBefore()
	}
	fmt.Println(err)
	if err != nil {
		return err
	}
	r.EmitAfter()
	return nil
}

func goodTernary(r *rt.AsyncResource, n int) {
	end := func() {}
	if n > 0 {
		r.EmitBefore()
		end = func() { r.EmitAfter() }
	}
	defer end()
	fmt.Println(n)
}

func goodStack(rs ...*rt.AsyncResource) {
	var undo []func()
	for _, r := range rs {
		r.EmitBefore()
		undo = append(undo, func() { r.EmitAfter() })
	}
	for i := len(undo) - 1; i >= 0; i-- {
		undo[i]()
	}
}

type session struct {
	mu  sync.Mutex
	res *rt.AsyncResource
	end func()
}

func (s *session) goodStored() {
	s.res.EmitBefore()
	s.end = func() { s.res.EmitAfter() }
}

func goodMap(m map[string]*rt.AsyncResource) {
	for k, r := range m {
		r.EmitBefore()
		fmt.Println(k)
		r.EmitAfter()
	}
	if r := m["x"]; r != nil {
		r.EmitBefore()
		fmt.Println("x")
		r.EmitAfter()
	}
}

func goodTestHelper(t interface {
	Helper()
	Cleanup(func())
}, r *rt.AsyncResource) *rt.AsyncResource {
	t.Helper()
	r.EmitBefore()
	t.Cleanup(func() { r.EmitAfter() })
	return r
}

func closeAll(rs ...*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitAfter()
	}
}

func goodVariadic(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	closeAll(b, a)
}

func goodRepanic(r *rt.AsyncResource, f func()) {
	r.EmitBefore()
	defer func() {
		if x := recover(); x != nil {
			r.EmitAfter()
			panic(x)
		}
	}()
	f()
	r.EmitAfter()
}

func goodRecoverFirst(r *rt.AsyncResource, f func()) (err error) {
	r.EmitBefore()
	defer func() {
		x := recover()
		if x == nil {
			return
		}
		err = fmt.Errorf("%v", x)
		r.EmitAfter()
	}()
	f()
	r.EmitAfter()
	return nil
}
