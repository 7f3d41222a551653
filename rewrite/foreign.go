package rewrite

import (
	"crypto/sha256"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// A directive that stands in no function's comment names a function of another
// package. That is compiled as it is: what is bound is the argument, in each call
// that the directive's package and those which import it make. They learn of it
// by a constant in the archive of the directive's package, so that the go command
// builds them again when it changes.

// foreignName returns the name of the constant in the package path. Two packages
// that a file imports with a dot have different ones.
func foreignName(path string) string {
	sum := sha256.Sum256([]byte(path))
	return fmt.Sprintf("%s%x", sitescan.ForeignMark, sum[:6])
}

// ForeignOf returns what the directives of a package that was compiled by the
// tool say about functions of other packages.
func ForeignOf(pkg *types.Package) []Registration {
	c, ok := pkg.Scope().Lookup(foreignName(pkg.Path())).(*types.Const)
	if !ok || c.Val().Kind() != constant.String {
		return nil
	}
	var rows []Registration
	for line := range strings.Lines(constant.StringVal(c.Val())) {
		f := strings.Split(strings.TrimSuffix(line, "\n"), " ")
		if len(f) == 6 {
			rows = append(rows, Registration{Path: f[0], Recv: f[1], Func: f[2], Param: f[3], Type: f[4], Once: f[5] == "once"})
		}
	}
	return rows
}

// foreignText is the value of the constant for these rows.
func foreignText(rows []Registration) string {
	var b strings.Builder
	for _, r := range rows {
		how := "many"
		if r.Once {
			how = "once"
		}
		fmt.Fprintln(&b, r.Path, r.Recv, r.Func, r.Param, r.Type, how)
	}
	return b.String()
}

// ParseForeign returns what the directives of a file say about functions of
// other packages. nameOf gives the name of a package that the file imports.
func ParseForeign(fset *token.FileSet, file *ast.File, nameOf func(path string) string) ([]Registration, error) {
	d := directivesOf(fset, file)
	if d.off || d.allOff {
		return nil, nil
	}
	var rows []Registration
	for _, c := range foreignDirectives(file) {
		r, err := parseForeign(file, c, nameOf)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", fset.Position(c.Pos()), err)
		}
		rows = append(rows, r...)
	}
	return rows, nil
}

// foreignDirectives returns the directives about callbacks that stand in no
// function and in no function's comment.
func foreignDirectives(file *ast.File) []*ast.Comment {
	var found []*ast.Comment
	for _, group := range file.Comments {
		for _, c := range group.List {
			if !strings.HasPrefix(c.Text, CallbackDirective) {
				continue
			}
			inside := slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
				fn, ok := d.(*ast.FuncDecl)
				return ok && (fn.Doc == group || fn.Pos() <= c.Pos() && c.Pos() < fn.End())
			})
			if fields := strings.Fields(c.Text[len(CallbackDirective):]); !inside && len(fields) > 0 && strings.Contains(fields[0], ".") {
				found = append(found, c)
			}
		}
	}
	return found
}

// parseForeign reads a directive: the function, its parameters that are
// callbacks, and what the resource is.
func parseForeign(file *ast.File, c *ast.Comment, nameOf func(path string) string) ([]Registration, error) {
	words := strings.Fields(c.Text[len(CallbackDirective):])
	row := Registration{}
	rest, pkg := strings.NewReplacer("(", "", "*", "", ")", "").Replace(words[0]), ""
	for _, imp := range file.Imports {
		path, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue
		}
		name := nameOf(path)
		for _, prefix := range []string{path, name, localName(imp)} {
			if after, ok := strings.CutPrefix(rest, prefix+"."); ok && prefix != "" && (row.Path == "" || prefix == path) {
				row.Path, pkg, row.Func = path, name, after
			}
		}
	}
	if row.Path == "" {
		return nil, fmt.Errorf("%s %s: the file imports no such package: import it, with the name _ if need be", CallbackDirective, words[0])
	}
	if recv, fn, ok := strings.Cut(row.Func, "."); ok {
		row.Recv, row.Func = recv, fn
	}
	row.Type = strings.Join(slices.DeleteFunc([]string{pkg, row.Recv, row.Func}, func(s string) bool { return s == "" }), ".")
	params := row.options(words[1:])
	if len(params) == 0 {
		return nil, fmt.Errorf("%s %s names no parameter: write the name of the one that is the callback behind it, or its number, counted from 1", CallbackDirective, words[0])
	}
	var rows []Registration
	for _, p := range params {
		row.Param = p
		rows = append(rows, row)
	}
	return rows, nil
}

func localName(imp *ast.ImportSpec) string {
	if imp.Name == nil || imp.Name.Name == "_" || imp.Name.Name == "." {
		return ""
	}
	return imp.Name.Name
}

// A foreignCallback is a parameter of a function of another package.
type foreignCallback struct {
	row   Registration
	index int // of the parameter
}

// findForeign collects what the package and those that it imports say about
// foreign functions. Directives that say nothing are errors of their files.
func (r *rewriter) findForeign(files []*fileRewriter) {
	r.foreign = map[*types.Func][]foreignCallback{}
	for _, f := range files {
		for _, c := range foreignDirectives(f.file) {
			f.callbacks[c] = true
			rows, err := parseForeign(f.file, c, r.importName)
			for _, row := range rows {
				if err == nil {
					err = r.addForeign(row)
				}
			}
			if err != nil {
				f.refuse(c.Pos(), "%w", err)
				continue
			}
			r.exported = append(r.exported, rows...)
		}
	}
	inherited := r.Foreign
	for _, imp := range r.Types.Imports() {
		inherited = append(inherited, ForeignOf(imp)...)
	}
	for _, row := range inherited {
		// Its own package was told of a mistake.
		_ = r.addForeign(row)
	}
}

// importName returns the name of a package that the package imports.
func (r *rewriter) importName(path string) string {
	for _, imp := range r.Types.Imports() {
		if imp.Path() == path || strings.HasSuffix(imp.Path(), "/vendor/"+path) {
			return imp.Name()
		}
	}
	return ""
}

// addForeign notes the function of a row, if it can be bound.
func (r *rewriter) addForeign(row Registration) error {
	where := row.Path + "." + row.Func
	if row.Recv != "" {
		where = row.Path + "." + row.Recv + "." + row.Func
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s %s %s: %s", CallbackDirective, where, row.Param, fmt.Sprintf(format, args...))
	}
	if row.Path == r.Path {
		return fail("the function is this package's own: write %s %s into the comment above it", CallbackDirective, row.Param)
	}
	fn := findFunc(r.Types, row)
	if fn == nil {
		return fail("there is no such function or method")
	}
	if slices.ContainsFunc(Registrations, func(t Registration) bool {
		return t.Path == row.Path && t.Recv == row.Recv && t.Func == row.Func
	}) {
		return fail("it is bound without a directive: remove this one")
	}
	params := fn.Signature().Params()
	i := slices.IndexFunc(slices.Collect(params.Variables()), func(v *types.Var) bool { return v.Name() == row.Param })
	if n, err := strconv.Atoi(row.Param); err == nil && 1 <= n && n <= params.Len() {
		i = n - 1
	}
	switch {
	case i < 0:
		return fail("the function has no such parameter: it is %s", types.TypeString(fn.Signature(), types.RelativeTo(fn.Pkg())))
	case fn.Signature().Variadic() && i == params.Len()-1:
		return fail("a variadic parameter is a list: bind each function by rt.Bind")
	}
	if err := callable(params.At(i).Type()); err != nil {
		return fail("%v", err)
	}
	if slices.ContainsFunc(r.foreign[fn], func(c foreignCallback) bool { return c.index == i }) {
		return nil // two packages say so
	}
	r.foreign[fn] = append(r.foreign[fn], foreignCallback{row, i})
	return nil
}

// callable reports why values of a type cannot be bound.
func callable(t types.Type) error {
	if signature(t) != nil {
		return nil
	}
	it, ok := t.Underlying().(*types.Interface)
	if _, isParam := types.Unalias(t).(*types.TypeParam); !ok || isParam {
		return fmt.Errorf("its type is %s: only a function or an interface is called later", t)
	}
	if it.NumMethods() == 0 {
		return fmt.Errorf("its type is %s: an interface without methods has nothing that is called", t)
	}
	return nil
}

// findFunc finds the function of a row among what the package knows of others.
func findFunc(pkg *types.Package, row Registration) *types.Func {
	seen := map[*types.Package]bool{}
	var found *types.Package
	var visit func(p *types.Package)
	visit = func(p *types.Package) {
		if seen[p] || found != nil {
			return
		}
		seen[p] = true
		if p != pkg && (p.Path() == row.Path || strings.HasSuffix(p.Path(), "/vendor/"+row.Path)) {
			found = p
			return
		}
		for _, imp := range p.Imports() {
			visit(imp)
		}
	}
	visit(pkg)
	if found == nil {
		return nil
	}
	obj := found.Scope().Lookup(row.Func)
	if row.Recv != "" {
		t, ok := found.Scope().Lookup(row.Recv).(*types.TypeName)
		if !ok {
			return nil
		}
		obj, _, _ = types.LookupFieldOrMethod(t.Type(), true, found, row.Func)
	}
	fn, _ := obj.(*types.Func)
	if fn == nil || !fn.Exported() {
		return nil
	}
	return fn.Origin()
}

// foreignFunc returns what is known of the function that an expression names,
// and whether it is a method expression, whose first parameter is the receiver.
func (f *fileRewriter) foreignFunc(e ast.Expr) (callbacks []foreignCallback, shift int) {
	if len(f.foreign) == 0 {
		return nil, 0
	}
	fn, _ := f.foreignCallee(e).(*types.Func)
	if fn == nil {
		return nil, 0
	}
	if sel, ok := genericOf(e).(*ast.SelectorExpr); ok {
		if s := f.Info.Selections[sel]; s != nil && s.Kind() == types.MethodExpr {
			shift = 1
		}
	}
	return f.foreign[fn.Origin()], shift
}

func (f *fileRewriter) foreignCallee(e ast.Expr) types.Object {
	switch e := genericOf(e).(type) {
	case *ast.Ident:
		return f.Info.Uses[e]
	case *ast.SelectorExpr:
		if s := f.Info.Selections[e]; s != nil {
			return s.Obj()
		}
		return f.Info.Uses[e.Sel]
	}
	return nil
}

// genericOf returns an expression without its type arguments and parentheses.
func genericOf(e ast.Expr) ast.Expr {
	switch x := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return genericOf(x.X)
	case *ast.IndexListExpr:
		return genericOf(x.X)
	default:
		return x
	}
}
