package pairextra

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type item struct {
	*rt.AsyncResource
	state int
}

func badHandler(w http.ResponseWriter, req *http.Request) {
	r := rt.NewAsyncResource("Request", nil)
	defer r.EmitAfter() // want `no open|closed already`
	if req.Body == nil {
		return
	}
	r.EmitBefore()
	fmt.Fprintln(w, "ok")
}

func badAfterDestroy() {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	r.EmitAfter()
	r.EmitDestroy()
	r.EmitAfter() // want `no open|closed already`
}

func badChain(r *rt.AsyncResource) {
	r.EmitBefore().EmitAfter().EmitAfter() // want `no open|closed already`
}

func badErrPath(it *item, do func() error) error {
	it.EmitBefore()
	defer it.EmitAfter() // want `no open|closed already`
	if err := do(); err != nil {
		it.EmitAfter()
		return err
	}
	return nil
}

func badSwitch(it *item) {
	switch it.state {
	case 0:
		it.EmitBefore()
		it.EmitAfter()
		fallthrough
	case 1:
		it.EmitAfter() // want `no open|closed already`
	}
}

func badHelper(c *helper.Conn) {
	if c.Begin() != nil {
		return
	}
	c.End()
	c.End() // want `no open|closed already`
}

func badFailed(c *helper.Conn) error {
	err := c.Begin()
	defer c.End() // want `no open|closed already`
	if err != nil {
		return err
	}
	return nil
}

func badLeaveTwice(r *rt.AsyncResource, early bool) {
	leave := helper.Enter(r)
	defer leave() // want `no open|closed already`
	if early {
		leave()
	}
}

func badLoop(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	for i := range n {
		if i >= 2 {
			r.EmitAfter() // want `no open|closed already`
		}
	}
	r.EmitAfter() // want `no open|closed already`
}

func badScope(r *rt.AsyncResource) {
	r.RunInAsyncScope(func() {
		r.EmitBefore()
		r.EmitAfter()
	})
	r.EmitAfter() // want `no open|closed already`
}

func badGeneric[T any](r *rt.AsyncResource, x T) T {
	defer r.EmitAfter() // want `no open|closed already`
	return x
}

func badTypeSwitch(r *rt.AsyncResource, v any) {
	r.EmitBefore()
	switch v.(type) {
	case int, string:
		r.EmitAfter()
	}
	r.EmitAfter() // want `no open|closed already`
}

func badLiteral() func() {
	return func() {
		r := rt.NewAsyncResource("x", nil)
		fmt.Println(r.Type())
		r.EmitAfter() // want `no open|closed already`
	}
}

func goodHandler(w http.ResponseWriter, req *http.Request) {
	r := rt.NewAsyncResource("Request", nil)
	if req.Body == nil {
		return
	}
	r.EmitBefore()
	defer r.EmitAfter()
	fmt.Fprintln(w, "ok")
}

func goodErrPath(it *item, try func(context.Context) error) (err error) {
	it.EmitBefore()
	defer it.EmitAfter()
	if err = try(context.Background()); err != nil {
		return errors.Join(err)
	}
	return nil
}

func goodSwitch(it *item) {
	switch it.state {
	case 0:
		it.EmitBefore()
		fallthrough
	case 1:
		if it.state == 0 {
			it.EmitAfter()
		}
	}
}

func goodTwoPairs(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitAfter()
	r.EmitBefore()
	r.EmitAfter()
}

func goodLeave(r *rt.AsyncResource, early bool) {
	leave := helper.Enter(r)
	if early {
		leave()
		return
	}
	leave()
}

func goodOnceFlag(r *rt.AsyncResource, early bool) {
	r.EmitBefore()
	closed := false
	end := func() {
		if !closed {
			closed = true
			r.EmitAfter()
		}
	}
	defer end()
	if early {
		end()
	}
}

func goodNilAfter(r *rt.AsyncResource, early bool) {
	cur := r
	cur.EmitBefore()
	if early {
		cur.EmitAfter()
		cur = nil
	}
	if cur != nil {
		cur.EmitAfter()
	}
}

// goodPause leaves the scope that its callers are in, for the time of a call.
func goodPause(r *rt.AsyncResource) {
	r.EmitBefore()
	pause(r)
	r.EmitAfter()
}

func pause(r *rt.AsyncResource) {
	r.EmitAfter()
	defer r.EmitBefore()
	fmt.Println()
}

func goodFailed(c *helper.Conn) error {
	err := c.Begin()
	if err == nil {
		defer c.End()
	}
	return err
}

func goodLoop(r *rt.AsyncResource, n int) {
	open := false
	for i := range n {
		if !open {
			r.EmitBefore()
			open = true
		}
		if i%3 == 2 {
			r.EmitAfter()
			open = false
		}
	}
	if open {
		r.EmitAfter()
	}
}

func goodSelect(r *rt.AsyncResource, a, b chan int) {
	r.EmitBefore()
	select {
	case <-a:
		r.EmitAfter()
		return
	case <-b:
	default:
	}
	r.EmitAfter()
}

func goodClosure(r *rt.AsyncResource) {
	r.EmitBefore()
	func() {
		defer r.EmitAfter()
		fmt.Println()
	}()
}
