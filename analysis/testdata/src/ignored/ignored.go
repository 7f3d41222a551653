// Package ignored has findings that are suppressed, and some that are not.
package ignored

import "github.com/asynchooks/asynchooks/rt"

func same(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak a reason
}

func before(r *rt.AsyncResource) {
	//asynchooks:ignore pairleak a reason
	// that takes two lines
	r.EmitBefore()
}

//asynchooks:ignore pairleak a reason
func function(a, b *rt.AsyncResource) {
	a.EmitBefore()
}

func noReason(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairleak // want `not closed`
}

func otherRule(r *rt.AsyncResource) {
	r.EmitBefore() //asynchooks:ignore pairorder a reason // want `not closed`
}

func otherLine(r *rt.AsyncResource) {
	//asynchooks:ignore pairleak a reason

	r.EmitBefore() // want `not closed`
}
