package build

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/build/importcfg"
	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// sitesFile is the name of the file that is added to a rewritten package.
const sitesFile = "asynchooks_sites.go"

// wantsRewrite reports whether the package may have sites, by a look at the
// bytes of its files.
func (c *compileCall) wantsRewrite(files []sourceFile) bool {
	if rewrite.HasRows(c.pkg) {
		return true
	}
	for _, f := range files {
		if sitescan.MayHaveSites(f.src) {
			return true
		}
	}
	return c.importsForeign()
}

// importsForeign reports whether a package that this one imports has a directive
// about functions of other packages. The standard library has none.
func (c *compileCall) importsForeign() bool { return !c.std && importcfg.HasForeign(c.importcfg) }

// rewriteSites puts the rewritten form of the package in place of its files.
func (c *compileCall) rewriteSites() error {
	files, err := c.sources()
	if err != nil {
		return fmt.Errorf("compile %s: %w", c.pkg, err)
	}
	if !c.wantsRewrite(files) {
		return nil
	}
	r, err := c.rewrite(files)
	if err != nil {
		return err
	}
	return c.replace(files, r)
}

// rewritten is what takes the place of the sources of a call.
type rewritten struct {
	files map[int][]byte // by index in the sources
	added []byte
}

// errSource means that the source is the compiler's to refuse.
var errSource = errors.New("source does not compile")

// rewrite finds the sites of the package and returns the files that differ. An
// error of the user's source is errSource: the compiler says it better.
func (c *compileCall) rewrite(files []sourceFile) (*rewritten, error) {
	fset := token.NewFileSet()
	pkg := &rewrite.Package{Path: c.pkg, Fset: fset, Src: map[*ast.File][]byte{}}
	index := map[*ast.File]int{}
	sites := rewrite.HasRows(c.pkg)
	for i, f := range files {
		if releases.JoinsLines(c.goVersion) {
			f.src = wholeLineNames(f.path, f.src)
		}
		tree, err := parser.ParseFile(fset, f.path, f.src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errSource, err)
		}
		pkg.Files = append(pkg.Files, tree)
		pkg.Src[tree] = f.src
		index[tree] = i
		sites = sites || rewrite.HasCandidates(tree)
	}
	if !sites && !c.importsForeign() {
		return nil, nil
	}
	if err := c.typeCheck(pkg); err != nil {
		return nil, err
	}
	res, err := rewrite.Rewrite(pkg)
	if err != nil {
		return nil, err
	}
	out := &rewritten{files: map[int][]byte{}, added: res.Added}
	for tree, src := range res.Files {
		out.files[index[tree]] = src
	}
	return out, nil
}

// typeCheck fills in the types of the package, from the export data that the
// compiler is given.
func (c *compileCall) typeCheck(pkg *rewrite.Package) error {
	exports, err := importcfg.Read(c.importcfg)
	if err != nil {
		return err
	}
	pkg.Info = &types.Info{
		Types:      map[ast.Expr]types.TypeAndValue{},
		Defs:       map[*ast.Ident]types.Object{},
		Uses:       map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	var first error
	conf := types.Config{
		GoVersion: c.lang,
		Importer:  &mappedImporter{importer.ForCompiler(pkg.Fset, "gc", exports.Open), exports.Imports},
		Error: func(err error) {
			if first == nil {
				first = err
			}
		},
		Sizes: types.SizesFor("gc", goarch()),
	}
	pkg.Types, _ = conf.Check(c.pkg, pkg.Fset, pkg.Files, pkg.Info)
	if first != nil {
		return fmt.Errorf("%w: %w", errSource, first)
	}
	return nil
}

// goarch returns the architecture that is built for. The go command sets it in
// the environment of its tools.
func goarch() string { return os.Getenv("GOARCH") }

// mappedImporter imports what the import configuration says that a path means.
type mappedImporter struct {
	types.Importer
	imports map[string]string
}

func (m *mappedImporter) Import(path string) (*types.Package, error) {
	if real, ok := m.imports[path]; ok {
		path = real
	}
	return m.Importer.Import(path)
}

// replace puts the rewritten files in place of the sources.
func (c *compileCall) replace(files []sourceFile, r *rewritten) error {
	if r == nil || r.added == nil {
		return nil
	}
	dir := filepath.Join(filepath.Dir(c.output), workDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("write rewritten %s: %w", c.pkg, err)
	}
	taken := map[string]bool{sitesFile: true, recordFile: true}
	for _, i := range slices.Sorted(maps.Keys(r.files)) {
		src, name := r.files[i], filepath.Base(files[i].path)
		if taken[name] {
			name = fmt.Sprintf("%d_%s", i, name) // cgo's and cover's copies lie elsewhere than the others
		}
		taken[name] = true
		path := filepath.Join(dir, name)
		if err := writeAs(path, files[i].path, src); err != nil {
			return fmt.Errorf("write rewritten %s: %w", c.pkg, err)
		}
		c.args[c.firstFile+i] = path
	}
	path := filepath.Join(dir, sitesFile)
	if err := writeAs(path, filepath.Join(filepath.Dir(files[0].logical), sitesFile), r.added); err != nil {
		return fmt.Errorf("write rewritten %s: %w", c.pkg, err)
	}
	c.args = append(c.args, path)
	return nil
}

// compileAsIs lets the compiler refuse a package that could not be rewritten.
// If it does not, neither will we build it in silence without its sites.
func (c *compileCall) compileAsIs(tool string, cause error) (int, error) {
	args, err := c.call()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(tool, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", tool, err)
	}
	return 0, fmt.Errorf("rewrite %s: %w, but the compiler takes it: exclude the package, and report this as a bug of asynchooks %s", c.pkg, cause, Version)
}
