package pairorder

import (
	"fmt"
	"sync"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type span struct {
	*rt.AsyncResource
	parent *span
}

func badParent(s *span) {
	s.parent.EmitBefore()
	s.EmitBefore()
	s.parent.EmitAfter() // want `not the innermost`
	s.EmitAfter()
}

func badDefers(a, b *span) {
	a.EmitBefore()
	defer func() { b.EmitAfter() }()
	defer func() { a.EmitAfter() }() // want `not the innermost`
	b.EmitBefore()
}

func badHelpers(a, b *helper.Conn) {
	if a.Begin() != nil {
		return
	}
	if b.Begin() != nil {
		a.End()
		return
	}
	a.End() // want `not the innermost`
	b.End()
}

func badEnter(a, b *rt.AsyncResource) {
	leaveA := helper.Enter(a)
	leaveB := helper.Enter(b)
	leaveA() // want `not the innermost`
	leaveB()
}

func badThree(a, b, c *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	c.EmitBefore()
	c.EmitAfter()
	a.EmitAfter() // want `not the innermost`
	b.EmitAfter()
}

func badMethodValues(a, b *rt.AsyncResource) {
	endA, endB := a.EmitAfter, b.EmitAfter
	a.EmitBefore()
	b.EmitBefore()
	endA() // want `not the innermost`
	endB()
}

func badOnOnePath(a, b *rt.AsyncResource, swap bool) {
	a.EmitBefore()
	b.EmitBefore()
	if swap {
		a.EmitAfter() // want `not the innermost`
		b.EmitAfter()
		return
	}
	b.EmitAfter()
	a.EmitAfter()
}

func badGlobal() {
	first.EmitBefore()
	second.EmitBefore()
	first.EmitAfter() // want `not the innermost`
	second.EmitAfter()
}

var (
	first  = rt.NewAsyncResource("first", nil)
	second = rt.NewAsyncResource("second", nil)
)

func badArray(rs [2]*rt.AsyncResource) {
	rs[0].EmitBefore()
	rs[1].EmitBefore()
	rs[0].EmitAfter() // want `not the innermost`
	rs[1].EmitAfter()
}

func badInScope(a, b *rt.AsyncResource) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.RunInAsyncScope(func() {
		a.EmitAfter() // want `not the innermost`
		a.EmitBefore()
	})
}

func badGeneric[T interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}](a, b T) {
	a.EmitBefore()
	b.EmitBefore()
	a.EmitAfter() // want `not the innermost`
	b.EmitAfter()
}

func badLoop(a *rt.AsyncResource, n int) {
	for range n {
		b := rt.NewAsyncResource("b", nil)
		a.EmitBefore()
		b.EmitBefore()
		a.EmitAfter() // want `not the innermost`
		b.EmitAfter()
	}
}

func goodParent(s *span) {
	s.parent.EmitBefore()
	s.EmitBefore()
	s.EmitAfter()
	s.parent.EmitAfter()
}

func goodDefers(a, b *span) {
	a.EmitBefore()
	defer func() { a.EmitAfter() }()
	b.EmitBefore()
	defer func() { b.EmitAfter() }()
}

func goodHelpers(a, b *helper.Conn) error {
	if err := a.Begin(); err != nil {
		return err
	}
	defer a.End()
	if err := b.Begin(); err != nil {
		return err
	}
	defer b.End()
	return nil
}

func goodEnter(a, b *rt.AsyncResource) {
	leaveA := helper.Enter(a)
	leaveB := helper.Enter(b)
	leaveB()
	leaveA()
}

func goodEnter2(a, b *rt.AsyncResource) {
	defer helper.Enter2(a, b)()
	fmt.Println()
}

func goodSame(r *rt.AsyncResource) {
	r.EmitBefore()
	r.EmitBefore()
	r.EmitAfter()
	r.EmitAfter()
}

func goodRecursive(s *span, depth int) {
	if depth == 0 {
		return
	}
	s.EmitBefore()
	defer s.EmitAfter()
	goodRecursive(s.parent, depth-1)
}

func goodEither(a, b *rt.AsyncResource, swap bool) {
	if swap {
		a, b = b, a
	}
	a.EmitBefore()
	b.EmitBefore()
	b.EmitAfter()
	a.EmitAfter()
}

func goodIndex(rs []*rt.AsyncResource, i, j int) {
	rs[i].EmitBefore()
	rs[j].EmitBefore()
	rs[j].EmitAfter()
	rs[i].EmitAfter()
}

func goodReverse(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore()
	}
	for i := len(rs) - 1; i >= 0; i-- {
		rs[i].EmitAfter()
	}
}

func goodClosers(a, b *rt.AsyncResource) {
	var after []func()
	a.EmitBefore()
	after = append(after, func() { a.EmitAfter() })
	b.EmitBefore()
	after = append(after, func() { b.EmitAfter() })
	for i := len(after) - 1; i >= 0; i-- {
		after[i]()
	}
}

func goodLocked(a, b *rt.AsyncResource, mu *sync.Mutex) {
	a.EmitBefore()
	mu.Lock()
	b.EmitBefore()
	mu.Unlock()
	b.EmitAfter()
	a.EmitAfter()
}

func goodUnrelated(a, b *rt.AsyncResource, which bool) {
	if which {
		a.EmitBefore()
	} else {
		b.EmitBefore()
	}
	fmt.Println(which)
	if which {
		a.EmitAfter()
	} else {
		b.EmitAfter()
	}
}
