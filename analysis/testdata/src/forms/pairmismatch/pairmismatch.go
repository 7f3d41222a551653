package pairmismatch

import (
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

type conn struct {
	*rt.AsyncResource
	res  *rt.AsyncResource
	next *conn
}

func badField(c *conn) {
	c.res.EmitBefore()
	c.res = rt.NewAsyncResource("new", nil)
	c.res.EmitAfter() // want `another resource`
}

func badList(c *conn) {
	c.EmitBefore()
	c = c.next
	c.EmitAfter() // want `another resource`
}

func badEmbeddedVsField(c *conn) {
	c.EmitBefore()
	c.res.EmitAfter() // want `another resource`
}

func badDeferredVariable(next *rt.AsyncResource) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	defer func() {
		r.EmitAfter() // want `another resource`
	}()
	fmt.Println(r.Type())
	r = next
}

func badShadow(n int) {
	r := rt.NewAsyncResource("outer", nil)
	r.EmitBefore()
	if n > 0 {
		r := rt.NewAsyncResource("inner", nil)
		r.EmitAfter() // want `another resource`
		return
	}
	r.EmitAfter()
}

func badSwap(a, b *rt.AsyncResource) {
	a.EmitBefore()
	a, b = b, a
	a.EmitAfter() // want `another resource`
}

func badSwitch(a, b *rt.AsyncResource, n int) {
	r := a
	r.EmitBefore()
	switch n {
	case 1:
		r = b
	}
	r.EmitAfter() // want `another resource`
}

func badMade(make func() *rt.AsyncResource) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	rt.NewAsyncResource("x", nil).EmitAfter() // want `another resource`
}

func badParams(a, b *conn) {
	a.res.EmitBefore()
	b.res.EmitAfter() // want `another resource`
}

func badGeneric[T any](a, b *rt.AsyncResource, x T) T {
	a.EmitBefore()
	defer b.EmitAfter() // want `another resource`
	return x
}

func badPointer(p **rt.AsyncResource) {
	(*p).EmitBefore()
	*p = rt.NewAsyncResource("x", nil)
	(*p).EmitAfter() // want `another resource`
}

func badLiteral(r *rt.AsyncResource) {
	cur := r
	replace := func() { cur = rt.NewAsyncResource("x", nil) }
	cur.EmitBefore()
	replace()
	cur.EmitAfter() // want `another resource`
}

func goodField(c *conn) {
	r := c.res
	r.EmitBefore()
	c.res = rt.NewAsyncResource("new", nil)
	r.EmitAfter()
}

func goodList(c *conn) {
	for ; c != nil; c = c.next {
		c.EmitBefore()
		fmt.Println(c.Type())
		c.EmitAfter()
	}
}

func goodDeferredArgument(next *rt.AsyncResource) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	defer r.EmitAfter()
	r = next
	fmt.Println(r.Type())
}

func goodParameter(next *rt.AsyncResource) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	defer func(r *rt.AsyncResource) { r.EmitAfter() }(r)
	r = next
	fmt.Println(r.Type())
}

func goodBoundValue(next *rt.AsyncResource) {
	r := rt.NewAsyncResource("x", nil)
	r.EmitBefore()
	end := r.EmitAfter
	r = next
	end()
}

func goodAlias(c *conn) {
	r := c.AsyncResource
	c.EmitBefore()
	r.EmitAfter()
}

func goodSwapTwice(a, b *rt.AsyncResource) {
	a.EmitBefore()
	a, b = b, a
	b.EmitAfter()
}

func goodUnknown(c *conn, get func() *rt.AsyncResource) {
	r := get()
	r.EmitBefore()
	c.res = r
	c.res.EmitAfter()
}

func goodSame(a, b *rt.AsyncResource) {
	a.EmitBefore()
	if a == b {
		b.EmitAfter()
		return
	}
	a.EmitAfter()
}

func goodPhi(a, b *rt.AsyncResource, n int) {
	r := a
	if n > 1 {
		r = b
	}
	r.EmitBefore()
	fmt.Println(n)
	r.EmitAfter()
}

func goodInterface(r *rt.AsyncResource) {
	var v any = r
	r.EmitBefore()
	v.(*rt.AsyncResource).EmitAfter()
}

func goodStruct(r *rt.AsyncResource) {
	p := struct{ a, b *rt.AsyncResource }{a: r, b: r}
	p.a.EmitBefore()
	p.b.EmitAfter()
}
