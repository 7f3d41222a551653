// Package top does not import rt, nor the package that does.
package top

import "facts/mid"

func good() {
	s := mid.NewSession()
	s.Begin()
	defer s.End()
}

func bad(fail bool) {
	s := mid.NewSession()
	s.Begin() // want `opened by Begin is not closed`
	if fail {
		return
	}
	s.End()
}

func badOrder(s, t *mid.Session) {
	s.Begin()
	t.Begin()
	s.End() // want `not the innermost`
	t.End()
}
