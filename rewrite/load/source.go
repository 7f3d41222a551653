package load

import (
	"go/ast"
	"go/parser"
	"go/token"
	"sync"
)

// sources keeps the text of the files that were parsed. Files are parsed at the
// same time.
type sources struct {
	mu     sync.Mutex
	byName map[string][]byte
}

func (s *sources) parse(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
	s.mu.Lock()
	s.byName[name] = src
	s.mu.Unlock()
	return parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
}

// of returns the text of a file, by the name that it was parsed under.
func (s *sources) of(fset *token.FileSet, f *ast.File) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byName[fset.File(f.FileStart).Name()]
}
