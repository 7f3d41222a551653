package gopatch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// A point is one place of a package that its patch changes. Func and At
// find it; the other fields say what happens there.
type point struct {
	// Func is the function that holds the point: "name" or "(*recv).name".
	Func string
	// Type is the struct type that Field is appended to.
	Type string
	// At is the text of the statement, white space folded; of a statement with
	// a block, its text up to and with the opening brace. "" is the whole body
	// of Func.
	At string
	// Times is how often At occurs in Func; 0 means once. All are changed, or
	// only the Nth, counted from 1.
	Times, Nth int
	// Release is the only Go release that has the point; "": all have it.
	Release string

	// File is the name of the file that has the point, if some platforms do not
	// have that file, and so not the point.
	File string

	Before  string // inserted in front of the statement
	After   string // inserted behind the statement
	Enter   string // inserted behind the opening brace
	Replace string // put in place of the statement
	Field   string // appended to the struct Type
}

// String names the point in errors.
func (p point) String() string {
	switch {
	case p.Type != "":
		return "type " + p.Type
	case p.At == "":
		return "func " + p.Func
	}
	return fmt.Sprintf("`%s` in func %s", p.At, p.Func)
}

// An insertion replaces src[from:to] by text.
type insertion struct {
	from, to int
	text     string
}

// source is a parsed file and the insertions that it will get.
type source struct {
	File
	fset *token.FileSet
	ast  *ast.File
	ins  []insertion
}

func parse(files []File) ([]*source, error) {
	out := make([]*source, len(files))
	for i, f := range files {
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, f.Path, f.Src, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("parse source to patch: %w", err)
		}
		out[i] = &source{File: f, fset: fset, ast: tree}
	}
	return out, nil
}

func (s *source) offset(p token.Pos) int { return s.fset.PositionFor(p, false).Offset }

// text is the source of [from, to) with white space folded.
func (s *source) text(from, to token.Pos) string {
	return strings.Join(strings.Fields(string(s.Src[s.offset(from):s.offset(to)])), " ")
}

func (s *source) insert(at token.Pos, text string) {
	o := s.offset(at)
	s.ins = append(s.ins, insertion{o, o, text})
}

// apply returns the file with its insertions made.
func (s *source) apply() []byte {
	slices.SortStableFunc(s.ins, func(a, b insertion) int { return a.from - b.from })
	var out []byte
	last := 0
	for _, in := range s.ins {
		out = append(out, s.Src[last:in.from]...)
		out = append(out, in.text...)
		last = in.to
	}
	return append(out, s.Src[last:]...)
}

// mark finds p in files and records its insertions.
// It returns how often p was found.
func (p point) mark(files []*source) int {
	n := 0
	for _, s := range files {
		for _, d := range s.ast.Decls {
			switch d := d.(type) {
			case *ast.GenDecl:
				n += p.markType(s, d)
			case *ast.FuncDecl:
				if p.Func != "" && d.Body != nil && funcName(d) == p.Func {
					n += p.markFunc(s, d)
				}
			}
		}
	}
	return n
}

func (p point) markType(s *source, d *ast.GenDecl) int {
	n := 0
	for _, spec := range d.Specs {
		ts, ok := spec.(*ast.TypeSpec)
		if !ok || p.Type == "" || ts.Name.Name != p.Type {
			continue
		}
		if st, ok := ts.Type.(*ast.StructType); ok {
			// The last field's line ends with a newline or a comment, so that
			// the closing brace is the one safe place.
			s.insert(st.Fields.Closing, p.Field)
			n++
		}
	}
	return n
}

func (p point) markFunc(s *source, d *ast.FuncDecl) int {
	if p.At == "" {
		s.insert(d.Body.Lbrace+1, " "+p.Enter+"; ")
		return 1
	}
	n := 0
	ast.Inspect(d.Body, func(node ast.Node) bool {
		st, ok := node.(ast.Stmt)
		if !ok {
			return true
		}
		if _, ok := st.(*ast.BlockStmt); ok {
			return true
		}
		end, brace := st.End(), blockOf(st)
		if brace.IsValid() {
			end = brace + 1
		}
		if s.text(st.Pos(), end) != p.At {
			return true
		}
		n++
		if p.Nth != 0 && n != p.Nth {
			return true
		}
		if p.Before != "" {
			s.insert(st.Pos(), p.Before+"; ")
		}
		if p.After != "" {
			s.insert(st.End(), "; "+p.After)
		}
		if p.Enter != "" {
			s.insert(brace+1, " "+p.Enter+"; ")
		}
		if p.Replace != "" {
			s.ins = append(s.ins, insertion{s.offset(st.Pos()), s.offset(st.End()), p.Replace})
		}
		return true
	})
	return n
}

// blockOf returns the opening brace of a statement that has a block.
func blockOf(st ast.Stmt) token.Pos {
	switch st := st.(type) {
	case *ast.IfStmt:
		return st.Body.Lbrace
	case *ast.ForStmt:
		return st.Body.Lbrace
	case *ast.RangeStmt:
		return st.Body.Lbrace
	case *ast.SwitchStmt:
		return st.Body.Lbrace
	case *ast.SelectStmt:
		return st.Body.Lbrace
	case *ast.LabeledStmt:
		return blockOf(st.Stmt)
	case *ast.GoStmt:
		if fn, ok := st.Call.Fun.(*ast.FuncLit); ok {
			return fn.Body.Lbrace
		}
	}
	return token.NoPos
}

func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) != 1 {
		return d.Name.Name
	}
	recv := d.Recv.List[0].Type
	if star, ok := recv.(*ast.StarExpr); ok {
		if id, ok := star.X.(*ast.Ident); ok {
			return "(*" + id.Name + ")." + d.Name.Name
		}
	}
	if id, ok := recv.(*ast.Ident); ok {
		return id.Name + "." + d.Name.Name
	}
	return d.Name.Name
}
