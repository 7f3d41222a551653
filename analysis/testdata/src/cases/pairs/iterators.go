package pairs

import (
	"fmt"
	"maps"
	"slices"

	"cases/lib"
	"github.com/asynchooks/asynchooks/rt"
)

func rfDeferBreak(rs []*rt.AsyncResource) {
	for r := range lib.Each(rs) {
		r.EmitBefore()
		defer r.EmitAfter()
		break
	}
	fmt.Println("x")
}

func rfDeferReturn(rs []*rt.AsyncResource) error {
	for r := range slices.Values(rs) {
		if r.Type() == "x" {
			r.EmitBefore()
			defer r.EmitAfter()
			return nil
		}
	}
	return nil
}

func rfFlag(r *rt.AsyncResource, m map[string]int) {
	open := false
	for k := range maps.Keys(m) {
		if !open && k != "" {
			r.EmitBefore()
			open = true
		}
	}
	if open {
		r.EmitAfter()
	}
}

func rfFlagLeak(r *rt.AsyncResource, m map[string]int) {
	open := false
	for k := range maps.Keys(m) {
		if !open && k != "" {
			r.EmitBefore() // finds pairleak
			open = true
		}
	}
	fmt.Println(open)
}

func rfBreakOpen(rs []*rt.AsyncResource) {
	for r := range slices.Values(rs) {
		r.EmitBefore() // finds pairleak
		if r.Type() == "" {
			break
		}
		r.EmitAfter()
	}
}

func rfCaptured(r *rt.AsyncResource, m map[string]int) {
	for range maps.Keys(m) {
		r.EmitBefore() // finds pairloop
	}
}

func rfContinueOuter(r *rt.AsyncResource, m map[string][]int) {
outer:
	for _, v := range maps.All(m) {
		r.EmitBefore() // finds pairloop
		for x := range slices.Values(v) {
			if x == 0 {
				continue outer
			}
		}
		r.EmitAfter()
	}
}

func rfContinueOuterOK(r *rt.AsyncResource, m map[string][]int) {
outer:
	for _, v := range maps.All(m) {
		r.EmitBefore()
		for x := range slices.Values(v) {
			if x == 0 {
				r.EmitAfter()
				continue outer
			}
		}
		r.EmitAfter()
	}
}

func rfReturnValue(r *rt.AsyncResource, m map[string]int) (string, bool) {
	r.EmitBefore()
	for k, v := range maps.All(m) {
		if v == 0 {
			r.EmitAfter()
			return k, true
		}
	}
	r.EmitAfter()
	return "", false
}

func rfReturnValueLeak(r *rt.AsyncResource, m map[string]int) (string, bool) {
	r.EmitBefore() // finds pairleak
	for k, v := range maps.All(m) {
		if v == 0 {
			return k, true
		}
	}
	r.EmitAfter()
	return "", false
}

func rfDeferAround(r *rt.AsyncResource, m map[string]int) string {
	r.EmitBefore()
	defer r.EmitAfter()
	for k := range maps.All(m) {
		return k
	}
	return ""
}

func rfExtra(r *rt.AsyncResource, m map[string]int) {
	r.EmitBefore()
	for range maps.Keys(m) {
		r.EmitAfter()
		break
	}
	r.EmitAfter() // finds pairextra
}

func count(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func rfOwn(r *rt.AsyncResource) {
	for i := range count(3) {
		r.EmitBefore() // finds pairloop
		if i == 2 {
			continue
		}
		r.EmitAfter()
	}
}

func rfOwnOK(r *rt.AsyncResource) {
	for i := range count(3) {
		r.EmitBefore()
		if i == 2 {
			r.EmitAfter()
			continue
		}
		r.EmitAfter()
	}
}

func rfOpenTwoLoops(rs []*rt.AsyncResource) {
	for r := range slices.Values(rs) {
		r.EmitBefore()
	}
	for _, r := range slices.Backward(rs) {
		r.EmitAfter()
	}
}

func rfInt(r *rt.AsyncResource, n int) {
	for i := range n {
		r.EmitBefore()
		if i == 3 {
			r.EmitAfter()
			break
		}
		r.EmitAfter()
	}
}
