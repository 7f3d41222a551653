package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// A shape is what a bound function's wrapper depends on: how many parameters
// and results there are, and whether the last parameter is variadic.
type shape struct {
	params, results int
	variadic        bool
}

func shapeOf(sig *types.Signature) shape {
	return shape{sig.Params().Len(), sig.Results().Len(), sig.Variadic()}
}

func (sh shape) name() string {
	v := ""
	if sh.variadic {
		v = "v"
	}
	return fmt.Sprintf("bind%d%s_%d", sh.params, v, sh.results)
}

// send binds a function that is sent over a channel to the sender's scope.
func (f *fileRewriter) send(s *ast.SendStmt) {
	elem, ok := chanElem(f.typeOf(s.Chan))
	if !ok {
		return
	}
	sig := signature(elem)
	if sig == nil {
		return
	}
	if f.isNil(s.Value) {
		f.note(s.Arrow, FormSend, Await, "nil is no function")
		return
	}
	if f.oldLanguage() {
		f.note(s.Arrow, FormSend, Await, "the language version of the package has no type parameters, which the binding needs")
		return
	}
	sh := shapeOf(sig)
	if f.shapes == nil {
		f.shapes = map[shape]bool{}
	}
	f.shapes[sh] = true
	f.note(s.Arrow, FormSend, Bind, "a sent function runs in its sender's scope")
	f.wrap(s.Value.Pos(), s.Value.End(), f.prefix+sh.name())
}

// signature returns the signature of a function type, or of a type parameter
// whose types all have that one; nil if it is neither.
func signature(t types.Type) *types.Signature {
	tp, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		sig, _ := t.Underlying().(*types.Signature)
		return sig
	}
	var found *types.Signature
	for _, u := range termTypes(tp) {
		sig, ok := u.Underlying().(*types.Signature)
		if !ok || found != nil && !types.Identical(sig, found) {
			return nil
		}
		found = sig
	}
	return found
}

// support returns the file that is added to the package: the names that the
// insertions use. What they do is in the patched runtime.
func (r *rewriter) support() []byte {
	var b strings.Builder
	x := r.prefix
	if r.languageBefore("go1.9") {
		b.WriteString("//go:build go1.21\n\n") // its aliases need a later language than the package's
	}
	fmt.Fprintf(&b, "package %s\n\nimport %sunsafe \"unsafe\"\n\n", r.Types.Name(), x)
	for _, path := range slices.Sorted(maps.Keys(r.addedImports)) {
		fmt.Fprintf(&b, "import %s %q\n\n", r.addedImports[path], path)
	}
	if len(r.exported) > 0 {
		fmt.Fprintf(&b, "const %s = %q\n\n", foreignName(r.Path), foreignText(r.exported))
	}
	fmt.Fprintf(&b, "type %[1]sscope struct {\n\tscope, frame %[1]sunsafe.Pointer\n\tstate **%[1]sscope\n}\n\nvar %[1]snone *%[1]sscope\n\n", x)
	fmt.Fprintf(&b, "//go:linkname %[1]sused runtime.asyncUsed\nvar %[1]sused *%[1]sscope\n\n", x)
	funcs := []struct{ name, sig string }{
		{"expect", "()"},
		{"operand", "()"},
		{"open", "(*%sscope)"},
		{"first", "(*%sscope) *%[1]sscope"},
		{"stale", "(*%sscope)"},
		{"next", "(*%sscope)"},
		{"close", "(*%sscope)"},
		{"await", "()"},
		{"detach", "()"},
	}
	if r.sized {
		funcs = append(funcs, []struct{ name, sig string }{
			{"openSized", "(*%sscope)"},
			{"firstSized", "(*%sscope) *%[1]sscope"},
		}...)
	}
	if r.iterates {
		funcs = append(funcs, []struct{ name, sig string }{
			{"within", "(*%sscope)"},
			{"leave", "(*%sscope)"},
		}...)
	}
	if r.accepts {
		funcs = append(funcs, []struct{ name, sig string }{
			{"handle", "(*%sscope)"},
			{"handleFirst", "(*%sscope) *%[1]sscope"},
		}...)
	}
	for _, fn := range funcs {
		sig := fn.sig
		if strings.Contains(sig, "%") {
			sig = fmt.Sprintf(sig, x)
		}
		fmt.Fprintf(&b, "//go:linkname %s%s runtime.async_%s\n//go:noescape\nfunc %s%s%s\n\n", x, fn.name, fn.name, x, fn.name, sig)
	}
	for _, n := range slices.Sorted(maps.Keys(r.held)) {
		r.holdFunc(&b, n)
	}
	if len(r.shapes) > 0 || len(r.bound) > 0 {
		fmt.Fprintf(&b, "var %snull %sunsafe.Pointer\n\n", x, x)
	}
	if len(r.bound) > 0 {
		fmt.Fprintf(&b, bindSupport, x)
	}
	for n, bind := range r.bound {
		r.bindNamed(&b, n, bind)
	}
	if len(r.shapes) > 0 {
		fmt.Fprintf(&b, "//go:linkname %scapture runtime.async_capture\nfunc %scapture(%sunsafe.Pointer) %sunsafe.Pointer\n\n", x, x, x, x)
		fmt.Fprintf(&b, "//go:linkname %scall runtime.async_call\n//go:noescape\nfunc %scall(*%sscope, %sunsafe.Pointer)\n\n", x, x, x, x)
	}
	for _, sh := range slices.SortedFunc(maps.Keys(r.shapes), func(a, b shape) int { return strings.Compare(a.name(), b.name()) }) {
		r.bindFunc(&b, sh)
	}
	return []byte(b.String() + r.addedTail + r.unwrapping())
}

// bindFunc writes the function that binds functions of a shape. Its names are
// the package's own or its own type parameters: nothing predeclared is used,
// which a package may declare anew.
func (r *rewriter) bindFunc(b *strings.Builder, sh shape) {
	x := r.prefix
	list, sig, args, ret := sh.spell()
	fmt.Fprintf(b, `func %[1]s%[2]s%[3]s(f %[4]s) %[4]s {
	c := %[1]scapture(*(*%[1]sunsafe.Pointer)(%[1]sunsafe.Pointer(&f)))
	if c == %[1]snull {
		return f
	}
	return /*line :%[7]d:1*/ %[4]s {
		var t %[1]sscope
		%[1]scall(&t, c)
		defer %[1]sclose(&t)
		%[5]sf(%[6]s)
	}
}

`, x, sh.name(), list, sig, ret, args, boundLine)
}

// spell returns what the source of a function for functions of the shape is made
// of: type parameters, the type, the arguments of a call of it, and what stands
// in front of that.
func (sh shape) spell() (list, sig, args, ret string) {
	var tparams, params, arguments, results []string
	for i := range sh.params {
		tparams = append(tparams, fmt.Sprintf("P%d", i))
		typ, arg := fmt.Sprintf("P%d", i), fmt.Sprintf("p%d", i)
		if sh.variadic && i == sh.params-1 {
			typ, arg = "..."+typ, arg+"..."
		}
		params = append(params, fmt.Sprintf("p%d %s", i, typ))
		arguments = append(arguments, arg)
	}
	for i := range sh.results {
		tparams = append(tparams, fmt.Sprintf("R%d", i))
		results = append(results, fmt.Sprintf("R%d", i))
	}
	if len(tparams) > 0 {
		list = "[" + strings.Join(tparams, ", ") + " interface{}]"
	}
	sig = fmt.Sprintf("func(%s) (%s)", strings.Join(params, ", "), strings.Join(results, ", "))
	if sh.results > 0 {
		ret = "return "
	}
	return list, sig, strings.Join(arguments, ", "), ret
}

// boundLine is the line by which the patched runtime knows the calls of bound
// functions: as those of method values, they are in no stack trace.
const boundLine = 1<<20 - 9
