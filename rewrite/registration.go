package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A Registration says that a function takes a callback that is called later. It
// is handled where the function is declared, at the start of its body: so every
// call of it is covered, by whatever name, value or interface it is called, with
// no change where it is called from.
type Registration struct {
	Path  string // import path of the package that declares the function
	Recv  string // name of the receiver's type; "": none
	Func  string
	Param string // name of the parameter, a function or an interface, or a field of it: p.Field; Returned
	Type  string // of the resource
	Once  bool   // it is called once: its resource ends with that, or when it is collected
}

// Returned is the Param of a row whose function returns what is called later.
const Returned = "return"

// A Detached is a go statement of a goroutine that serves the process and not
// its creator.
type Detached struct {
	Path, Recv, Func string // the function that holds the statement
	Call             string // the call that it starts, up to the brace of a function literal
}

// registrationsOf returns the rows of the table, and what the directives above
// it say, about a function.
func (f *fileRewriter) registrationsOf(d *ast.FuncDecl) []Registration {
	var found []Registration
	recv := receiverName(d)
	for _, r := range Registrations {
		if r.Path == f.Path && r.Recv == recv && r.Func == d.Name.Name {
			found = append(found, r)
		}
	}
	if d.Doc == nil {
		return found
	}
	for _, c := range d.Doc.List {
		text, ok := strings.CutPrefix(c.Text, CallbackDirective)
		if !ok {
			continue
		}
		f.callbacks[c] = true
		name := f.Types.Name() + "." + d.Name.Name
		if recv != "" {
			name = f.Types.Name() + "." + recv + "." + d.Name.Name
		}
		row := Registration{Path: f.Path, Recv: recv, Func: d.Name.Name, Type: name}
		params := row.options(strings.Fields(text))
		if len(params) == 0 {
			f.refuse(c.Pos(), "%s names no parameter: write the name of the one that is the callback behind it", CallbackDirective)
		}
		for _, p := range params {
			row.Param = p
			if err := f.bindable(d, p); err != nil {
				f.refuse(c.Pos(), "%s %s: %w", CallbackDirective, p, err)
				continue
			}
			found = append(found, row)
		}
	}
	return found
}

// options takes from the words of a directive what they say of the resource, and
// returns the others.
func (r *Registration) options(words []string) []string {
	var others []string
	for _, word := range words {
		if typ, ok := strings.CutPrefix(word, "type="); ok {
			r.Type = typ
		} else if word == "once" {
			r.Once = true
		} else {
			others = append(others, word)
		}
	}
	return others
}

// CallbackDirective is what a directive about callbacks begins with.
const CallbackDirective = "//asynchooks:callback"

// receiverName returns the name of the type that a method is declared for.
func receiverName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	e := d.Recv.List[0].Type
	for {
		switch t := e.(type) {
		case *ast.StarExpr:
			e = t.X
		case *ast.ParenExpr:
			e = t.X
		case *ast.IndexExpr:
			e = t.X
		case *ast.IndexListExpr:
			e = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}

// paramOf returns the declaration of the parameter of a function that a row
// names, and the type of what it names.
func (f *fileRewriter) paramOf(d *ast.FuncDecl, param string) (*ast.Field, types.Type) {
	if param == Returned && d.Type.Results.NumFields() == 1 {
		return d.Type.Results.List[0], f.typeOf(d.Type.Results.List[0].Type)
	}
	name, path, more := strings.Cut(param, ".")
	for _, field := range d.Type.Params.List {
		for _, id := range field.Names {
			if id.Name != name || id.Name == "_" || f.Info.Defs[id] == nil {
				continue
			}
			t := f.Info.Defs[id].Type()
			for more {
				s, ok := t.Underlying().(*types.Struct)
				if !ok {
					return nil, nil
				}
				var part string
				part, path, more = strings.Cut(path, ".")
				i := slices.IndexFunc(slices.Collect(s.Fields()), func(v *types.Var) bool {
					return v.Name() == part && part != "_" && (v.Exported() || v.Pkg() == f.Types)
				})
				if i < 0 {
					return nil, nil
				}
				t = s.Field(i).Type()
			}
			return field, t
		}
	}
	return nil, nil
}

// bindable reports why the parameter of a function cannot be bound.
func (f *fileRewriter) bindable(d *ast.FuncDecl, param string) error {
	field, t := f.paramOf(d, param)
	switch {
	case field == nil:
		return fmt.Errorf("the function has no such parameter: name one that is a function or an interface, or a field of one that is a struct and no pointer to one")
	case isEllipsis(field):
		return fmt.Errorf("a variadic parameter is a list: take one callback at a time")
	case d.Body == nil:
		return fmt.Errorf("the function has no body in Go")
	}
	return callable(t)
}

func isEllipsis(f *ast.Field) bool {
	_, ok := f.Type.(*ast.Ellipsis)
	return ok
}

// register binds what the callers of a function register by it, as the rows say.
func (f *fileRewriter) register(d *ast.FuncDecl) {
	for _, row := range f.registrationsOf(d) {
		if f.bindable(d, row.Param) != nil {
			continue // a version of a module that a row is not about
		}
		_, t := f.paramOf(d, row.Param)
		n := len(f.bound)
		b := binding{row: row, decl: d}
		if sig := signature(t); sig != nil && !f.oldLanguage() {
			b.shape = shapeOf(sig)
		} else {
			var text string
			var err error
			if named, ok := types.Unalias(t).(*types.Named); ok && f.Stock && sig == nil && f.observes(named) {
				f.note(d.Name.Pos(), FormCallback, Await, "on the stock runtime, values that the package compares or asks for other types are left alone: use rt.Bind")
				continue
			}
			if sig != nil {
				if text, err = f.boundFunction(n, t, f.spell); err == nil {
					f.tail += text
				}
			} else {
				if text, err = f.boundInterface(n, t, row); err == nil {
					f.addedTail += text
				}
			}
			switch {
			case err != nil && !slices.Contains(Registrations, row):
				f.refuse(d.Name.Pos(), "%s %s: %w", CallbackDirective, row.Param, err)
				continue
			case err != nil:
				f.note(d.Name.Pos(), FormCallback, Await, err.Error())
				continue
			}
			b.written = true
		}
		f.bound = append(f.bound, b)
		f.note(d.Name.Pos(), FormCallback, Bind, row.Param+" runs in the scope of who registers it, as "+row.Type)
		if row.Param == Returned {
			f.wrapResults(d, fmt.Sprintf("%scallback%d", f.prefix, n))
			continue
		}
		f.insertAs(ofFunction, d.Body.Lbrace+1, fmt.Sprintf(" %s = %scallback%d(%[1]s);", row.Param, f.prefix, n))
	}
}

// wrapResults puts a call around what a function returns.
func (f *fileRewriter) wrapResults(d *ast.FuncDecl, call string) {
	inspectFunc(d.Body, func(n ast.Node) bool {
		if ret, ok := n.(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
			f.wrap(ret.Results[0].Pos(), ret.Results[0].End(), call)
		}
		return true
	})
}

// skipCallbacks passes over the directives of a declaration that is left alone.
func (f *fileRewriter) skipCallbacks(d ast.Decl) {
	if fn, ok := d.(*ast.FuncDecl); ok && fn.Doc != nil {
		for _, c := range fn.Doc.List {
			f.callbacks[c] = true
		}
	}
}

// callbackErrs reports directives that are in no comment of a function.
func (f *fileRewriter) callbackErrs() {
	for _, group := range f.file.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, CallbackDirective) && !f.callbacks[c] {
				f.refuse(c.Pos(), "%s is in no comment of a function with a body, and names no function of another package: move it above the function whose parameter it names, or write package.Function in front of that", CallbackDirective)
			}
		}
	}
}

// detachedBy returns why the go statement in the function d is one of a row of
// the table; "" if it is not.
func (r *rewriter) detachedBy(d *ast.FuncDecl, src []byte, s *ast.GoStmt) string {
	for _, row := range DetachedGoroutines {
		if row.Path == r.Path && row.Recv == receiverName(d) && row.Func == d.Name.Name && row.Call == r.callText(src, s) {
			return "it serves the process, as the table says"
		}
	}
	return ""
}

// callText returns what a go statement calls, with white space folded and
// without the body of a function literal.
func (r *rewriter) callText(src []byte, s *ast.GoStmt) string {
	end := s.Call.End()
	if fn, ok := s.Call.Fun.(*ast.FuncLit); ok {
		end = fn.Body.Lbrace + 1
	}
	at := func(p token.Pos) int { return r.Fset.PositionFor(p, false).Offset }
	return strings.Join(strings.Fields(string(src[at(s.Call.Pos()):at(end)])), " ")
}

// HasRows reports whether the tables say anything about a package.
func HasRows(path string) bool {
	return slices.ContainsFunc(Registrations, func(r Registration) bool { return r.Path == path }) ||
		slices.ContainsFunc(DetachedGoroutines, func(d Detached) bool { return d.Path == path })
}
