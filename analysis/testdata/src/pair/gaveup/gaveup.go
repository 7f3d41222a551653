// Package gaveup has a function with too many paths: whether each of its scopes is
// open, another answer tells.
package gaveup

import "github.com/asynchooks/asynchooks/rt"

var ch chan bool

func tooMuch(rs *[16]*rt.AsyncResource) { // want `the engine gave up on tooMuch`
	if <-ch {
		rs[0].EmitBefore()
	}
	if <-ch {
		rs[1].EmitBefore()
	}
	if <-ch {
		rs[2].EmitBefore()
	}
	if <-ch {
		rs[3].EmitBefore()
	}
	if <-ch {
		rs[4].EmitBefore()
	}
	if <-ch {
		rs[5].EmitBefore()
	}
	if <-ch {
		rs[6].EmitBefore()
	}
	if <-ch {
		rs[7].EmitBefore()
	}
	if <-ch {
		rs[8].EmitBefore()
	}
	if <-ch {
		rs[9].EmitBefore()
	}
	if <-ch {
		rs[10].EmitBefore()
	}
	if <-ch {
		rs[11].EmitBefore()
	}
	if <-ch {
		rs[12].EmitBefore()
	}
	if <-ch {
		rs[13].EmitBefore()
	}
	if <-ch {
		rs[14].EmitBefore()
	}
	if <-ch {
		rs[15].EmitBefore()
	}
}

// one of them is enough
func enough(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	if <-ch {
		return
	}
	r.EmitAfter()
}
