package gopatch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rewrite/gopatch/releases"
)

// toolchains are the releases that the points are checked against. The ones
// that are not installed are fetched by the go command.
var toolchains = []string{"go1.26.8", "go1.27.4"}

// packageFiles returns the files of a package of the standard library that a
// build with the toolchain compiles for goos and goarch.
func packageFiles(t *testing.T, pkg, toolchain, goos, goarch string) []File {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", "{{.Dir}}\n{{join .GoFiles \"\\n\"}}", pkg)
	cmd.Dir = t.TempDir() // outside of this module, so that its go line does not choose
	cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+toolchain, "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOROOT=", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list with %s: %v", toolchain, err)
	}
	lines := strings.Fields(string(out))
	var files []File
	for _, name := range lines[1:] {
		path := filepath.Join(lines[0], name)
		src, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, File{Path: path, Src: src})
	}
	return files
}

func TestPointsMatch(t *testing.T) {
	for _, toolchain := range toolchains {
		for _, platform := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64", "js/wasm", "linux/386"} {
			for pkg := range patches {
				if r := patches[pkg].release; r != "" && !releases.Is(toolchain, r) {
					continue
				}
				goos, goarch, _ := strings.Cut(platform, "/")
				t.Run(toolchain+"/"+platform+"/"+pkg, func(t *testing.T) {
					files := packageFiles(t, pkg, toolchain, goos, goarch)
					out, changed, err := Patch(pkg, toolchain, files)
					if err != nil {
						t.Fatal(err)
					}
					if !changed {
						t.Fatal("nothing was changed")
					}
					checkLines(t, files, out, len(patches[pkg].addedFiles("p")))
				})
			}
		}
	}
}

// checkLines checks that the patched files parse and that every declaration
// that was there before is where it was.
func checkLines(t *testing.T, before, after []File, wantAdded int) {
	t.Helper()
	src := map[string][]byte{}
	for _, f := range before {
		src[f.Path] = f.Src
	}
	added := 0
	for _, f := range after {
		fset := token.NewFileSet()
		if _, err := parser.ParseFile(fset, f.Path, f.Src, 0); err != nil {
			t.Error(err)
		}
		if f.Added {
			added++
			continue
		}
		old, new := strings.Split(string(src[f.Path]), "\n"), strings.Split(string(f.Src), "\n")
		if len(old) != len(new) {
			t.Errorf("%s: %d lines became %d", f.Path, len(old), len(new))
		}
	}
	if added != wantAdded {
		t.Errorf("%d files were added, want %d", added, wantAdded)
	}
}

func TestUnsupported(t *testing.T) {
	for _, version := range []string{"go1.25.4", "go1.28", "go1.260", "devel go1.27-abc", ""} {
		if Supported(version) == nil {
			t.Errorf("Supported(%q) = nil", version)
		}
	}
	for _, version := range []string{"go1.26", "go1.26.8", "go1.27rc1", "go1.27.4", "go1.27.4 X:nogreenteagc"} {
		if err := Supported(version); err != nil {
			t.Errorf("Supported(%q) = %v", version, err)
		}
	}
}

// TestMissingPoint takes each point away in turn: the error must name it.
func TestMissingPoint(t *testing.T) {
	for pkg, patch := range patches {
		toolchain := toolchains[0]
		if patch.release != "" {
			toolchain = patch.release + ".4"
		}
		files := packageFiles(t, pkg, toolchain, "linux", "amd64")
		for _, p := range patch.points {
			if p.Release != "" && !releases.Is(toolchain, p.Release) {
				continue
			}
			t.Run(pkg+"/"+p.String(), func(t *testing.T) {
				var broken []File
				for _, f := range files {
					broken = append(broken, File{Path: f.Path, Src: without(t, f, p)})
				}
				_, changed, err := Patch(pkg, toolchain, broken)
				if err == nil || changed {
					t.Fatal("a package without this point was patched")
				}
				if !strings.Contains(err.Error(), p.String()) {
					t.Errorf("error does not name the point %s: %v", p, err)
				}
			})
		}
	}
}

// without renames the function or type that holds p.
func without(t *testing.T, f File, p point) []byte {
	t.Helper()
	srcs, err := parse([]File{f})
	if err != nil {
		t.Fatal(err)
	}
	src := string(f.Src)
	if p.Type != "" {
		return []byte(strings.Replace(src, "\ntype "+p.Type+" struct", "\ntype x"+p.Type+" struct", 1))
	}
	name := p.Func[strings.LastIndexByte(p.Func, '.')+1:]
	for _, d := range srcs[0].ast.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && funcName(fn) == p.Func {
			o := srcs[0].offset(fn.Name.Pos())
			return []byte(src[:o] + "x" + name + src[o+len(name):])
		}
	}
	return f.Src
}

func TestForeignCarrier(t *testing.T) {
	_, _, err := Patch(RT, "go1.26", []File{{Path: "rt/hooks.go"}})
	if err == nil || !strings.Contains(err.Error(), carrierFile) {
		t.Errorf("package rt without its carrier file: %v", err)
	}
}
