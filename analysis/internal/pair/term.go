package pair

import (
	"go/constant"
	"go/token"
	"strconv"
	"strings"
)

// A Kind says what a Term denotes.
type Kind uint8

const (
	KConst  Kind = iota // a constant; Str is its exact value, "nil", "true" or "false"
	KParam              // parameter N, the receiver first
	KFree               // free variable N of a closure: the address of the captured variable
	KGlobal             // the address of package variable Str
	KFresh              // what instruction Str made, of N's flags
	KField              // the address of field Str of what Args[0] points to
	KIndex              // the address of element Args[1] of Args[0]
	KLoad               // what address Args[0] held when the function was entered
	KProj               // component Str of the value Args[0]
	KBin                // Args[0] Str Args[1]
	KNot                // !Args[0]
	KCall               // the result of a call to Str that is taken to repeat itself
	KResult             // in a summary: result N of the call
	KFunc               // a function value; Args are its captured variables
	KIface              // Args[0] in an interface
	KRef                // the address of captured variable Str, which holds Args[0]
)

// Flags of a KFresh term, in N.
const (
	freshNew    = 1 << iota // an object that nothing else can be
	freshNonNil             // not nil
	freshOld                // made by an earlier execution of the instruction
)

// A Term is a symbolic value. Terms are immutable. They are compared by key.
// The exported fields travel in facts.
type Term struct {
	Kind Kind
	N    int
	Str  string
	Tag  string // of a KFresh: what it was got from; equal tags may be equal values
	Args []*Term
	Sum  *Summary // of a KFunc from another package

	fn  *funcInfo // of a KFunc from this package
	key string
}

// maxDepth bounds the depth of terms. What is deeper is not worth naming.
const maxDepth = 10

func (t *Term) depth() int {
	d := 0
	for _, a := range t.Args {
		d = max(d, a.depth())
	}
	return d + 1
}

// Key identifies the value that t denotes.
func (t *Term) Key() string {
	if t.key == "" {
		var b strings.Builder
		b.WriteByte("cpfgnFILPBNCRXia"[t.Kind])
		if t.N != 0 || t.Kind == KParam || t.Kind == KFree || t.Kind == KResult {
			b.WriteString(strconv.Itoa(t.N))
		}
		if t.Str != "" {
			b.WriteByte('\'')
			b.WriteString(t.Str)
			b.WriteByte('\'')
		}
		if len(t.Args) > 0 {
			b.WriteByte('(')
			for i, a := range t.Args {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(a.Key())
			}
			b.WriteByte(')')
		}
		t.key = b.String()
	}
	return t.key
}

var (
	termNil   = &Term{Kind: KConst, Str: "nil"}
	termTrue  = &Term{Kind: KConst, Str: "true"}
	termFalse = &Term{Kind: KConst, Str: "false"}
)

// termRecover is what recover returns, which is nil unless a panic runs the
// deferred call: termNoPanic.
var (
	termRecover = &Term{Kind: KCall, Str: "recover"}
	termNoPanic = mkEql(termRecover, termNil)
)

func mkBool(b bool) *Term {
	if b {
		return termTrue
	}
	return termFalse
}

func mkConst(v constant.Value) *Term {
	switch {
	case v == nil:
		return termNil
	case v.Kind() == constant.Bool:
		return mkBool(constant.BoolVal(v))
	}
	if n := constant.ToInt(v); n.Kind() == constant.Int {
		v = n
	}
	return &Term{Kind: KConst, Str: v.Kind().String() + ":" + v.ExactString()}
}

func mkNot(t *Term) *Term {
	switch {
	case t.Kind == KNot:
		return t.Args[0]
	case t.Kind == KConst && t.Str == "true":
		return termFalse
	case t.Kind == KConst && t.Str == "false":
		return termTrue
	}
	return &Term{Kind: KNot, Args: []*Term{t}}
}

func mkField(x *Term, name string) *Term { return &Term{Kind: KField, Str: name, Args: []*Term{x}} }
func mkLoad(addr *Term) *Term            { return &Term{Kind: KLoad, Args: []*Term{addr}} }
func mkProj(x *Term, name string) *Term  { return &Term{Kind: KProj, Str: name, Args: []*Term{x}} }

func mkIface(x *Term) *Term {
	if x.Kind == KIface {
		return x
	}
	return &Term{Kind: KIface, Args: []*Term{x}}
}

// mkBin builds x op y in a normal form in which there are only == and <, so
// that conditions that mean the same have the same key.
func mkBin(op token.Token, x, y *Term) *Term {
	switch op {
	case token.NEQ:
		return mkNot(mkBin(token.EQL, x, y))
	case token.GTR:
		return mkBin(token.LSS, y, x)
	case token.GEQ:
		return mkNot(mkBin(token.LSS, x, y))
	case token.LEQ:
		return mkNot(mkBin(token.LSS, y, x))
	case token.EQL:
		return mkEql(x, y)
	}
	if x.Kind == KConst && y.Kind == KConst {
		if t := fold(op, x, y); t != nil {
			return t
		}
	}
	if op == token.LSS {
		if z, c := moved(x, y); z != nil {
			return mkBin(op, z, c)
		}
	}
	if op == token.LSS && x.Kind == KConst {
		// 3 < n is not n < 4.
		if next := fold(token.ADD, x, &Term{Kind: KConst, Str: "Int:1"}); next != nil && !(isLen(y) && isInt(x, "0")) {
			return mkNot(mkBin(token.LSS, y, next))
		}
	}
	if op == token.LSS {
		// The length of something is never negative: len > 0 is len != 0.
		if isLen(y) && isInt(x, "0") {
			return mkNot(mkEql(y, x))
		}
		if isLen(x) && isInt(y, "1") {
			return mkEql(x, &Term{Kind: KConst, Str: "Int:0"})
		}
		if isLen(x) && isInt(y, "0") {
			return termFalse
		}
	}
	return &Term{Kind: KBin, Str: op.String(), Args: []*Term{x, y}}
}

func mkEql(x, y *Term) *Term {
	if x.Kind == KConst || (y.Kind != KConst && y.Key() < x.Key()) {
		x, y = y, x
	}
	if x.Key() == y.Key() {
		return termTrue
	}
	if x.Kind == KConst && y.Kind == KConst {
		// Integers of different kinds never meet in one comparison.
		return termFalse
	}
	if z, c := moved(x, y); z != nil {
		return mkEql(z, c)
	}
	if y.Kind == KConst {
		switch y.Str {
		case "true":
			return x
		case "false":
			return mkNot(x)
		case "nil":
			if x.nonNil() {
				return termFalse
			}
		}
	}
	return &Term{Kind: KBin, Str: "==", Args: []*Term{x, y}}
}

func isLen(t *Term) bool           { return t.Kind == KCall && (t.Str == "len" || t.Str == "cap") }
func isInt(t *Term, s string) bool { return t.Kind == KConst && t.Str == "Int:"+s }

// nonNil reports whether t is certainly not nil.
func (t *Term) nonNil() bool {
	switch t.Kind {
	case KFresh:
		return t.N&freshNonNil != 0
	case KFunc, KIface, KField, KIndex, KGlobal, KRef:
		return true
	case KLoad:
		// A package's error variables are set once, by its initializer.
		return t.Args[0].Kind == KGlobal && t.Args[0].Tag == "error"
	}
	return false
}

// throughNil reports whether t is reached through a nil pointer: no program gets
// it.
func (t *Term) throughNil() bool {
	return t.any(func(x *Term) bool { return x.Kind == KField && x.Args[0].Key() == termNil.Key() })
}

// strip removes interfaces around a value: a resource is the same in one.
func strip(t *Term) *Term {
	for t.Kind == KIface {
		t = t.Args[0]
	}
	return t
}

// root is the term that t starts from: q for the load of q.AsyncResource.
func (t *Term) root() *Term {
	for {
		switch t.Kind {
		case KField, KLoad, KProj, KIface, KIndex:
			t = t.Args[0]
		default:
			return t
		}
	}
}

// mentions reports whether x occurs in t.
func (t *Term) mentions(key string) bool {
	if !strings.Contains(t.Key(), key) {
		return false
	}
	if t.Key() == key {
		return true
	}
	for _, a := range t.Args {
		if a.mentions(key) {
			return true
		}
	}
	return false
}

// any reports whether f holds for t or a part of it.
func (t *Term) any(f func(*Term) bool) bool {
	if f(t) {
		return true
	}
	for _, a := range t.Args {
		if a.any(f) {
			return true
		}
	}
	return false
}

// external reports whether t means something to a caller.
func (t *Term) external() bool {
	switch t.Kind {
	case KFresh:
		return false
	}
	for _, a := range t.Args {
		if !a.external() {
			return false
		}
	}
	return true
}

// rewrite replaces the leaves for which f gives a term, bottom up, and rebuilds
// what is above them with load deciding what an address holds.
func (t *Term) rewrite(f func(*Term) *Term, load func(addr *Term) *Term) *Term {
	if r := f(t); r != nil {
		return r
	}
	if len(t.Args) == 0 {
		return t
	}
	args := make([]*Term, len(t.Args))
	same := true
	for i, a := range t.Args {
		args[i] = a.rewrite(f, load)
		same = same && args[i] == a
	}
	switch t.Kind {
	case KLoad:
		return load(args[0])
	case KNot:
		return mkNot(args[0])
	case KIface:
		return mkIface(args[0])
	}
	if same {
		return t
	}
	if t.Kind == KBin {
		if t.Str == "==" {
			return mkEql(args[0], args[1])
		}
		return mkBin(tokenOf(t.Str), args[0], args[1])
	}
	c := *t
	c.Args, c.key = args, ""
	return &c
}

func tokenOf(s string) token.Token {
	for op := token.ADD; op <= token.GEQ; op++ {
		if op.String() == s {
			return op
		}
	}
	return token.ILLEGAL
}
