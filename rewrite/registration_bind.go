package rewrite

import (
	"fmt"
	"go/ast"
	"go/types"
	"go/version"
	"slices"
	"strings"
)

// A binding is a parameter that is bound.
type binding struct {
	row     Registration
	decl    *ast.FuncDecl
	shape   shape
	written bool // an interface: what binds it is written already
	foreign bool // it is bound where the function is called
}

// oldLanguage reports whether the package's language version has no type
// parameters.
func (r *rewriter) oldLanguage() bool { return r.languageBefore("go1.18") }

// languageBefore reports whether the package's language version is one before v.
func (r *rewriter) languageBefore(v string) bool {
	own := r.Types.GoVersion()
	return own != "" && version.Compare(version.Lang(own), v) < 0
}

// A speller returns the expression of a type in a file, if it can be named there.
type speller func(types.Type) (string, error)

// boundFunction writes the function that binds functions of one type, for a
// package whose language version has no type parameters.
func (r *rewriter) boundFunction(n int, t types.Type, spell speller) (string, error) {
	params, results, args, ret, err := r.spellSignature(signature(t), spell)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("\n//go:noinline\nfunc %[1]scallback%[2]d(f func(%[3]s) (%[4]s)) func(%[3]s) (%[4]s) { r := %[1]sbindSpelled(%[1]sresource(&f), %[1]sresource(&%[1]sname%[2]d)); if r == %[1]snull { return f }; return /*line :%[7]d:1*/func(%[3]s) (%[4]s) { var %[1]st %[1]sscope; defer %[1]sclose(&%[1]st); %[1]senter(&%[1]st, r); %[5]sf(%[6]s) } }\n",
		r.prefix, n, params, results, ret, args, boundLine), nil
}

// spellSignature returns the parameters of a signature, with names, its results,
// the arguments of a call, and what stands in front of that.
func (r *rewriter) spellSignature(sig *types.Signature, spell speller) (params, results, args, ret string, err error) {
	var ps, rs, as []string
	for i := range sig.Params().Len() {
		typ, err := spell(sig.Params().At(i).Type())
		if err != nil {
			return "", "", "", "", err
		}
		arg := fmt.Sprintf("%sp%d", r.prefix, i)
		as = append(as, arg)
		if sig.Variadic() && i == sig.Params().Len()-1 {
			typ = "..." + strings.TrimPrefix(typ, "[]")
			as[i] += "..."
		}
		ps = append(ps, arg+" "+typ)
	}
	for i := range sig.Results().Len() {
		typ, err := spell(sig.Results().At(i).Type())
		if err != nil {
			return "", "", "", "", err
		}
		rs = append(rs, typ)
	}
	if len(rs) > 0 {
		ret = "return "
	}
	return strings.Join(ps, ", "), strings.Join(rs, ", "), strings.Join(as, ", "), ret, nil
}

// spell returns the expression of a type in the file, if it can be named there.
func (f *fileRewriter) spell(t types.Type) (string, error) {
	var missing string
	s := types.TypeString(t, func(p *types.Package) string {
		if p == f.Types {
			return ""
		}
		for _, imp := range f.file.Imports {
			if strings.Trim(imp.Path.Value, "\"`") != p.Path() {
				continue
			}
			if imp.Name == nil {
				return p.Name()
			}
			if imp.Name.Name != "_" && imp.Name.Name != "." {
				return imp.Name.Name
			}
		}
		missing = p.Path()
		return p.Name()
	})
	if missing != "" {
		return "", fmt.Errorf("a type of the interface is one of %s, which the file does not import", missing)
	}
	if tv, err := types.Eval(f.Fset, f.Types, f.file.Name.End(), s); err != nil || !types.Identical(tv.Type, t) {
		return "", fmt.Errorf("the type %s cannot be named in the file: the package declares one of its names as something else", s)
	}
	return s, nil
}

// bindNamed writes the function that binds functions of a registration. It is
// never inlined, which would give other names to the closures of its caller.
func (r *rewriter) bindNamed(b *strings.Builder, n int, bind binding) {
	x := r.prefix
	how := byte('0')
	if bind.row.Once {
		how++
	}
	switch {
	case bind.foreign:
		how += 8 // the site is where the function that binds is called
	case !slices.Contains(Registrations, bind.row):
		how += 4 // the site is the call of this very function
	}
	fmt.Fprintf(b, "var %sname%d = %q\n\n", x, n, string(how)+bind.row.Type)
	if bind.written {
		return
	}
	list, sig, args, ret := bind.shape.spell()
	fmt.Fprintf(b, `//go:noinline
func %[1]scallback%[2]d%[3]s(f %[4]s) %[4]s {
	r := %[1]sbindNamed(*(*%[1]sunsafe.Pointer)(%[1]sunsafe.Pointer(&f)), %[1]sunsafe.Pointer(&%[1]sname%[2]d))
	if r == %[1]snull {
		return f
	}
	return /*line :%[7]d:1*/ %[4]s {
		var t %[1]sscope
		defer %[1]sclose(&t)
		%[1]senter(&t, r)
		%[5]sf(%[6]s)
	}
}

`, x, n, list, sig, ret, args, boundLine)
}

// bindSupport is what the functions that bind are made of.
const bindSupport = `type %[1]sresource = %[1]sunsafe.Pointer

//go:linkname %[1]sbindNamed runtime.async_bindNamed
func %[1]sbindNamed(fn, name %[1]sunsafe.Pointer) %[1]sresource

//go:linkname %[1]senter runtime.async_enter
//go:noescape
func %[1]senter(*%[1]sscope, %[1]sresource)

func %[1]sbindSpelled(v, name %[1]sresource) %[1]sresource {
	return %[1]sbindNamed(*(*%[1]sresource)(v), name)
}

`
