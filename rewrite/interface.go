package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// maxOptional is how many optional interfaces a bound value can have: there is a
// type for each combination.
const maxOptional = 4

// A boundValue is an interface type whose values are bound, and the types that
// take their place.
type boundValue struct {
	typ      *types.Named
	text     string // the type, in the file that is added to the package
	wrappers []wrapper
	table    bool // no directive says so
}

// A wrapper is the name of a type that takes the place of others, and of its
// field that has the value.
type wrapper struct{ name, field string }

// boundInterface writes what binds the n-th parameter, values of an interface
// type: the interface, with its methods called in the scope of the registration.
// It has the methods of other interfaces as well that the package looks for in
// such values, and that the value has. It stands in the added file.
func (r *rewriter) boundInterface(n int, t types.Type, row Registration) (string, error) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeArgs().Len() > 0 {
		return "", fmt.Errorf("the type of an interface that is bound must have a name and no type arguments")
	}
	expr, err := r.spellAdded(named)
	if err != nil {
		return "", err
	}
	optional, err := r.optional(named)
	if err != nil {
		return "", err
	}
	spelled := make([]string, len(optional))
	for i, o := range optional {
		if spelled[i], err = r.spellAdded(o); err != nil {
			return "", err
		}
	}
	x := r.prefix
	var wrapped, looks, cases strings.Builder
	embedded := fmt.Sprintf("%sembedded%d", x, n) // a method can have the type's own name
	fmt.Fprintf(&wrapped, "\ntype %s = %s\n", embedded, expr)
	v := r.boundValue(named, expr)
	v.table = v.table || slices.Contains(Registrations, row)
	for i := range optional {
		fmt.Fprintf(&looks, "o%d, k%[1]d := v.(%s); ", i, spelled[i])
	}
	// The combinations with most come first.
	for mask := 1<<len(optional) - 1; mask >= 0; mask-- {
		name := fmt.Sprintf("%sinterface%d_%d", x, n, mask)
		v.wrappers = append(v.wrappers, wrapper{name, embedded})
		fields, values, conditions := "", "", ""
		from := []methodsOf{{embedded, named}}
		for i, o := range optional {
			if mask&(1<<i) == 0 {
				continue
			}
			field := fmt.Sprintf("%soptional%d", x, i)
			fields += fmt.Sprintf("; %s %s", field, spelled[i])
			values += fmt.Sprintf(", o%d", i)
			conditions += fmt.Sprintf(" && k%d", i)
			from = append(from, methodsOf{field, o})
		}
		fmt.Fprintf(&wrapped, "\ntype %s struct { %s; %sregistration %[3]sresource%s }\n", name, embedded, x, fields)
		text, err := r.boundMethods(name, from)
		if err != nil {
			return "", err
		}
		wrapped.WriteString(text)
		if mask > 0 {
			fmt.Fprintf(&cases, "if %s { return %s{v, r%s} }; ", strings.TrimPrefix(conditions, " && "), name, values)
		} else {
			fmt.Fprintf(&cases, "return %s{v, r}", name)
		}
	}
	return fmt.Sprintf("%s//go:noinline\nfunc %scallback%d(v %s) %[4]s { r := %[2]sbindSpelled(%[2]sresource(&v), %[2]sresource(&%[2]sname%[3]d)); if r == %[2]snull { return v }; %[5]s%[6]s }\n",
		wrapped.String(), x, n, expr, looks.String(), cases.String()), nil
}

// methodsOf is an interface whose methods a field has.
type methodsOf struct {
	field string
	typ   *types.Named
}

// boundMethods writes the methods of a bound value, each once.
func (r *rewriter) boundMethods(name string, from []methodsOf) (string, error) {
	x := r.prefix
	var b strings.Builder
	seen := map[string]bool{}
	for _, part := range from {
		it := part.typ.Underlying().(*types.Interface)
		for i := range it.NumMethods() {
			m := it.Method(i)
			if seen[m.Name()] || !m.Exported() && m.Pkg() != r.Types {
				continue
			}
			seen[m.Name()] = true
			params, results, args, ret, err := r.spellSignature(m.Signature(), r.spellAdded)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(&b, "/*line :%[8]d:1*/func (%[1]sw %[2]s) %[3]s(%[4]s) (%[5]s) { var %[1]st %[1]sscope; defer %[1]sclose(&%[1]st); %[1]senter(&%[1]st, %[1]sw.%[1]sregistration); %[6]s%[1]sw.%[9]s.%[3]s(%[7]s) }\n",
				x, name, m.Name(), params, results, ret, args, boundLine, part.field)
		}
	}
	return b.String(), nil
}

// optional returns the interfaces that the package looks for in values of t, by
// type assertions and switches.
func (r *rewriter) optional(t *types.Named) ([]*types.Named, error) {
	var found []*types.Named
	for _, f := range r.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			for _, e := range r.assertedOf(n, t) {
				o, ok := types.Unalias(r.typeOf(e)).(*types.Named)
				if !ok || !types.IsInterface(o) || o.TypeArgs().Len() > 0 || types.Implements(t, o.Underlying().(*types.Interface)) || slices.Contains(found, o) {
					continue
				}
				found = append(found, o)
			}
			return true
		})
	}
	if len(found) > maxOptional {
		return nil, fmt.Errorf("the package looks for %d other interfaces in values of %s, which is more than %d: bind functions, by rt.Bind", len(found), t.Obj().Name(), maxOptional)
	}
	return found, nil
}

// assertedOf returns the types that a type assertion or switch n looks for in a
// value of t.
func (r *rewriter) assertedOf(n ast.Node, t *types.Named) []ast.Expr {
	switch n := n.(type) {
	case *ast.TypeAssertExpr:
		if n.Type != nil && r.isType(n.X, t) {
			return []ast.Expr{n.Type}
		}
	case *ast.TypeSwitchStmt:
		if !r.isType(switched(n), t) {
			return nil
		}
		var all []ast.Expr
		for _, c := range n.Body.List {
			all = append(all, c.(*ast.CaseClause).List...)
		}
		return all
	}
	return nil
}

// switched returns the value that a type switch is about.
func switched(s *ast.TypeSwitchStmt) ast.Expr {
	switch a := s.Assign.(type) {
	case *ast.ExprStmt:
		return ast.Unparen(a.X).(*ast.TypeAssertExpr).X
	case *ast.AssignStmt:
		return ast.Unparen(a.Rhs[0]).(*ast.TypeAssertExpr).X
	}
	return nil
}

func (r *rewriter) isType(e ast.Expr, t *types.Named) bool {
	typ := r.typeOf(e)
	return typ != nil && types.Identical(typ, t)
}

// boundValue returns what is known of an interface type whose values are bound.
func (r *rewriter) boundValue(t *types.Named, text string) *boundValue {
	i := slices.IndexFunc(r.boundValues, func(v *boundValue) bool { return types.Identical(v.typ, t) })
	if i < 0 {
		i = len(r.boundValues)
		r.boundValues = append(r.boundValues, &boundValue{typ: t, text: text})
	}
	return r.boundValues[i]
}

// identity sees to it that the package can tell bound values by what they are:
// where it compares them, or asks for a type that is no interface, the value
// itself takes the place of the bound one.
func (f *fileRewriter) identity() {
	for k, v := range f.boundValues {
		unwrap := fmt.Sprintf("%sunwrap%d", f.prefix, k)
		wrap := func(e ast.Expr) {
			if e != nil && f.isType(e, v.typ) {
				f.wrap(e.Pos(), e.End(), unwrap)
			}
		}
		for _, d := range f.file.Decls {
			if f.isOff(d) {
				continue
			}
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					if (n.Op == token.EQL || n.Op == token.NEQ) && !f.isNil(n.X) && !f.isNil(n.Y) {
						wrap(n.X)
						wrap(n.Y)
					}
				case *ast.SwitchStmt:
					wrap(n.Tag)
					if n.Tag != nil {
						for _, c := range n.Body.List {
							for _, e := range c.(*ast.CaseClause).List {
								wrap(e)
							}
						}
					}
				case *ast.TypeAssertExpr:
					if n.Type != nil && !types.IsInterface(f.typeOf(n.Type)) {
						wrap(n.X)
					}
				case *ast.TypeSwitchStmt:
					if slices.ContainsFunc(f.assertedOf(n, v.typ), func(e ast.Expr) bool { return !f.isNil(e) && !types.IsInterface(f.typeOf(e)) }) {
						wrap(switched(n))
					}
				case *ast.IndexExpr:
					f.keys(v, n, f.typeOf(n.X))
				}
				return true
			})
		}
	}
}

// observes reports whether the package compares values of t, or asks them for
// another type.
func (r *rewriter) observes(t *types.Named) bool {
	found := false
	for _, f := range r.Files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				found = found || (n.Op == token.EQL || n.Op == token.NEQ) && !r.isNil(n.X) && !r.isNil(n.Y) && (r.isType(n.X, t) || r.isType(n.Y, t))
			case *ast.SwitchStmt:
				found = found || n.Tag != nil && r.isType(n.Tag, t)
			}
			found = found || len(r.assertedOf(n, t)) > 0
			return !found
		})
	}
	return found
}

func (r *rewriter) isNil(e ast.Expr) bool {
	tv, ok := r.Info.Types[e]
	return ok && tv.IsNil()
}

// keys refuses maps whose keys are values that are bound: a value that was
// registered is not found by the one that was given.
func (f *fileRewriter) keys(v *boundValue, at ast.Expr, t types.Type) {
	if t == nil || v.table {
		return
	}
	if m, ok := t.Underlying().(*types.Map); ok && types.Identical(m.Key(), v.typ) {
		f.refuse(at.Pos(), "values of %s, which %s binds, are keys of a map: use another key, or bind what is called by rt.Bind", v.typ.Obj().Name(), CallbackDirective)
	}
}

// unwrapping writes the functions that identity calls.
func (r *rewriter) unwrapping() string {
	var b strings.Builder
	for k, v := range r.boundValues {
		fmt.Fprintf(&b, "\nfunc %sunwrap%d(v %s) %[3]s {\n\tfor {\n\t\tswitch w := v.(type) {\n", r.prefix, k, v.text)
		for _, w := range v.wrappers {
			fmt.Fprintf(&b, "\t\tcase %s:\n\t\t\tv = w.%s\n", w.name, w.field)
		}
		b.WriteString("\t\tdefault:\n\t\t\treturn v\n\t\t}\n\t}\n}\n")
	}
	return b.String()
}
