// Package loop has scopes in loops.
package loop

import "github.com/asynchooks/asynchooks/rt"

func cond() bool { return len(rt.Mode()) > 0 }

func badGrow(r *rt.AsyncResource) {
	for i := 0; i < 10; i++ {
		r.EmitBefore() // want `still open when the next iteration`
	}
}

func badDefer(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore() // want `still open when the next iteration`
		defer r.EmitAfter()
	}
}

func badContinue(r *rt.AsyncResource) {
	for i := 0; i < 10; i++ {
		r.EmitBefore() // want `still open when the next iteration`
		if cond() {
			continue
		}
		r.EmitAfter()
	}
}

func badRange(ch chan *rt.AsyncResource) {
	for r := range ch {
		r.EmitBefore() // want `still open`
	}
}

func badForever(r *rt.AsyncResource) {
	for {
		r.EmitBefore() // want `still open`
	}
}

func badNested(r *rt.AsyncResource) {
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			r.EmitBefore() // want `still open`
		}
	}
}

func badLabel(r *rt.AsyncResource) {
outer:
	for i := 0; i < 3; i++ {
		for j := 0; j < 3; j++ {
			r.EmitBefore() // want `still open`
			if cond() {
				continue outer
			}
			r.EmitAfter()
		}
	}
}

func badGoto(r *rt.AsyncResource) {
again:
	r.EmitBefore() // want `still open`
	if cond() {
		goto again
	}
	r.EmitAfter()
}

func badRangeFunc(seq func(func(int) bool), r *rt.AsyncResource) {
	for range seq {
		r.EmitBefore() // want `still open`
	}
}

func badRangeInt(n int) {
	for range n {
		rt.NewAsyncResource("x", nil).EmitBefore() // want `still open`
	}
}

func badOpenOnce(r *rt.AsyncResource) {
	r.EmitBefore()
	for i := 0; i < 3; i++ {
		r.EmitAfter() // want `closed already`
	}
}

func goodEach(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore()
		r.EmitAfter()
	}
}

func goodAround(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	for cond() {
		if cond() {
			break
		}
	}
}

func goodClosure(rs []*rt.AsyncResource) {
	for _, r := range rs {
		func() {
			r.EmitBefore()
			defer r.EmitAfter()
		}()
	}
}

func goodFirst(r *rt.AsyncResource) {
	open := false
	for i := 0; i < 3; i++ {
		if !open {
			r.EmitBefore()
			open = true
		}
	}
	if open {
		r.EmitAfter()
	}
}

func goodRestart(r *rt.AsyncResource) {
	r.EmitBefore()
	for cond() {
		r.EmitAfter()
		r.EmitBefore()
	}
	r.EmitAfter()
}

func goodRangeFunc(seq func(func(int) bool), r *rt.AsyncResource) int {
	for i := range seq {
		r.EmitBefore()
		if i > 3 {
			r.EmitAfter()
			return i
		}
		r.EmitAfter()
	}
	return 0
}

func badRangeFuncReturn(seq func(func(int) bool), r *rt.AsyncResource) int {
	for i := range seq {
		r.EmitBefore() // want `not closed`
		if i > 3 {
			return i
		}
		r.EmitAfter()
	}
	return 0
}

func goodTwoLoops(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore()
	}
	for i := len(rs) - 1; i >= 0; i-- {
		rs[i].EmitAfter()
	}
}

func goodTwoLoopsNew(n int) {
	var rs []*rt.AsyncResource
	for range n {
		r := rt.NewAsyncResource("x", nil)
		r.EmitBefore()
		rs = append(rs, r)
	}
	for i := range rs {
		rs[len(rs)-1-i].EmitAfter()
	}
}

func badTwoLoops(r *rt.AsyncResource, n int) {
	for range n {
		r.EmitBefore() // want `still open`
	}
	for range n {
		r.EmitAfter() // want `closed already`
	}
}

func goodRetry(r *rt.AsyncResource, do func() error) error {
	var err error
	for i := 0; i < 3; i++ {
		err = func() error {
			r.EmitBefore()
			defer r.EmitAfter()
			return do()
		}()
		if err == nil {
			break
		}
	}
	return err
}

func goodNew(n int) {
	for range n {
		r := rt.NewAsyncResource("x", nil)
		r.EmitBefore()
		r.EmitAfter()
		r.EmitDestroy()
	}
}

func goodBreakOut(r *rt.AsyncResource, ch chan int) {
	for {
		r.EmitBefore()
		if <-ch == 0 {
			break
		}
		r.EmitAfter()
	}
	r.EmitAfter()
}
