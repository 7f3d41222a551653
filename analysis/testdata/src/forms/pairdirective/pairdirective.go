package pairdirective

import (
	"errors"
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

type conn struct {
	*rt.AsyncResource
	res  *rt.AsyncResource
	open bool
}

//asynchooks:enters c // want `directive .* is wrong`
func badNoParam(r *rt.AsyncResource) { r.EmitBefore() } // want `not closed`

//asynchooks:enters // want `directive .* is wrong`
func badNothing(r *rt.AsyncResource) { r.EmitBefore() } // want `not closed`

//asynchooks:exits r // want `directive .* is wrong`
func badOpposite(r *rt.AsyncResource) { r.EmitBefore() } // want `not closed`

//asynchooks:enters r // want `directive .* is wrong`
func badEmpty(r *rt.AsyncResource) {}

//asynchooks:enters r // want `directive .* is wrong`
func badSometimes(r *rt.AsyncResource, on bool) {
	if on {
		r.EmitBefore()
	}
}

//asynchooks:enters r // want `directive .* is wrong`
func badBalanced(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitAfter()
}

//asynchooks:enters c // want `directive .* is wrong`
func (c *conn) badReceiver() { fmt.Println(c.open) }

//asynchooks:exits a // want `directive .* is wrong`
func badOther(a, b *rt.AsyncResource) { b.EmitAfter() } // want `has no open`

//asynchooks:exits r // want `directive .* is wrong`
func badSwitch(r *rt.AsyncResource, n int) {
	switch n {
	case 0:
		r.EmitAfter()
	case 1:
	default:
		r.EmitAfter()
	}
}

//asynchooks:enters r // want `directive .* is wrong`
func badLiteral(r *rt.AsyncResource) func() {
	return func() { r.EmitBefore() }
}

//asynchooks:enters x // want `directive .* is wrong`
func badGeneric[T any](r *rt.AsyncResource, _ T) { r.EmitBefore() } // want `not closed`

//asynchooks:enters r
func goodEnters(r *rt.AsyncResource) {
	fmt.Println(r.Type())
	r.EmitBefore()
}

//asynchooks:exits r
func goodExits(r *rt.AsyncResource) {
	fmt.Println(r.Type())
	r.EmitAfter()
}

//asynchooks:enters c
func (c *conn) goodReceiver() {
	c.EmitBefore()
	c.open = true
}

//asynchooks:exits c
func (c *conn) goodReceiverExit() {
	c.open = false
	c.EmitAfter()
}

//asynchooks:enters r
func goodError(r *rt.AsyncResource, n int) error {
	if n < 0 {
		return errors.New("negative")
	}
	r.EmitBefore()
	return nil
}

//asynchooks:enters r
func goodBool(r *rt.AsyncResource) bool {
	if r == nil {
		return false
	}
	r.EmitBefore()
	return true
}

//asynchooks:exits r
func goodDeferred(r *rt.AsyncResource) {
	defer r.EmitAfter()
	fmt.Println(r.Type())
}

//asynchooks:enters a
//asynchooks:enters b
func goodBoth(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
}

//asynchooks:enters r
func goodSwitch(r *rt.AsyncResource, n int) {
	switch n {
	case 0:
		r.EmitBefore()
	default:
		fmt.Println(n)
		r.EmitBefore()
	}
}

//asynchooks:enters r
func goodGeneric[T any](r *rt.AsyncResource, x T) T {
	r.EmitBefore()
	return x
}

//asynchooks:enters r
func goodNested(r *rt.AsyncResource) {
	func() { goodEnters(r) }()
}

func goodCaller(r *rt.AsyncResource) {
	goodEnters(r)
	goodExits(r)
}
