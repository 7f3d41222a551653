package build

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"

	"github.com/asynchooks/asynchooks/rewrite"
)

// sitesFile is the name of the file that is added to a rewritten package.
const sitesFile = "asynchooks_sites.go"

// wantsRewrite reports whether the package may have sites, by a look at the
// bytes of its files.
func (c *compileCall) wantsRewrite(files []sourceFile) bool {
	for _, f := range files {
		if rewrite.MayHaveSites(f.src) {
			return true
		}
	}
	return false
}

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
	sites := false
	for i, f := range files {
		tree, err := parser.ParseFile(fset, f.path, f.src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			if c.std && !hasArrow(files) {
				return nil, nil // a newer syntax, and nothing to rewrite
			}
			return nil, fmt.Errorf("%w: %w", errSource, err)
		}
		if knownVersion(tree.GoVersion) == "" {
			tree.GoVersion = ""
		}
		pkg.Files = append(pkg.Files, tree)
		pkg.Src[tree] = f.src
		index[tree] = i
		sites = sites || rewrite.HasCandidates(tree)
	}
	if !sites {
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

// hasArrow reports whether the files have a send or a receive with an operator.
func hasArrow(files []sourceFile) bool {
	return slices.ContainsFunc(files, func(f sourceFile) bool { return bytes.Contains(f.src, []byte("<-")) })
}

// typeCheck fills in the types of the package, from the export data that the
// compiler is given.
func (c *compileCall) typeCheck(pkg *rewrite.Package) error {
	exports, err := readImportConfig(c.importcfg)
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
		GoVersion: knownVersion(c.lang),
		Importer:  &exportImporter{pkg.Fset, exports, map[string]*types.Package{}},
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

// knownVersion returns a language version, or "" if it is newer than the one
// that this program's type checker was made for: that one then takes all that
// it knows.
func knownVersion(lang string) string {
	if version.Compare(lang, version.Lang(runtime.Version())) > 0 {
		return ""
	}
	return lang
}

// goarch returns the architecture that is built for. The go command sets it in
// the environment of its tools.
func goarch() string { return os.Getenv("GOARCH") }

// importConfig is what the file of the compiler's -importcfg flag says.
type importConfig struct {
	packages map[string]string // the file with the export data of a path
	imports  map[string]string // the path that an import in the source means
}

func readImportConfig(file string) (*importConfig, error) {
	cfg := &importConfig{map[string]string{}, map[string]string{}}
	if file == "" {
		return cfg, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read import configuration: %w", err)
	}
	for line := range strings.Lines(string(data)) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		key, value, ok := strings.Cut(rest, "=")
		if !ok {
			continue
		}
		switch verb {
		case "packagefile":
			cfg.packages[key] = value
		case "importmap":
			cfg.imports[key] = value
		}
	}
	return cfg, nil
}

// exportImporter imports packages from the export data of the configuration.
type exportImporter struct {
	fset     *token.FileSet
	config   *importConfig
	packages map[string]*types.Package
}

func (m *exportImporter) Import(path string) (pkg *types.Package, err error) {
	if real, ok := m.config.imports[path]; ok {
		path = real
	}
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if pkg := m.packages[path]; pkg != nil && pkg.Complete() {
		return pkg, nil
	}
	file, ok := m.config.packages[path]
	if !ok {
		return nil, fmt.Errorf("no export data of %s", path)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("read export data of %s: %w", path, err)
	}
	return gcexportdata.Read(r, m.fset, m.packages, path)
}

// replace puts the rewritten files in place of the sources.
func (c *compileCall) replace(files []sourceFile, r *rewritten) error {
	if r == nil || len(r.files) == 0 {
		return nil
	}
	dir := filepath.Join(filepath.Dir(c.output), workDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("write rewritten %s: %w", c.pkg, err)
	}
	for i, src := range r.files {
		path := filepath.Join(dir, filepath.Base(files[i].path))
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
	cmd := exec.Command(tool, c.args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), nil
	}
	if err != nil {
		return 0, fmt.Errorf("run %s: %w", tool, err)
	}
	if own := runtime.Version(); knownVersion(version.Lang(c.goVersion)) == "" {
		return 0, fmt.Errorf("rewrite %s: %w: this asynchooks was built with %s, and the source is for %s: install it again with GOTOOLCHAIN=%[4]s", c.pkg, cause, own, c.goVersion)
	}
	return 0, fmt.Errorf("rewrite %s: %w, but the compiler takes it: exclude the package, and report this as a bug of asynchooks %s", c.pkg, cause, Version)
}
