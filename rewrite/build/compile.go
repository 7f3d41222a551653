package build

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// compileCall is one call of the compiler.
type compileCall struct {
	args      []string // all arguments, response files expanded
	firstFile int      // index in args of the first Go file
	pkg       string   // -p: the import path; "main" for every program
	std       bool     // -std: the package is part of the standard library
	output    string   // -o
	goVersion string   // -goversion: the release of the toolchain
	lang      string   // -lang: the language version of the package
	importcfg string   // -importcfg
	options   Options
}

// parseCompile reads the arguments of a call of the compiler. Flags that it
// does not know are left alone: the values that are wanted come first, as the
// go command writes them before anything that a user can add.
func parseCompile(args []string, options Options) (*compileCall, error) {
	args, err := expandResponseFile(args)
	if err != nil {
		return nil, err
	}
	c := &compileCall{args: args, firstFile: len(args), options: options}
	for c.firstFile > 0 && strings.HasSuffix(args[c.firstFile-1], ".go") {
		c.firstFile--
	}
	values := map[string]*string{"-p": &c.pkg, "-o": &c.output, "-goversion": &c.goVersion, "-lang": &c.lang, "-importcfg": &c.importcfg}
	for i := 0; i < c.firstFile; i++ {
		name, value, joined := strings.Cut(args[i], "=")
		if name == "-std" {
			c.std = true
		}
		dst := values[name]
		if dst == nil || *dst != "" {
			continue
		}
		if !joined && i+1 < c.firstFile {
			i++
			value = args[i]
		}
		*dst = value
	}
	return c, nil
}

// expandResponseFile returns the arguments that a response file holds, if one
// is the only argument: the go command writes one where a system limits the
// length of a command line.
func expandResponseFile(args []string) ([]string, error) {
	if len(args) != 1 || !strings.HasPrefix(args[0], "@") {
		return args, nil
	}
	data, err := os.ReadFile(args[0][1:])
	if err != nil {
		return nil, fmt.Errorf("read the compiler's arguments: %w", err)
	}
	var out []string
	unescape := strings.NewReplacer(`\\`, `\`, `\n`, "\n")
	for line := range strings.Lines(string(data)) {
		out = append(out, unescape.Replace(strings.TrimSuffix(line, "\n")))
	}
	return out, nil
}

// argsLimit is how many bytes of arguments the tool is given directly: Windows
// takes 32 KB, and the go command, which leaves a -toolexec program to do without,
// uses response files beyond this length for its tools.
const argsLimit = 30 << 10

// call returns the arguments to give the tool: those of the call, or a response file
// that holds them where they are long. Replaced files have longer paths, and so a
// package of thousands fits the system's limit only as it was.
func (c *compileCall) call() ([]string, error) {
	size := 0
	for _, a := range c.args {
		size += len(a) + 1
	}
	if size <= argsLimit {
		return c.args, nil
	}
	var text strings.Builder
	escape := strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	for _, a := range c.args {
		text.WriteString(escape.Replace(a))
		text.WriteByte('\n')
	}
	path := filepath.Join(filepath.Dir(c.output), argsFile)
	if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
		return nil, fmt.Errorf("write the compiler's arguments: %w", err)
	}
	return []string{"@" + path}, nil
}

// argsFile is the name of a response file, beside the output of a call.
const argsFile = "asynchooks_args"

// wantsPatch reports whether the package has patches. A package of the
// standard library is one that the go command calls so: a user's package can
// bear the same name.
func (c *compileCall) wantsPatch() bool {
	root, _, _ := strings.Cut(c.pkg, "/")
	return c.firstFile < len(c.args) && c.std == !strings.Contains(root, ".") && gopatch.Patches(c.pkg)
}

// sourceFile is a Go file that the compiler is given.
type sourceFile struct {
	path    string // as the compiler is given it
	logical string // as its positions name it
	src     []byte
}

// sources reads the Go files of the call.
func (c *compileCall) sources() ([]sourceFile, error) {
	paths := c.args[c.firstFile:]
	files := make([]sourceFile, 0, len(paths))
	taken := make(map[string]bool, len(paths))
	for _, path := range paths {
		src, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read source: %w", err)
		}
		f := sourceFile{path: path, logical: logicalPath(path, src), src: src}
		if taken[f.logical] {
			f.logical = path // two files that cgo made from one: keep them apart
		}
		taken[f.logical] = true
		files = append(files, f)
	}
	return files, nil
}

// logicalPath returns the path that the positions in src name: that of the
// //line directive above the package clause if there is one, as cmd/cover and
// cmd/cgo write it into the copies that they make, or else the file's own.
func logicalPath(path string, src []byte) string {
	for line := range bytes.Lines(src) {
		line = bytes.TrimRight(line, "\r\n")
		if bytes.HasPrefix(line, []byte("package ")) {
			break
		}
		if rest, ok := bytes.CutPrefix(line, []byte("//line ")); ok {
			if name := directiveFile(string(rest)); filepath.IsAbs(name) {
				return name
			}
		}
	}
	return path
}

// directiveFile returns the file name of a //line directive: file:line or
// file:line:column.
func directiveFile(text string) string {
	for range 2 {
		i := strings.LastIndexByte(text, ':')
		if i < 0 || i+1 == len(text) || strings.Trim(text[i+1:], "0123456789") != "" {
			break
		}
		text = text[:i]
	}
	return text
}
