package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"
)

// stockFunc puts package rt's form of a function in its place.
func (f *fileRewriter) stockFunc(sel *ast.SelectorExpr) {
	id, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	pkg, ok := f.Info.Uses[id].(*types.PkgName)
	if !ok {
		return
	}
	fn, ok := f.Info.Uses[sel.Sel].(*types.Func)
	if !ok || stockFuncs[fn.FullName()] == "" {
		return
	}
	if f.qualified == nil {
		f.qualified = map[*types.PkgName]int{}
	}
	f.qualified[pkg]++
	f.replace(sel.Pos(), sel.End(), f.prefix+"."+stockFuncs[fn.FullName()])
}

// stockMethod turns the call of a timer's method into that of a function.
func (f *fileRewriter) stockMethod(call *ast.CallExpr) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || f.started[call] {
		return
	}
	s := f.Info.Selections[sel]
	if s == nil || s.Kind() != types.MethodVal || len(s.Index()) != 1 {
		return
	}
	fn := stockMethods[s.Obj().(*types.Func).FullName()]
	if fn == "" {
		return
	}
	address := ""
	if _, ok := s.Recv().Underlying().(*types.Pointer); !ok {
		address = "&"
	}
	f.insert(sel.X.Pos(), "%s.%s(%s", f.prefix, fn, address)
	comma := ""
	if len(call.Args) > 0 {
		comma = ", "
	}
	f.replace(sel.X.End(), call.Lparen+1, comma)
}

// dropImports makes imports that nothing uses any more blank ones.
func (f *fileRewriter) dropImports() {
	uses := map[*types.PkgName]int{}
	ast.Inspect(f.file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			if pkg, ok := f.Info.Uses[id].(*types.PkgName); ok {
				uses[pkg]++
			}
		}
		return true
	})
	for _, spec := range f.file.Imports {
		pkg, ok := f.Info.Implicits[spec].(*types.PkgName)
		if spec.Name != nil {
			pkg, ok = f.Info.Defs[spec.Name].(*types.PkgName)
		}
		if !ok || f.qualified[pkg] == 0 || f.qualified[pkg] < uses[pkg] {
			continue
		}
		if spec.Name != nil {
			f.replace(spec.Name.Pos(), spec.Name.End(), "_")
		} else {
			f.insert(spec.Path.Pos(), "_ ")
		}
	}
}

// stockSelects lowers the selects of a function that send.
func (f *fileRewriter) stockSelects(body *ast.BlockStmt) {
	type labelledSelect struct {
		label string
		text  string
	}
	var labels []labelledSelect
	labelOf := map[ast.Stmt]*ast.LabeledStmt{}
	n := 0
	inspectFunc(body, func(node ast.Node) bool {
		if l, ok := node.(*ast.LabeledStmt); ok {
			labelOf[l.Stmt] = l
			if of := labelOf[l]; of != nil {
				labelOf[l.Stmt] = of
			}
		}
		s, ok := node.(*ast.SelectStmt)
		if !ok || !slices.ContainsFunc(s.Body.List, sends) {
			return true
		}
		name := fmt.Sprintf("%sSelect%d", f.prefix, n)
		n++
		start := s.Pos()
		text := name + ".Begin(); "
		if l := labelOf[s]; l != nil {
			start = l.Pos()
		}
		for l := labelOf[s]; l != nil; {
			labels = append(labels, labelledSelect{l.Label.Name, text})
			next, _ := l.Stmt.(*ast.LabeledStmt)
			l = next
		}
		f.insert(start, "%s", text)
		f.edits[len(f.edits)-1].sited = true
		for _, c := range s.Body.List {
			end := "NotSent"
			if sends(c) {
				end = "Sent"
			}
			f.insert(c.(*ast.CommClause).Colon+1, " %s.%s();", name, end)
		}
		return true
	})
	if n == 0 {
		return
	}
	var names []string
	for i := range n {
		names = append(names, fmt.Sprintf("%sSelect%d", f.prefix, i))
	}
	at := body.Lbrace + 1
	f.insertAs(ofFunction, at, fmt.Sprintf(" var %s %s.SelectSend;", strings.Join(names, ", "), f.prefix))
	inspectFunc(body, func(node ast.Node) bool {
		// A goto jumps over what stands in front of the label.
		if b, ok := node.(*ast.BranchStmt); ok && b.Tok == token.GOTO {
			for _, l := range labels {
				if l.label == b.Label.Name {
					f.insert(b.Pos(), "%s", l.text)
				}
			}
		}
		return true
	})
}

func sends(c ast.Stmt) bool {
	_, ok := c.(*ast.CommClause).Comm.(*ast.SendStmt)
	return ok
}

// stockCallback binds a parameter at the start of the function that it is of.
func (f *fileRewriter) stockCallback(b binding) {
	d := b.decl
	_, t := f.paramOf(d, b.row.Param)
	name := f.stockBinding("Register", b.row, t)
	if name == "" {
		return // the decision says why
	}
	if b.row.Param == Returned {
		f.wrapResults(d, name)
		return
	}
	at := d.Body.Lbrace + 1
	f.insertAs(ofFunction, at, fmt.Sprintf(" %s = %s(%[1]s);", b.row.Param, name))
}

// stockForeign binds the arguments of a call of a foreign function that are
// callbacks.
func (f *fileRewriter) stockForeign(call *ast.CallExpr) {
	callbacks, shift := f.foreignFunc(call.Fun)
	if len(callbacks) == 0 || f.started[call] {
		return
	}
	sig := signature(f.typeOf(call.Fun))
	if sig == nil || len(call.Args) == 1 && sig.Params().Len() > 1 {
		return // the results of a call
	}
	for _, c := range callbacks {
		arg := call.Args[c.index+shift]
		if f.isNil(arg) {
			continue
		}
		if name := f.stockBinding("RegisterHere", c.row, sig.Params().At(c.index+shift).Type()); name != "" {
			f.wrap(arg.Pos(), arg.End(), name)
		}
	}
}

// stockBinding writes the function that binds callbacks of type t and registers
// them by a function of package rt, and returns its name: "" if the type cannot
// be spelled.
func (f *fileRewriter) stockBinding(by string, row Registration, t types.Type) string {
	key := foreignKey{row, by + " " + types.TypeString(t, nil)}
	if name := f.callbackNames[key]; name != "" {
		return name
	}
	n := len(f.callbackNames)
	name := fmt.Sprintf("%sCallback%d_%s", f.prefix, n, f.fileWord())
	once := strconv.FormatBool(row.Once)
	if f.Types.Scope().Lookup(once) != nil {
		once = map[bool]string{true: "0 == 0", false: "0 != 0"}[row.Once] // the package has a word of its own
	}
	register := fmt.Sprintf("%s.%s(%q, %s)", f.prefix, by, row.Type, once)
	text := ""
	if sig := signature(t); sig == nil {
		var err error
		if text, err = f.stockInterface(n, name, register, t); err != nil {
			return ""
		}
	} else {
		sh := shapeOf(sig)
		if sh.params+sh.results > 0 && f.oldLanguage() {
			return ""
		}
		list, sigText, args, ret := sh.spell()
		text = fmt.Sprintf(`
// %[1]s binds f to the scope in which it is registered.
func %[1]s%[2]s(f %[3]s) %[3]s {
	if %[7]s.IsNil(f) {
		return f
	}
	c := %[4]s
	if !c.Bound() {
		return f
	}
	return %[3]s {
		defer c.Enter().Leave()
		%[5]sf(%[6]s)
	}
}
`, name, f.anyList(list), plain(sigText), register, ret, args, f.prefix)
	}
	f.tail += text
	if f.callbackNames == nil {
		f.callbackNames = map[foreignKey]string{}
	}
	f.callbackNames[key] = name
	return name
}

// stockInterface writes the type that an interface value is bound by.
func (f *fileRewriter) stockInterface(n int, name, register string, t types.Type) (string, error) {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.TypeArgs().Len() > 0 {
		return "", fmt.Errorf("the type of an interface that is bound must have a name and no type arguments")
	}
	expr, err := f.spell(named)
	if err != nil {
		return "", err
	}
	x := f.prefix
	var b strings.Builder
	fmt.Fprintf(&b, "\n// %[1]sBound%[2]d_%[4]s is a %[3]s whose methods run in the scope in which it was registered.\ntype %[1]sBound%[2]d_%[4]s struct {\n\t%[3]s\n\t%[1]sCallback *%[1]s.Callback\n}\n", x, n, expr, f.fileWord())
	it := t.Underlying().(*types.Interface)
	for i := range it.NumMethods() {
		m := it.Method(i)
		if m.Name() == named.Obj().Name() {
			return "", fmt.Errorf("a method of the interface %s has its name, and a struct that holds one can have no such method", m.Name())
		}
		if !m.Exported() && m.Pkg() != f.Types {
			continue
		}
		params, results, args, ret, err := f.spellSignature(m.Signature(), f.spell)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "\nfunc (%[1]sb %[1]sBound%[2]d_%[9]s) %[3]s(%[4]s) (%[5]s) {\n\tdefer %[1]sb.%[1]sCallback.Enter().Leave()\n\t%[6]s%[1]sb.%[7]s.%[3]s(%[8]s)\n}\n",
			x, n, m.Name(), params, results, ret, named.Obj().Name(), args, f.fileWord())
	}
	fmt.Fprintf(&b, `
// %[1]s binds v to the scope in which it is registered.
func %[1]s(v %[2]s) %[2]s {
	if %[4]s.IsNil(v) {
		return v
	}
	c := %[3]s
	if !c.Bound() {
		return v
	}
	return %[4]sBound%[5]d_%[6]s{v, c}
}
`, name, expr, register, x, n, f.fileWord())
	return b.String(), nil
}
