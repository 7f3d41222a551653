package pairyield

import (
	"bufio"
	"iter"
	"maps"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type table struct {
	*rt.AsyncResource
	rows []string
	res  *rt.AsyncResource
}

func (t *table) badAll() iter.Seq[string] {
	return func(yield func(string) bool) {
		t.EmitBefore()
		defer t.EmitAfter()
		for _, r := range t.rows {
			if !yield(r) { // want `yield is called`
				return
			}
		}
	}
}

func (t *table) badDirect(yield func(int, string) bool) {
	t.res.EmitBefore()
	defer t.res.EmitAfter()
	for i, r := range t.rows {
		if !yield(i, r) { // want `yield is called`
			break
		}
	}
}

func badLocal() iter.Seq[int] {
	return func(yield func(int) bool) {
		r := rt.NewAsyncResource("iter", nil)
		r.EmitBefore()
		defer r.EmitAfter()
		_ = yield(1) && yield(2) // want `yield is called` `yield is called`
	}
}

func badScanner(r *rt.AsyncResource, s *bufio.Scanner) iter.Seq[string] {
	return func(yield func(string) bool) {
		for s.Scan() {
			r.EmitBefore()
			ok := yield(s.Text()) // want `yield is called`
			r.EmitAfter()
			if !ok {
				return
			}
		}
	}
}

func badEmpty(r *rt.AsyncResource, n int) func(func() bool) {
	return func(yield func() bool) {
		defer r.EmitBefore().EmitAfter()
		for range n {
			if !yield() { // want `yield is called`
				return
			}
		}
	}
}

func badGeneric[K comparable, V any](r *rt.AsyncResource, m map[K]V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		r.EmitBefore()
		defer r.EmitAfter()
		for k, v := range m {
			if !yield(k, v) { // want `yield is called`
				return
			}
		}
	}
}

func badEnter(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer helper.Enter(r)()
		yield(1) // want `yield is called`
	}
}

func badForward(r *rt.AsyncResource, seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		r.EmitBefore()
		defer r.EmitAfter()
		for i := range seq {
			if !yield(i) { // want `yield is called`
				return
			}
		}
	}
}

func badDelegate(r *rt.AsyncResource, seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		r.EmitBefore()
		defer r.EmitAfter()
		seq(yield) // want `yield is called`
	}
}

func badLiteral(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		r.EmitBefore()
		defer r.EmitAfter()
		func() {
			yield(1) // want `yield is called`
		}()
	}
}

func (t *table) goodAll() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, r := range t.rows {
			t.EmitBefore()
			r += "!"
			t.EmitAfter()
			if !yield(r) {
				return
			}
		}
	}
}

func (t *table) goodDirect(yield func(int, string) bool) {
	t.res.EmitBefore()
	rows := append([]string(nil), t.rows...)
	t.res.EmitAfter()
	for i, r := range rows {
		if !yield(i, r) {
			return
		}
	}
}

func goodScanner(r *rt.AsyncResource, s *bufio.Scanner) iter.Seq[string] {
	return func(yield func(string) bool) {
		for {
			var ok bool
			r.RunInAsyncScope(func() { ok = s.Scan() })
			if !ok || !yield(s.Text()) {
				return
			}
		}
	}
}

func goodMap(r *rt.AsyncResource, m map[string]int) iter.Seq[string] {
	r.EmitBefore()
	defer r.EmitAfter()
	return maps.Keys(m)
}

func goodConsumer(r *rt.AsyncResource, seq iter.Seq[int]) (sum int) {
	r.EmitBefore()
	defer r.EmitAfter()
	for i := range seq {
		sum += i
	}
	return sum
}

func goodPull(r *rt.AsyncResource, seq iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		next, stop := iter.Pull(seq)
		defer stop()
		for {
			v, ok := rt.RunInAsyncScope(r, func() option { return pull(next) })()
			if !ok || !yield(v) {
				return
			}
		}
	}
}

type option func() (int, bool)

func pull(next func() (int, bool)) option {
	v, ok := next()
	return func() (int, bool) { return v, ok }
}

func goodGeneric[T any](r *rt.AsyncResource, xs []T) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, x := range xs {
			r.EmitBefore()
			y := x
			r.EmitAfter()
			if !yield(y) {
				return
			}
		}
	}
}

func goodFilter(r *rt.AsyncResource, keep func(int) bool, n int) bool {
	r.EmitBefore()
	defer r.EmitAfter()
	return keep(n)
}

func goodAfter(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		if !yield(1) {
			return
		}
		r.EmitBefore()
		r.EmitAfter()
	}
}

func goodBreak(r *rt.AsyncResource) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range 10 {
			r.EmitBefore()
			if i > 5 {
				r.EmitAfter()
				break
			}
			r.EmitAfter()
			if !yield(i) {
				return
			}
		}
	}
}

func goodBuffered(r *rt.AsyncResource, fill func([]int) int) iter.Seq[int] {
	return func(yield func(int) bool) {
		buf := make([]int, 16)
		var n int
		func() {
			r.EmitBefore()
			defer r.EmitAfter()
			n = fill(buf)
		}()
		for _, x := range buf[:n] {
			if !yield(x) {
				return
			}
		}
	}
}
