package pair

import (
	"go/constant"
	"go/token"
	"math"
	"slices"
	"strconv"
	"strings"
)

// unsigned is a comparison of numbers that are never negative: one that is less
// than 1 is 0.
func unsigned(t *Term) *Term {
	if t.Kind == KNot {
		return mkNot(unsigned(t.Args[0]))
	}
	if t.Kind == KBin && t.Str == "<" && isInt(t.Args[1], "1") {
		return mkEql(t.Args[0], &Term{Kind: KConst, Str: "Int:0"})
	}
	return t
}

// moved gives z and c where x is z plus or minus a constant: x is compared with y as
// z is with c.
func moved(x, y *Term) (z, c *Term) {
	if x.Kind != KBin || y.Kind != KConst || x.Args[1].Kind != KConst {
		return nil, nil
	}
	switch x.Str {
	case "+":
		c = fold(token.SUB, y, x.Args[1])
	case "-":
		c = fold(token.ADD, y, x.Args[1])
	}
	if c == nil {
		return nil, nil
	}
	return x.Args[0], c
}

// intOf is the value of an integer constant.
func intOf(t *Term) (int64, bool) {
	s, ok := strings.CutPrefix(t.Str, "Int:")
	if !ok || t.Kind != KConst {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// fold computes an operation on two integer constants.
func fold(op token.Token, x, y *Term) *Term {
	xs, ok1 := strings.CutPrefix(x.Str, "Int:")
	ys, ok2 := strings.CutPrefix(y.Str, "Int:")
	if !ok1 || !ok2 {
		return nil
	}
	a, b := parseInt(xs), parseInt(ys)
	if a == nil || b == nil {
		return nil
	}
	switch op {
	case token.LSS:
		return mkBool(constant.Compare(a, op, b))
	case token.ADD, token.SUB:
		return mkConst(constant.BinaryOp(a, op, b))
	}
	return nil
}

func parseInt(s string) constant.Value {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return constant.MakeInt64(n)
}

// A span is what a path implies of an integer: lo <= x <= hi.
type span struct{ lo, hi int64 }

// rangeOf gives what the path implies of x, which is compared with constants.
func (w *world) rangeOf(x *Term) span {
	s := span{math.MinInt64, math.MaxInt64}
	var not []int64
	for _, a := range w.asm {
		if a.t.Kind != KBin || a.t.Args[0].Key() != x.Key() {
			continue
		}
		d, ok := intOf(a.t.Args[1])
		switch {
		case !ok:
		case a.t.Str == "==" && a.truth:
			return span{d, d}
		case a.t.Str == "==":
			not = append(not, d)
		case a.t.Str == "<" && a.truth:
			s.hi = min(s.hi, d-1)
		case a.t.Str == "<":
			s.lo = max(s.lo, d)
		}
	}
	slices.Sort(not)
	for _, d := range not {
		if d == s.lo {
			s.lo++
		}
	}
	for _, d := range slices.Backward(not) {
		if d == s.hi {
			s.hi--
		}
	}
	return s
}

// decide tells what s says of x < c or x == c.
func (s span) decide(op string, c int64) (known, truth bool) {
	switch op {
	case "<":
		return s.hi < c || s.lo >= c, s.hi < c
	case "==":
		return c < s.lo || c > s.hi || s.lo == s.hi, s.lo == c && s.hi == c
	}
	return false, false
}
