package rewrite

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"slices"
	"strings"
)

// foreignCall binds the arguments of a call of a foreign function that are
// callbacks.
func (f *fileRewriter) foreignCall(call *ast.CallExpr) {
	callbacks, shift := f.foreignFunc(call.Fun)
	if len(callbacks) == 0 {
		return
	}
	sig := signature(f.typeOf(call.Fun))
	if len(call.Args) == 1 && sig.Params().Len() > 1 {
		return // the results of a call: the function itself is bound, as a value
	}
	f.sawForeign(call.Fun)
	for _, c := range callbacks {
		arg := call.Args[c.index+shift]
		if f.isNil(arg) {
			f.note(arg.Pos(), FormCallback, Await, "nil is no function")
			continue
		}
		name, err := f.foreignBinding(c.row, sig.Params().At(c.index+shift).Type())
		if err != nil {
			f.foreignError(arg, c.row, err)
			continue
		}
		f.note(arg.Pos(), FormCallback, Bind, "a directive says so of "+c.row.name())
		f.wrap(arg.Pos(), arg.End(), name)
	}
}

// foreignValue binds a foreign function that is used as a value: a method value,
// say. Whoever calls it registers.
func (f *fileRewriter) foreignValue(e ast.Expr) bool {
	callbacks, shift := f.foreignFunc(e)
	if len(callbacks) == 0 || f.foreignSeen[genericOf(e)] {
		return false
	}
	f.sawForeign(e)
	if f.Stock {
		f.note(e.Pos(), FormCallback, Await, "on the stock runtime, a function of another package is bound where it is called, and not as a value")
		return true
	}
	sig := signature(f.typeOf(e))
	if fn := f.foreignCallee(e).(*types.Func); fn.Origin().Signature().TypeParams().Len() > typeArgs(e) {
		f.foreignError(e, callbacks[0].row, fmt.Errorf("a generic function is used as a value, or called with the results of another: give its type arguments"))
		return true
	}
	if f.oldLanguage() {
		f.foreignError(e, callbacks[0].row, fmt.Errorf("the function is used as a value, whose binding needs the type parameters of Go 1.18: call it"))
		return true
	}
	binds := map[int]string{}
	for _, c := range callbacks {
		name, err := f.foreignBinding(c.row, sig.Params().At(c.index+shift).Type())
		if err != nil {
			f.foreignError(e, c.row, err)
			return true
		}
		binds[c.index+shift] = name
	}
	text, err := f.valueBinding(sig, binds)
	if err != nil {
		f.foreignError(e, callbacks[0].row, err)
		return true
	}
	f.note(e.Pos(), FormCallback, Bind, "a directive says so of "+callbacks[0].row.name())
	f.wrap(e.Pos(), e.End(), text)
	return true
}

// foreignBinding returns the name of the function that binds values of type t,
// which stands in the file that is added to the package.
func (f *fileRewriter) foreignBinding(row Registration, t types.Type) (string, error) {
	sig := signature(t)
	b := binding{row: row, foreign: true}
	b.written = sig == nil || f.oldLanguage()
	key := foreignKey{row, types.TypeString(t, nil)}
	if !b.written {
		b.shape = shapeOf(sig)
		key.what = b.shape.name()
	}
	if name := f.foreignBound[key]; name != "" {
		return name, nil
	}
	n := len(f.bound)
	if b.written {
		text, err := "", error(nil)
		if sig != nil {
			text, err = f.boundFunction(n, t, f.spellAdded)
		} else {
			text, err = f.boundInterface(n, t, row)
		}
		if err != nil {
			return "", err
		}
		f.addedTail += text
	}
	f.bound = append(f.bound, b)
	name := fmt.Sprintf("%scallback%d", f.prefix, n)
	f.foreignBound[key] = name
	return name, nil
}

// foreignKey tells the functions that bind from each other.
type foreignKey struct {
	row  Registration
	what string // shape or type
}

// spellAdded returns the expression of a type in the file that is added to the
// package, and sees to the imports of that.
func (r *rewriter) spellAdded(t types.Type) (string, error) {
	var missing string
	s := types.TypeString(t, func(p *types.Package) string {
		if p == r.Types {
			return ""
		}
		if !slices.Contains(r.Types.Imports(), p) {
			missing = p.Path()
			return p.Name()
		}
		if r.addedImports[p.Path()] == "" {
			r.addedImports[p.Path()] = fmt.Sprintf("%simport%d", r.prefix, len(r.addedImports))
		}
		return r.addedImports[p.Path()]
	})
	if missing != "" {
		return "", fmt.Errorf("a type of the interface is one of %s: import that in the package, with the name _ if need be", missing)
	}
	if name := r.redeclared(s); name != "" {
		return "", fmt.Errorf("the type %s cannot be named in the package, which declares %s as something of its own", s, name)
	}
	return s, nil
}

// redeclared returns a predeclared name in a type's expression that the package
// declares anew; "" if there is none.
func (r *rewriter) redeclared(expr string) string {
	e, err := parser.ParseExpr(expr)
	if err != nil {
		return ""
	}
	found := ""
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && types.Universe.Lookup(id.Name) != nil && r.Types.Scope().Lookup(id.Name) != nil {
			found = id.Name
		}
		return true
	})
	return found
}

// valueBinding writes the function that binds the parameters of functions that
// have the signature sig, by the functions of binds, and returns its name.
func (f *fileRewriter) valueBinding(sig *types.Signature, binds map[int]string) (string, error) {
	var list, params, args []string
	for i := range sig.Params().Len() {
		typ, arg := fmt.Sprintf("P%d", i), fmt.Sprintf("p%d", i)
		switch t := sig.Params().At(i).Type(); {
		case binds[i] == "":
			list = append(list, typ+" interface{}")
			if sig.Variadic() && i == sig.Params().Len()-1 {
				typ, arg = "..."+typ, arg+"..."
			}
		case signature(t) != nil:
			constraint, inner := callbackConstraint(i, signature(t))
			list = append(list, typ+" "+constraint)
			for _, name := range inner {
				list = append(list, name+" interface{}")
			}
			arg = binds[i]
			if len(inner) > 0 {
				arg += "[" + strings.Join(inner, ", ") + "]"
			}
			arg += fmt.Sprintf("(p%d)", i)
		default:
			spelled, err := f.spellAdded(t)
			if err != nil {
				return "", err
			}
			typ, arg = spelled, fmt.Sprintf("%s(p%d)", binds[i], i)
		}
		params = append(params, fmt.Sprintf("p%d %s", i, typ))
		args = append(args, arg)
	}
	var results []string
	for i := range sig.Results().Len() {
		list = append(list, fmt.Sprintf("R%d interface{}", i))
		results = append(results, fmt.Sprintf("R%d", i))
	}
	ret := ""
	if len(results) > 0 {
		ret = "return "
	}
	tparams := ""
	if len(list) > 0 {
		tparams = "[" + strings.Join(list, ", ") + "]"
	}
	typ := fmt.Sprintf("func(%s) (%s)", strings.Join(params, ", "), strings.Join(results, ", "))
	name := fmt.Sprintf("%svalue%d", f.prefix, f.values)
	f.values++
	f.addedTail += fmt.Sprintf("\n//go:noinline\nfunc %s%s(f %s) %[3]s { return /*line :%[4]d:1*/%[3]s { %[5]sf(%[6]s) } }\n", name, tparams, typ, boundLine, ret, strings.Join(args, ", "))
	return name, nil
}

// callbackConstraint returns the constraint of the type of a callback, and the
// type parameters that it names.
func callbackConstraint(i int, sig *types.Signature) (constraint string, names []string) {
	var params, results []string
	for k := range sig.Params().Len() {
		name := fmt.Sprintf("A%d_%d", i, k)
		names = append(names, name)
		if sig.Variadic() && k == sig.Params().Len()-1 {
			name = "..." + name
		}
		params = append(params, name)
	}
	for k := range sig.Results().Len() {
		name := fmt.Sprintf("B%d_%d", i, k)
		names = append(names, name)
		results = append(results, name)
	}
	return fmt.Sprintf("interface{ ~func(%s) (%s) }", strings.Join(params, ", "), strings.Join(results, ", ")), names
}

// typeArgs counts the type arguments of an expression.
func typeArgs(e ast.Expr) int {
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return 1
	case *ast.IndexListExpr:
		return len(e.Indices)
	}
	return 0
}

// sawForeign notes that the name of a function, and its parts, were looked at.
func (f *fileRewriter) sawForeign(e ast.Expr) {
	e = genericOf(e)
	f.foreignSeen[e] = true
	if sel, ok := e.(*ast.SelectorExpr); ok {
		f.foreignSeen[sel.Sel] = true
	}
}

func (f *fileRewriter) foreignError(e ast.Expr, row Registration, err error) {
	f.refuse(e.Pos(), "%s %s: %w", CallbackDirective, row.name(), err)
}

// name is how messages call the function of a row.
func (r Registration) name() string {
	name := r.Path
	if r.Recv != "" {
		name += "." + r.Recv
	}
	return name + "." + r.Func
}
