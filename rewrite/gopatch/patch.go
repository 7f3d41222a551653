package gopatch

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
)

// ABI numbers the agreement between package rt and the patched runtime: the
// layout of runtime.AsyncG, the table of events and the functions of the
// carrier file. rt/carrier_abi.go holds the number that rt was written for.
const ABI = 1

// RT is the import path of the runtime package that users import.
const RT = "github.com/asynchooks/asynchooks/rt"

// carrierFile is the file of package rt that differs in an instrumented build.
const carrierFile = "carrier_stock.go"

//go:embed source/runtime/*.go source/signal/*.go source/http/*.go source/httptrace/*.go
var addedSources embed.FS

//go:embed source/links/links.go
var linksSource string

//go:embed source/rt/carrier.go
var carrierSource string

// A File is a Go source file that the compiler is given.
type File struct {
	Path  string // as on the compiler's command line; a bare name for an added file
	Src   []byte
	Added bool // not on the command line before
}

// Releases returns the Go releases that can be instrumented.
func Releases() []string { return releases.All() }

// Supported reports whether version, as in `go env GOVERSION`, is a release
// that can be instrumented, and if not, a sentence that says why.
func Supported(version string) error { return releases.Supported(version) }

// Packages returns the import paths of the packages of the standard library that
// Patch changes in that Go release, in their order.
func Packages(version string) []string {
	var paths []string
	for _, path := range slices.Sorted(maps.Keys(patches)) {
		if r := patches[path].release; r == "" || releases.Is(version, r) {
			paths = append(paths, path)
		}
	}
	return paths
}

// Patches reports whether Patch changes the package with this import path.
func Patches(importPath string) bool {
	_, ok := patches[importPath]
	return ok || importPath == RT
}

// Patch returns the files that the compiler must be given in place of files to
// instrument the package, and whether they differ. Files that are not changed
// are not in the result; a changed file keeps its path and its lines. An error
// names the point that does not match.
func Patch(importPath, goVersion string, files []File) (out []File, changed bool, err error) {
	if importPath == RT {
		out, err = patchRT(files)
	} else if p, ok := patches[importPath]; ok {
		out, err = p.apply(importPath, goVersion, files)
	}
	return out, err == nil && len(out) > 0, err
}

func (p patch) apply(importPath, goVersion string, files []File) ([]File, error) {
	if err := Supported(goVersion); err != nil {
		return nil, err
	}
	srcs, err := parse(files)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, pt := range p.points {
		if pt.Release != "" && !releases.Is(goVersion, pt.Release) || pt.File != "" && !hasFile(files, pt.File) {
			continue
		}
		if n, want := pt.mark(srcs), max(pt.Times, 1); n != want {
			wrong = append(wrong, fmt.Sprintf("%s (found %d times, want %d)", pt, n, want))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("patch package %s of %s: no match for %s: this Go release is not one that asynchooks knows; choose another with GOTOOLCHAIN, or update asynchooks", importPath, goVersion, strings.Join(wrong, ", "))
	}
	var out []File
	for _, s := range srcs {
		if len(s.ins) > 0 {
			out = append(out, File{Path: s.Path, Src: s.apply()})
		}
	}
	return append(out, p.addedFiles(srcs[0].ast.Name.Name)...), nil
}

// hasFile reports whether a file of this name is one of files.
func hasFile(files []File, name string) bool {
	return slices.ContainsFunc(files, func(f File) bool {
		return path.Base(strings.ReplaceAll(f.Path, `\`, "/")) == name
	})
}

// addedFiles returns the files that are added to the package of this name.
func (p patch) addedFiles(name string) []File {
	var out []File
	if p.links {
		src := strings.Replace(linksSource, "package links\n", "package "+name+"\n", 1)
		out = append(out, File{Path: "asynchooks_links.go", Src: embedded(src), Added: true})
	}
	if p.added == "" {
		return out
	}
	names, err := fs.Glob(addedSources, "source/"+p.added+"/*.go")
	if err != nil {
		panic(err) // the pattern is well-formed
	}
	for _, name := range names {
		src, err := addedSources.ReadFile(name)
		if err != nil {
			panic(err) // it is embedded
		}
		out = append(out, File{Path: path.Base(name), Src: embedded(string(src)), Added: true})
	}
	return out
}

func patchRT(files []File) ([]File, error) {
	for _, f := range files {
		if path.Base(strings.ReplaceAll(f.Path, `\`, "/")) == carrierFile {
			return []File{{Path: f.Path, Src: embedded(carrierSource)}}, nil
		}
	}
	return nil, fmt.Errorf("patch package rt: no file %s: this version of rt was not made for this version of asynchooks; require the same version of both", carrierFile)
}

// embedded drops the build constraint that keeps an embedded file out of this
// module's own build. The line stays, empty, so that positions are true.
func embedded(src string) []byte {
	_, rest, ok := strings.Cut(src, "//go:build ignore\n")
	if !ok {
		panic("gopatch: embedded source without its build constraint")
	}
	return []byte("\n" + rest)
}
