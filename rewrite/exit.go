package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"strings"
)

// An exit is a branch or return statement that leaves regions from inside the
// body of a loop over an iterator, or such a body from inside regions. The
// iterator runs on until it returns: what is outside of the loop is closed only
// behind it. The statement breaks out of the loop, and is done there.
//
// A return has its results evaluated first, into variables.
type exit struct {
	branch
	steps []step
}

// A step of an exit closes regions.
type step struct {
	behind  *construct // the loop over an iterator that was left before; nil: none yet
	closing []string
}

// firstIterator returns the first of the constructs that is a loop over an
// iterator, or nil.
func (f *fileRewriter) firstIterator(stack []construct) *construct {
	for i := range stack {
		if loop, ok := stack[i].stmt.(*ast.RangeStmt); ok && f.isIterator(loop) {
			return &stack[i]
		}
	}
	return nil
}

// closeExits sees to it that each statement of body that leaves the region
// closes it. Regions inside it have been closed already: their calls come first
// where a statement leaves both. A return in no loop over an iterator is left to
// the deferred call, and so is one in a region in which calls are deferred.
func (f *fileRewriter) closeExits(fn *function, reg *region, body []ast.Stmt) {
	defers := hasDefer(&ast.BlockStmt{List: body})
	if reg.iterated && !defers {
		f.leaving(fn, reg, body)
	}
	fn.branches(body, fn.stack, func(b branch) {
		inside := f.firstIterator(b.stack[len(fn.stack):])
		if _, ok := b.stmt.(*ast.ReturnStmt); ok {
			if inside != nil && reg.iterated && !defers {
				fn.leave(b, inside, f.closing(reg, nil))
			}
			return
		}
		switch {
		case reg.start <= b.to && b.to < reg.end:
		case inside == nil:
			f.insert(b.start, "%s; ", f.closing(reg, b.next))
		default:
			fn.leave(b, inside, f.closing(reg, b.next))
		}
	})
}

func (fn *function) exitOf(s ast.Stmt) *exit {
	for _, x := range fn.exits {
		if x.stmt == s {
			return x
		}
	}
	return nil
}

// leave makes b close a region, behind the loop inside.
func (fn *function) leave(b branch, inside *construct, closing string) {
	x := fn.exitOf(b.stmt)
	if x == nil {
		x = &exit{branch: b, steps: []step{{}}}
		fn.exits = append(fn.exits, x)
	}
	last := &x.steps[len(x.steps)-1]
	if last.behind == nil || last.behind.stmt != inside.stmt {
		c := *inside
		x.steps = append(x.steps, step{behind: &c})
		last = &x.steps[len(x.steps)-1]
	}
	last.closing = append(last.closing, closing)
}

// makeExits inserts what the function's exits do, and returns what is declared
// for it at the function's start.
func (f *fileRewriter) makeExits(fn *function) (text string) {
	if len(fn.exits) == 0 {
		return ""
	}
	which := f.prefix + "exit"
	for i, x := range fn.exits {
		src := f.Src[f.file]
		final := string(src[f.offset(x.stmt.Pos()):f.offset(x.stmt.End())])
		if ret, ok := x.stmt.(*ast.ReturnStmt); ok {
			final = f.returnValues(fn, ret, &text)
			for _, reg := range fn.left[ret] { // inside of the first loop
				x.steps[0].closing = append(x.steps[0].closing, f.closing(reg, nil))
			}
		} else if x.stmt.(*ast.BranchStmt).Tok == token.GOTO {
			final = f.expected[x.to] + final
		}
		for j, st := range x.steps {
			do := strings.Join(append(st.closing, ""), "; ")
			if j+1 < len(x.steps) {
				if j == 0 {
					do += fmt.Sprintf("%s = %d; ", which, i+1)
				}
				do += "break " + f.label(fn, x.steps[j+1].behind)
			} else {
				if j > 0 {
					do += which + " = 0; "
				}
				do += final
			}
			if j > 0 {
				at := st.behind.stmt.End()
				f.insertAs(ofExpression, at, fmt.Sprintf("; if %s == %d { %s }", which, i+1, do))
			} else if ret, ok := x.stmt.(*ast.ReturnStmt); ok && len(ret.Results) > 0 {
				f.rename(ret.Pos(), ret.Pos()+token.Pos(len("return")), strings.Join(fn.values, ", ")+" =")
				f.insert(ret.End(), "; %s", do)
			} else {
				// The statement itself follows, though it may never be reached.
				f.insert(x.start, "%s; ", strings.TrimSuffix(strings.TrimSuffix(do, final), "; "))
			}
		}
	}
	return fmt.Sprintf(" var %s int;", which) + text
}

// label returns the label of a loop, which gets one if it has none.
func (f *fileRewriter) label(fn *function, c *construct) string {
	if c.label != "" {
		return c.label
	}
	n, ok := fn.labeled[c.stmt]
	if !ok {
		n = len(fn.labeled)
		fn.labeled[c.stmt] = n
		f.insert(c.stmt.Pos(), "%sl%d: ", f.prefix, n)
	}
	return fmt.Sprintf("%sl%d", f.prefix, n)
}

// returnValues returns the statement that returns what ret does, once its results
// are in fn.values. What has to be declared for that is added to text. Results
// without names get some.
func (f *fileRewriter) returnValues(fn *function, ret *ast.ReturnStmt, text *string) string {
	if len(ret.Results) == 0 {
		return "return"
	}
	if fn.values == nil {
		alone := !fn.results.Opening.IsValid() // one without a name
		if alone {
			f.insert(fn.results.Pos(), "(")
		}
		for _, field := range fn.results.List {
			if field.Names == nil {
				f.insert(field.Type.Pos(), "%s ", f.nextValue(fn))
			}
			for _, id := range field.Names {
				if id.Name == "_" {
					f.rename(id.Pos(), id.End(), f.nextValue(fn))
					continue
				}
				// It may be shadowed where it is returned.
				at := f.nextValue(fn)
				*text += fmt.Sprintf(" %s := &%s;", at, id.Name)
				fn.values[len(fn.values)-1] = "*" + at
			}
		}
		if alone {
			f.insertAs(ofExpression, fn.results.End(), ")")
		}
	}
	return "return " + strings.Join(fn.values, ", ")
}

// nextValue returns the name of the next result, or of a pointer to it.
func (f *fileRewriter) nextValue(fn *function) string {
	name := fmt.Sprintf("%sr%d", f.prefix, len(fn.values))
	fn.values = append(fn.values, name)
	return name
}

// rename is replace where what follows keeps its position.
func (f *fileRewriter) rename(from, to token.Pos, text string) {
	f.replace(from, to, text)
	f.edits[len(f.edits)-1].pos = to
}
