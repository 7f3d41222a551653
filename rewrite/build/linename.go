package build

import (
	"bytes"
	"go/scanner"
	"go/token"
	"path/filepath"
	"strings"
)

// wholeLineNames returns a source with the whole paths of files in its line
// directives, for a compiler that takes others from the folder of the file: what
// is rewritten lies in another one. path is that of the source. Lines stay as they
// are, and so do columns, which a directive that is not at the end of its line
// sets itself.
func wholeLineNames(path string, src []byte) []byte {
	if !bytes.Contains(src, []byte("//line ")) && !bytes.Contains(src, []byte("/*line ")) {
		return src
	}
	file := token.NewFileSet().AddFile("", -1, len(src))
	var s scanner.Scanner
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	var out []byte
	last := 0
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			return append(out, src[last:]...)
		}
		at := file.Offset(pos)
		if tok != token.COMMENT || !strings.HasPrefix(text[2:], "line ") || text[1] == '/' && at > 0 && src[at-1] != '\n' {
			continue
		}
		from := at + len("//line ")
		text = strings.TrimSuffix(text[len("//line "):], "*/")
		name := directiveFile(text)
		if name == "" || name == text || filepath.IsAbs(name) {
			continue
		}
		out = append(append(out, src[last:from]...), filepath.Join(filepath.Dir(path), name)...)
		last = from + len(name)
	}
}
