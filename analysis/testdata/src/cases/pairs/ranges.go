package pairs

import (
	"fmt"

	"github.com/asynchooks/asynchooks/rt"
)

func perMap(rs map[string]*rt.AsyncResource) {
	for name, r := range rs {
		r.EmitBefore() // finds pairloop
		if name == "" {
			continue
		}
		r.EmitAfter()
	}
}

func perElement(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore() // finds pairloop
		if r.Type() == "" {
			continue
		}
		r.EmitAfter()
	}
}

func perIndex(rs []*rt.AsyncResource) {
	for i := range rs {
		rs[i].EmitBefore() // finds pairloop
		if i%2 == 0 {
			continue
		}
		rs[i].EmitAfter()
	}
}

func perIndexThree(rs []*rt.AsyncResource, ok bool) {
	for i := range rs {
		rs[i].EmitBefore() // finds pairloop
		fmt.Println(i)
		if i == 17 {
			continue
		}
		rs[i].EmitAfter()
	}
}
