package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// On the stock runtime the source has to say what a patched one sees by itself:
// go statements, sends, timers, callbacks. Each becomes a call of package rt, in
// the same place of the expression or statement, so that next to nothing moves.
// Receives stay as they are: nothing tells which message one has received.

// rtPath is the import path of package rt.
const rtPath = "github.com/asynchooks/asynchooks/rt"

// stockFuncs are the functions that package rt has a form of for twins.
var stockFuncs = map[string]string{
	"time.AfterFunc":       "AfterFunc",
	"time.NewTimer":        "NewTimer",
	"time.After":           "After",
	"time.NewTicker":       "NewTicker",
	"time.Tick":            "Tick",
	"context.AfterFunc":    "ContextAfterFunc",
	"runtime.AddCleanup":   "AddCleanup",
	"runtime.SetFinalizer": "SetFinalizer",
}

// stockMethods are the methods whose calls become those of a function.
var stockMethods = map[string]string{
	"(*time.Timer).Stop":   "StopTimer",
	"(*time.Timer).Reset":  "ResetTimer",
	"(*time.Ticker).Stop":  "StopTicker",
	"(*time.Ticker).Reset": "ResetTicker",
}

// MayHaveStockSites is [sitescan.MayHaveSites] for Stock.
func MayHaveStockSites(src []byte) bool {
	if sitescan.MayHaveSites(src) {
		return true
	}
	return slices.ContainsFunc([]string{"go ", "go\t", ".AfterFunc", ".NewTimer", ".After", ".NewTicker", ".Tick", ".AddCleanup", ".SetFinalizer", ".Stop", ".Reset"}, func(word string) bool { return bytes.Contains(src, []byte(word)) })
}

// HasStockCandidates is [HasCandidates] for Stock.
func HasStockCandidates(f *ast.File) bool {
	if HasCandidates(f) {
		return true
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			found = true
		case *ast.SelectorExpr:
			for full := range stockFuncs {
				found = found || strings.HasSuffix(full, "."+n.Sel.Name)
			}
			found = found || n.Sel.Name == "Stop" || n.Sel.Name == "Reset"
		}
		return !found
	})
	return found
}

// stock lowers what the go statements of the file were not.
func (f *fileRewriter) stock() {
	for _, d := range f.on {
		ast.Inspect(d, f.stockNode)
	}
	for _, b := range f.bound {
		if slices.Contains(f.on, ast.Decl(b.decl)) {
			f.stockCallback(b)
		}
	}
	if len(f.edits) == 0 {
		return
	}
	f.dropImports()
	name := f.file.Name.End()
	f.insertAs(ofFunction, name, fmt.Sprintf("; import %s %q", f.prefix, rtPath))
	var b strings.Builder
	fmt.Fprintf(&b, "\nfunc init() { %s.Twins() }\n", f.prefix)
	for _, name := range slices.Sorted(maps.Keys(f.helpers)) {
		b.WriteString("\n" + f.helpers[name])
	}
	f.tail += b.String()
}

// stockNode lowers a node, and reports whether to look into it.
func (f *fileRewriter) stockNode(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.FuncDecl:
		if n.Body != nil {
			f.stockSelects(n.Body)
		}
	case *ast.FuncLit:
		f.stockSelects(n.Body)
	case *ast.SendStmt:
		f.stockSent(n)
	case *ast.CallExpr:
		f.stockMethod(n)
		f.stockForeign(n)
	case *ast.SelectorExpr:
		f.stockFunc(n)
	case *ast.CommClause:
		s, ok := n.Comm.(*ast.SendStmt)
		if !ok {
			break
		}
		// The resource of the send is the select's.
		f.bindSent(s)
		ast.Inspect(s.Chan, f.stockNode)
		ast.Inspect(s.Value, f.stockNode)
		for _, s := range n.Body {
			ast.Inspect(s, f.stockNode)
		}
		return false
	}
	return true
}

// helper returns the name of a function at the end of the file, whose text is
// made by write.
func (f *fileRewriter) helper(kind string, sh shape, write func(name string) string) string {
	name := f.prefix + kind + sh.suffix() + "_" + f.fileWord()
	if f.helpers == nil {
		f.helpers = map[string]string{}
	}
	if f.helpers[name] == "" {
		f.helpers[name] = write(name)
	}
	return name
}

// suffix tells shapes apart in names.
func (sh shape) suffix() string {
	text := fmt.Sprint(sh.params)
	if sh.variadic {
		text += "v"
	}
	if sh.results > 0 {
		text += fmt.Sprintf("r%d", sh.results)
	}
	return text
}

// fileWord is the file's name in those of its functions.
func (f *fileRewriter) fileWord() string {
	name := filepath.Base(f.Fset.PositionFor(f.file.Package, false).Filename)
	var b strings.Builder
	for _, c := range strings.TrimSuffix(name, ".go") {
		switch {
		case c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, "x%x", c)
		}
	}
	return b.String()
}

// startGo turns a go statement into a call that starts the goroutine.
func (f *fileRewriter) startGo(s *ast.GoStmt, detached bool) {
	fun := s.Call.Fun
	if tv, ok := f.Info.Types[fun]; ok && tv.IsBuiltin() {
		return // no function value
	}
	sig, _ := f.typeOf(fun).(*types.Signature)
	if sig == nil {
		if t := f.typeOf(fun); t != nil {
			sig = signature(t)
		}
	}
	if sig == nil {
		return // a function of C
	}
	sh := shapeOf(sig)
	instance, ok := f.instance(fun)
	if !ok || sh != (shape{}) && f.oldLanguage() {
		return
	}
	if f.started == nil {
		f.started = map[*ast.CallExpr]bool{}
	}
	f.started[s.Call] = true
	start := "StartGo"
	if detached {
		start = "StartDetached"
	}
	if sh == (shape{}) {
		f.replace(s.Go, fun.Pos(), f.prefix+"."+start+"(")
		f.replace(fun.End(), s.Call.Rparen+1, instance+")")
		return
	}
	name := f.helper(start, sh, func(name string) string {
		list, sig, args, _ := sh.spell()
		starter := strings.Replace(sig, sig[strings.LastIndex(sig, " ("):], "", 1)
		return fmt.Sprintf(`// %[1]s starts f as a go statement does.
func %[1]s%[2]s(f %[3]s) %[4]s {
	return %[4]s {
		if %[6]s.IsNil(f) {
			go f(%[5]s) // which fails
		}
		%[6]s.%[7]sFor(func() { f(%[5]s) })
	}
}
`, name, f.anyList(list), plain(sig), starter, args, f.prefix, start)
	})
	f.replace(s.Go, fun.Pos(), name+"(")
	f.insertAs(ofExpression, fun.End(), instance+")")
}

// instance returns the type arguments that a function needs to be a value, where
// those of its call gave them. It is false if they cannot be spelled.
func (f *fileRewriter) instance(fun ast.Expr) (string, bool) {
	var id *ast.Ident
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		id = fun
	case *ast.SelectorExpr:
		id = fun.Sel
	case *ast.IndexExpr, *ast.IndexListExpr:
		return "", true // some may be inferred; most are not
	default:
		return "", true
	}
	inst, ok := f.Info.Instances[id]
	if !ok || inst.TypeArgs.Len() == 0 {
		return "", true
	}
	var args []string
	for t := range inst.TypeArgs.Types() {
		text, err := f.spell(t)
		if err != nil {
			return "", false
		}
		args = append(args, text)
	}
	return "[" + strings.Join(args, ", ") + "]", true
}

// anyList spells a list of type parameters as people do, if any means that here.
func (f *fileRewriter) anyList(list string) string {
	dotted := slices.ContainsFunc(f.file.Imports, func(i *ast.ImportSpec) bool { return i.Name != nil && i.Name.Name == "." })
	if dotted || f.Types.Scope().Lookup("any") != nil {
		return list
	}
	return strings.Replace(list, " interface{}]", " any]", 1)
}

// plain leaves out empty results.
func plain(sig string) string { return strings.TrimSuffix(sig, " ()") }

// stockSent turns a send into a call, and binds a function that is sent.
func (f *fileRewriter) stockSent(s *ast.SendStmt) {
	if f.oldLanguage() {
		return
	}
	f.bindSent(s)
	t := f.typeOf(s.Chan)
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return // what its channels have in common is no channel type
	}
	f.insert(s.Chan.Pos(), "%s.Chan(", f.prefix)
	f.replace(s.Arrow, s.Arrow+2, ").Send(")
	f.insertAs(ofExpression, s.Value.End(), ")")
}

// bindSent binds the function that is sent to the sender's scope.
func (f *fileRewriter) bindSent(s *ast.SendStmt) {
	elem, ok := chanElem(f.typeOf(s.Chan))
	if !ok || f.oldLanguage() {
		return
	}
	sig := signature(elem)
	if sig == nil || f.isNil(s.Value) || f.recovers(s.Value) {
		return
	}
	sh := shapeOf(sig)
	name := f.helper("Bind", sh, func(name string) string {
		list, sig, args, ret := sh.spell()
		return fmt.Sprintf(`// %[1]s binds f to the scope in which it is sent.
func %[1]s%[2]s(f %[3]s) %[3]s {
	c := %[4]s.Capture()
	if %[4]s.IsNil(f) || !c.Bound() {
		return f
	}
	return %[3]s {
		defer c.Enter().Leave()
		%[5]sf(%[6]s)
	}
}
`, name, f.anyList(list), plain(sig), f.prefix, ret, args)
	})
	f.wrap(s.Value.Pos(), s.Value.End(), name)
}

// recovers reports whether a function calls recover itself, which does nothing
// in a function that another one calls for it.
func (r *rewriter) recovers(e ast.Expr) bool {
	var body *ast.BlockStmt
	switch e := ast.Unparen(e).(type) {
	case *ast.FuncLit:
		body = e.Body
	case *ast.Ident, *ast.SelectorExpr:
		id, ok := e.(*ast.Ident)
		if !ok {
			id = e.(*ast.SelectorExpr).Sel
		}
		if d := r.funcs[origin(r.Info.Uses[id])]; d != nil {
			body = d.Body
		}
	}
	found := false
	if body != nil {
		inspectFunc(body, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				b, ok := r.Info.Uses[id].(*types.Builtin)
				found = found || ok && b.Name() == "recover"
			}
			return true
		})
	}
	return found
}
