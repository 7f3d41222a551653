package rewrite

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// A Package is a type-checked package and the source of its files.
type Package struct {
	Path  string
	Fset  *token.FileSet
	Files []*ast.File // parsed with comments
	Src   map[*ast.File][]byte
	Types *types.Package
	Info  *types.Info // Types, Defs, Uses, Selections; for Stock, Instances

	// Avoid is more source that must not hold the names that are inserted: of
	// files that are in the package on other platforms.
	Avoid [][]byte

	// Foreign is what packages that it imports say about functions of others, if
	// their archives were not compiled by the tool and do not tell.
	Foreign []Registration

	// Readable leaves out the line directives: the result is for people.
	Readable bool
	// Stock lowers for the stock runtime, in files that stand for themselves: they
	// call package rt, and nothing is added to the package. It comes with Lines or
	// Readable.
	Stock bool
	// Lines makes the result formatted source for people and for the compiler:
	// what is inserted stands on lines of its own where it can, and line
	// directives keep the lines of what follows, but no columns.
	Lines bool
	// Renamed is for Lines whose result goes to a file of another name: its line
	// directives name the source.
	Renamed bool
	// Moved is for Lines whose result goes to another folder: its line directives
	// name files by their whole paths. Go 1.27 looks for others in that folder.
	Moved bool
}

// A Result is what becomes of a package.
type Result struct {
	Files map[*ast.File][]byte // the files that change
	Added []byte               // one more file, if any file changes or others are to learn of a directive; none for Stock
	Sites []Site               // all that was looked at, in source order
}

// A Site is a place where asynchronous work is started, sent or handled.
type Site struct {
	Pos      token.Position
	Form     Form
	Decision Decision
	Reason   string
}

// Form is the syntactic form of a site.
type Form string

const (
	FormRange   Form = "range over channel"
	FormSelect  Form = "select case"
	FormReceive Form = "receive"
	FormGo      Form = "go statement"
	FormSend    Form = "send of a function"
	FormAccept  Form = "accept"

	FormCallback Form = "callback"
)

// Decision is what is done at a site.
type Decision string

const (
	Handle  Decision = "handle"  // the message's scope is entered
	Await   Decision = "await"   // the goroutine keeps its scope
	Detach  Decision = "detach"  // the goroutine starts with no stores
	Inherit Decision = "inherit" // the goroutine starts with its creator's
	Bind    Decision = "bind"    // the function keeps the sender's scope
)

func (s Site) String() string {
	return fmt.Sprintf("%s: %s: %s (%s)", s.Pos, s.Form, s.Decision, s.Reason)
}

// HasCandidates is a closer look, at the syntax: false means that Rewrite would
// change nothing in the file, whatever the types are.
func HasCandidates(f *ast.File) bool {
	for _, group := range f.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//asynchooks:") {
				return true
			}
		}
	}
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		case *ast.SendStmt:
			found = true
		case *ast.CallExpr:
			found = found || mayAccept(n)
		case *ast.RangeStmt:
			// A range over a channel has at most one variable.
			found = found || n.Value == nil && mayBeChan(n.X)
		}
		return !found
	})
	return found
}

// mayBeChan reports whether an expression can be a channel, by its syntax.
func mayBeChan(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit, *ast.CompositeLit, *ast.BinaryExpr, *ast.SliceExpr, *ast.FuncLit:
		return false
	case *ast.CallExpr:
		id, ok := e.Fun.(*ast.Ident)
		return !ok || id.Name != "len" && id.Name != "cap"
	}
	return true
}

// Rewrite returns the instrumented form of the package.
func Rewrite(pkg *Package) (*Result, error) {
	r := &rewriter{Package: pkg, funcs: map[types.Object]*ast.FuncDecl{}, handled: map[ast.Node]bool{}, foreignBound: map[foreignKey]string{}, addedImports: map[string]string{}}
	r.prefix = r.freePrefix()
	r.declare()
	res := &Result{Files: map[*ast.File][]byte{}}
	var files []*fileRewriter
	for _, f := range pkg.Files {
		fr := &fileRewriter{rewriter: r, file: f, directives: directivesOf(pkg.Fset, f), callbacks: map[*ast.Comment]bool{}, foreignSeen: map[ast.Expr]bool{}}
		if fr.directives.allOff {
			return res, nil
		}
		if !fr.directives.off {
			files = append(files, fr)
		}
	}
	r.findForeign(files)
	for _, fr := range files {
		fr.walk()
		fr.callbackErrs()
	}
	for _, fr := range files {
		fr.identity()
		if pkg.Stock {
			// The decisions are the same, what is done about them is not.
			fr.edits, fr.tail = nil, ""
		}
		// Only now is it known which receives are handled.
		for _, s := range fr.goes {
			fr.goStmt(s)
		}
		if pkg.Stock {
			fr.stock()
		}
		if err := fr.directives.err(); err != nil {
			return nil, err
		}
		if len(fr.edits) > 0 {
			out, err := fr.apply()
			if err != nil {
				return nil, err
			}
			res.Files[fr.file] = out
		}
	}
	if !pkg.Stock && (len(res.Files) > 0 || len(r.exported) > 0) {
		res.Added = r.support()
	}
	slices.SortStableFunc(r.sites, func(a, b Site) int {
		if c := strings.Compare(a.Pos.Filename, b.Pos.Filename); c != 0 {
			return c
		}
		return a.Pos.Offset - b.Pos.Offset
	})
	res.Sites = r.sites
	return res, nil
}

// rewriter is the state of one package.
type rewriter struct {
	*Package
	prefix string // of every injected name
	funcs  map[types.Object]*ast.FuncDecl
	sites  []Site
	// handled holds the receives, and ranges over channels, that handle their
	// messages.
	handled map[ast.Node]bool
	shapes  map[shape]bool // of the functions that are bound

	accepts  bool         // there are accept loops
	iterates bool         // there are receive loops in bodies of loops over iterators
	sized    bool         // there are receives of values that may have no size
	held     map[int]bool // how many results return statements have that close scopes when those are there
	bound    []binding    // the parameters that are bound

	foreign      map[*types.Func][]foreignCallback
	exported     []Registration // what importers are to learn of foreign functions
	foreignBound map[foreignKey]string
	values       int               // how many functions bind foreign ones that are values
	addedImports map[string]string // of the added file: names by path
	addedTail    string            // what stands at the end of it
	boundValues  []*boundValue
}

// freePrefix returns a prefix that no identifier of the package begins with, so
// that an injected name can neither collide with nor be shadowed by the user's.
func (r *rewriter) freePrefix() string {
	end := "_"
	if r.Stock {
		end = "" // the name of the import, and the beginning of others
	}
	prefix := "asynchooks" + end
	for n := 2; ; n++ {
		has := func(src []byte) bool {
			return bytes.Contains(src, []byte(prefix)) && (!r.Stock || hasIdentifier(src, prefix))
		}
		if !slices.ContainsFunc(r.Files, func(f *ast.File) bool { return has(r.Src[f]) }) && !slices.ContainsFunc(r.Avoid, has) {
			return prefix
		}
		prefix = fmt.Sprintf("asynchooks%d%s", n, end)
	}
}

// hasIdentifier reports whether an identifier of src begins with prefix.
func hasIdentifier(src []byte, prefix string) bool {
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, nil, 0)
	for {
		_, tok, lit := s.Scan()
		if tok == token.EOF || tok == token.IDENT && strings.HasPrefix(lit, prefix) {
			return tok == token.IDENT
		}
	}
}

// declare notes the functions of the package, which the search for service
// loops follows.
func (r *rewriter) declare() {
	for _, f := range r.Files {
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				if obj := r.Info.Defs[fn.Name]; obj != nil {
					r.funcs[obj] = fn
				}
			}
		}
	}
}

func (r *rewriter) note(pos token.Pos, form Form, d Decision, reason string) {
	r.sites = append(r.sites, Site{r.Fset.PositionFor(pos, true), form, d, reason})
}

// typeOf returns the type of an expression, nil if it has none.
func (r *rewriter) typeOf(e ast.Expr) types.Type {
	if tv, ok := r.Info.Types[e]; ok {
		return tv.Type
	}
	if id, ok := e.(*ast.Ident); ok {
		if obj := r.Info.ObjectOf(id); obj != nil {
			return obj.Type()
		}
	}
	return nil
}

// chanElem returns the element type of a channel type, or of a type parameter
// all of whose types are channels.
func chanElem(t types.Type) (types.Type, bool) {
	if t == nil {
		return nil, false
	}
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		for _, u := range termTypes(tp) {
			if elem, ok := chanElem(u); ok {
				return elem, true
			}
		}
		return nil, false
	}
	if ch, ok := t.Underlying().(*types.Chan); ok {
		return ch.Elem(), true
	}
	return nil, false
}

// termTypes returns the types that the constraint of a type parameter lists.
func termTypes(tp *types.TypeParam) []types.Type {
	it, _ := tp.Constraint().Underlying().(*types.Interface)
	return listed(it)
}

func listed(it *types.Interface) []types.Type {
	if it == nil {
		return nil
	}
	var all []types.Type
	for i := range it.NumEmbeddeds() {
		switch e := types.Unalias(it.EmbeddedType(i)).(type) {
		case *types.Union:
			for t := range e.Terms() {
				all = append(all, t.Type())
			}
		default:
			if in, ok := e.Underlying().(*types.Interface); ok {
				all = append(all, listed(in)...)
			} else {
				all = append(all, e)
			}
		}
	}
	return all
}

// mayBeEmpty reports whether values of the type take no memory with some type
// arguments.
func mayBeEmpty(t types.Type) bool {
	if tp, ok := types.Unalias(t).(*types.TypeParam); ok {
		listed := termTypes(tp)
		return len(listed) == 0 || slices.ContainsFunc(listed, mayBeEmpty)
	}
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if !mayBeEmpty(u.Field(i).Type()) {
				return false
			}
		}
		return true
	case *types.Array:
		return u.Len() == 0 || mayBeEmpty(u.Elem())
	}
	return false
}

// zeroSize reports whether values of the type surely take no memory.
func zeroSize(t types.Type) bool {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			if !zeroSize(u.Field(i).Type()) {
				return false
			}
		}
		return true
	case *types.Array:
		return u.Len() == 0 || zeroSize(u.Elem())
	}
	return false
}
