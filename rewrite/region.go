package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

func (r *rewriter) tokenVar(n int) string { return fmt.Sprintf("%st%d", r.prefix, n) }

// declareTokens inserts what the regions of a function need outside of them: the
// variables that hold what they restore, and what keeps the deferred calls that
// close them in order with the function's own.
func (f *fileRewriter) declareTokens(fn *function) {
	if fn.tokens == 0 {
		return
	}
	names := make([]string, fn.tokens)
	for i := range names {
		names[i] = f.tokenVar(i)
	}
	text := fmt.Sprintf(" var %s %sscope;", strings.Join(names, ", "), f.prefix)
	for i, name := range names {
		var loops []token.Pos
		for h := range fn.hoisted {
			if h.token == i {
				loops = append(loops, h.at)
			}
		}
		if len(loops) > 1 && !hasDefer(fn.body) {
			fn.early |= 1 << i // one for all
		}
		how := "close"
		if fn.iterated&(1<<i) != 0 {
			how = "leave"
		}
		call := fmt.Sprintf("defer %s%s(&%s); ", f.prefix, how, name)
		if fn.early&(1<<i) != 0 {
			text += " " + strings.TrimSpace(call)
			loops = nil
		}
		for _, at := range loops {
			f.insert(at, "%s%s", call, f.renew(fn, i))
		}
		if fn.late&(1<<i) != 0 {
			for _, d := range fn.defers {
				if d < fn.opens[0].at && !slices.Contains(fn.again, d) {
					continue // no region was open before
				}
				f.insert(d, "; %sstale(&%s)", f.prefix, name)
			}
		}
	}
	for _, o := range fn.opens {
		if text := f.renew(fn, o.token); text != "" {
			e := &f.edits[o.edit]
			e.text = strings.Replace(e.text, " }", "; "+text+"}", 1)
		}
	}
	text += f.makeExits(fn)
	at := fn.body.Lbrace + 1
	f.insertAs(ofFunction, at, text)
}

// renew returns what follows a deferred call that closes a token. Regions nest as
// their tokens do: the ones inside must be closed by calls that are deferred
// after it, and not by earlier ones, which run when it has closed all of them.
func (f *fileRewriter) renew(fn *function, outer int) string {
	text := ""
	for i := outer + 1; i < fn.tokens; i++ {
		if fn.late&(1<<i) != 0 {
			text += fmt.Sprintf("%sstale(&%s); ", f.prefix, f.tokenVar(i))
		}
	}
	return text
}

// openRegion makes the region of a message that loop receives.
func (f *fileRewriter) openRegion(fn *function, loop construct, start, end token.Pos) *region {
	fn.tokens = max(fn.tokens, fn.open+1)
	reg := &region{start: start, end: end, loop: loop.stmt, token: fn.open, closeAt: end, iterated: f.inIterator(fn)}
	if reg.iterated {
		fn.iterated |= 1 << reg.token
		f.iterates = true
	}
	return reg
}

// expect announces that what the statement at a position receives is handled.
// Its operands are evaluated before: one of them may be a receive itself.
func (f *fileRewriter) expect(at token.Pos, operands ...ast.Expr) {
	text := f.prefix + "expect(); "
	for _, e := range operands {
		text += strings.Repeat(f.prefix+"operand(); ", receives(e))
	}
	text = fmt.Sprintf("if %[1]sused != %[1]snone { %[2]s }; ", f.prefix, strings.TrimSuffix(text, "; "))
	f.insert(at, "%s", text)
	if f.expected == nil {
		f.expected = map[token.Pos]string{}
	}
	f.expected[at] = text
}

// receives counts the receives in an expression.
func receives(e ast.Expr) int {
	n := 0
	inspectFunc(e, func(node ast.Node) bool {
		if op, ok := node.(*ast.UnaryExpr); ok && op.Op == token.ARROW {
			n++
		}
		return true
	})
	return n
}

// deferClose sees to it that a return or a panic in the region closes it. A
// deferred call in front of the outermost loop is cheapest. It is wrong where
// that loop defers calls itself, which must run inside the scope of the message
// that they were deferred in and outside of that of later ones, and where a
// goto can jump over it. In a function that defers nothing, the call can stand
// at the start; in others, the messages register it (see open).
func (f *fileRewriter) deferClose(fn *function, reg *region, loop construct) {
	outer := loop
	for _, c := range fn.stack {
		if c.loop {
			outer = c
			break
		}
	}
	switch {
	case !fn.gotos && !hasDefer(outer.stmt):
		fn.hoisted[hoisted{outer.start, reg.token}] = true
	case len(fn.again) == 0:
		fn.early |= 1 << reg.token
	default:
		fn.late |= 1 << reg.token
		reg.late = true
	}
}

// open opens the region's scope at a position.
func (f *fileRewriter) open(fn *function, reg *region, at token.Pos, behind bool) {
	token := f.tokenVar(reg.token)
	open, first := "open", "first"
	switch {
	case reg.accepts:
		open, first = "handle", "handleFirst"
	case reg.sized:
		open, first = "openSized", "firstSized"
		f.sized = true
	}
	text := fmt.Sprintf("%s%s(&%s)", f.prefix, open, token)
	how, within := "close", ""
	if reg.iterated {
		how, within = "leave", fmt.Sprintf("; %swithin(&%s)", f.prefix, token)
	}
	switch {
	case reg.late:
		fn.opens = append(fn.opens, lateOpen{len(f.edits), reg.token, at})
		text = fmt.Sprintf("if %[1]s%[3]s(&%[2]s) != %[1]snone { defer %[1]s%[4]s(&%[2]s) }%[5]s", f.prefix, token, first, how, within)
	case !reg.accepts:
		text = fmt.Sprintf("if %[1]sused != %[1]snone { %[2]s%[4]s } else { %[3]s.state = &%[1]sused }", f.prefix, text, token, within)
	}
	if behind {
		f.insert(at, "; %s", text)
	} else {
		f.insert(at, " %s;", text)
	}
	f.edits[len(f.edits)-1].sited = true
}

// closeEnd closes the scope at the end of the region, if that is reached.
func (f *fileRewriter) closeEnd(reg *region, body []ast.Stmt) {
	if n := len(body); n > 0 {
		if b, ok := body[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
			f.insert(b.Pos(), "%s; ", f.closing(reg, nil))
			return
		}
		if f.terminates(body[n-1], "") {
			return
		}
	}
	f.insert(reg.closeAt, "; %s; ", f.closing(reg, reg.loop))
}

// closing returns the statement that closes a region on the way to next.
//
// As long as nothing of package rt was ever used in the process there is nothing
// to enter: the token says no more than that it would be open. That costs a load
// and a store; a call for each message would be felt.
func (f *fileRewriter) closing(reg *region, next ast.Stmt) string {
	token, how := f.tokenVar(reg.token), "close"
	if reg.ranges && next == reg.loop {
		how = "next" // the loop receives again, with no statement in front
	}
	call := fmt.Sprintf("%s%s(&%s)", f.prefix, how, token)
	if reg.accepts {
		return call
	}
	return fmt.Sprintf("if %[1]sused != %[1]snone { %[2]s } else { %[3]s = %[1]sscope{} }", f.prefix, call, token)
}
