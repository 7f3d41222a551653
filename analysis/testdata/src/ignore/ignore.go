// Package ignore has suppressions.
package ignore

import "github.com/asynchooks/asynchooks/rt"

func same(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak a reason
}

func before(r *rt.AsyncResource) {
	//asynchooks:ignore pairleak a reason
	r.EmitBefore()
}

// function is suppressed as a whole.
//
//asynchooks:ignore pairleak,pairextra a reason
func function(a, b *rt.AsyncResource) {
	b.EmitAfter()
	a.EmitBefore()
}

func unused(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak a reason // want `nothing here is suppressed`
	defer r.EmitAfter()
}

func unusedOne(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak,pairorder a reason // want `no finding of pairorder`
}

func noReason(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak // want `gives a reason`
}

func noRule(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore // want `names a rule`
}

func unknown(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairlaek a reason // want `there is no rule pairlaek`
}

func optIn(r *rt.AsyncResource) {
	go r.RunInAsyncScope(func() {}) //asynchooks:ignore sharedresource a reason
}

func other(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignored is another word
	defer r.EmitAfter()
}
