package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// modes are the flags and modes of the go command, each with the script that
// holds an instrumented build to it, and the line there that asks for it. Those
// in matrix run with make fidelity.
var modes = []struct{ mode, script, line string }{
	{"-race", "matrix/race", "asynchooks build -race "},
	{"line table, DWARF", "lines", "dwarflines plain"},
	{"profiles and labels", "pprof", "cmp instrumented.out plain.out"},
	{"breakpoints in delve", "matrix/delve", "--init=commands"},
	{"-asan", "matrix/asan", "asynchooks build -asan "},
	{"-msan", "matrix/msan", "asynchooks build -msan "},
	{"-cover", "cover", "asynchooks build -cover "},
	{"-coverprofile is the same", "cover", "cmp instrumented.out plain.out"},
	{"-coverpkg=./...", "cover", "-coverpkg=./... "},
	{"-coverpkg=all", "coverpkg_all", "-coverpkg=all "},
	{"-coverpkg=all, tests", "matrix/cover_race", "asynchooks test -coverpkg=all "},
	{"-race -coverpkg=all", "matrix/cover_race", "asynchooks test -race -coverpkg=all "},
	{"-covermode", "cover", "-covermode=atomic "},
	{"coverage of both merges", "cover", "covdata merge "},
	{"-pgo, instrumented from plain", "matrix/pgo", "asynchooks build -pgo=plain.pprof "},
	{"-pgo, plain from instrumented", "matrix/pgo", "go build -pgo=instrumented.pprof "},
	{"-pgo=auto and off", "matrix/pgo", "cp instrumented.pprof default.pgo"},
	{"-trimpath", "moved", "asynchooks build -trimpath "},
	{"-trimpath with cgo", "matrix/files", "! grep $WORK trimmed$exe"},
	{"-ldflags", "build", "-ldflags='-s -w'"},
	{"-n, -x, -a, -p, -work", "output", "asynchooks build -a -p 1 -work "},
	{"-json", "output", "asynchooks build -json "},
	{"-tags", "matrix/sources", "-tags tagged"},
	{"-overlay", "matrix/sources", "-overlay=overlay.json"},
	{"-gcflags=all=-N -l", "matrix/gcflags", "-gcflags=all='-N -l'"},
	{"-buildmode=c-shared", "matrix/cshared", "-buildmode=c-shared"},
	{"-buildmode=c-archive", "matrix/cshared", "-buildmode=c-archive"},
	{"-buildmode=plugin", "matrix/plugin", "-buildmode=plugin"},
	{"-buildmode=pie", "matrix/pie", "-buildmode=pie"},
	{"-buildmode=shared, refused", "usage", "-linkshared in|asynchooks install -linkshared"},
	{"-compiler=gccgo, refused", "usage", "-compiler=gccgo"},
	{"-mod=vendor", "vendor", "-mod=vendor"},
	{"-mod=mod", "matrix/settings", "-mod=mod"},
	{"-modfile", "matrix/settings", "-modfile=other.mod"},
	{"-C", "build", "asynchooks build -C .."},
	{"go.work, from its root", "workspace", "asynchooks run ./one"},
	{"go.work, from a member", "workspace", "cd two"},
	{"go.work with -modfile, refused by go", "workspace", "asynchooks build -modfile=go.mod "},
	{"GOFLAGS=-toolexec", "toolexec", "env GOFLAGS="},
	{"GOFLAGS with quotes and spaces", "matrix/files", "/the tool/asynchooks"},
	{"go list -export", "export", "go list -export -deps "},
	{"-toolexec of another tool, refused", "usage", "GOFLAGS=-toolexec=other"},
	{"cgo", "matrix/cgo", "CGO_ENABLED=1"},
	{"threads from C", "cgo_thread", "asynchooks "},
	{"functions exported to C", "matrix/cshared", "from threads"},
	{"assembly", "matrix/sources", "add_amd64.s"},
	{"//go:linkname", "matrix/files", "//go:linkname linked "},
	{"//line, //go:build ignore", "matrix/files", "/*line page.tmpl"},
	{".syso files", "matrix/syso", ".syso add.txt"},
	{"names with spaces and of any letters", "matrix/files", "größe 日本.go"},
	{"10,000 files, one of 5 MB", "matrix/large", "range 10000"},
	{"go:embed", "matrix/sources", "//go:embed"},
	{"external tests", "test", "external_test.go"},
	{"packages of tests alone", "matrix/files", "asynchooks test ./only/..."},
	{"test -c of several packages", "test", "asynchooks test -c -o binaries/ "},
	{"benchmarks, fuzzing, -json, -exec", "testflags", "-fuzz=FuzzSend"},
	{"GOEXPERIMENT", "matrix/settings", "GOEXPERIMENT=nogreenteagc"},
	{"GOFIPS140", "matrix/settings", "GOFIPS140=latest"},
	{"GOFIPS140 with -race", "matrix/settings", "asynchooks run -race ."},
	{"GOAMD64", "matrix/settings", "GOAMD64=v3"},
	{"GODEBUG in go.mod", "language", "godebug panicnil=1"},
	{"GOPRIVATE", "modules", "GOPRIVATE="},
	{"-buildvcs", "matrix/vcs", "-buildvcs=true"},
	{"go run module@version", "modules", "asynchooks run corp.example.com/tool@v1.2.3"},
	{"go install module@version", "modules", "asynchooks install corp.example.com/tool@v1.2.3"},
	{"go tool", "modules", "go tool tool"},
	{"go 1.20", "matrix/sources", "go 1.20"},
	{"go 1.20 in a dependency, go1.22 in a file", "language", "//go:build go1.22"},
	{"read-only module cache", "modules", "cmp before after"},
	{"toolchain from the module cache", "go127", "GOTOOLCHAIN=go1.27.4"},
	{"the toolchain line of go.mod", "toolchain", "go mod edit -toolchain="},
	{"-exclude in GOFLAGS", "exclude", "env GOFLAGS="},
	{"tool calls before packages are initialised", "early", "inittrace=1"},
	{"unknown Go release, refused", "unsupported", "go1.28.1"},
	{"cross-compiling", "matrix/cross", "GOOS=js GOARCH=wasm"},
	{"byte-identical builds", "shared_cache", "same instrumented1"},
	{"concurrent builds on one cache", "matrix/concurrent", "asynchooks build -o two$exe . &two&"},
	{"GOCACHEPROG", "matrix/cacheprog", "env GOCACHEPROG="},
	{"GOCACHE in memory", "matrix/tmpfs", "memory GOCACHE"},
	{"a killed build", "interrupted", "stopgo kill"},
	{"a moved checkout", "moved", "mv a b"},
	{"container layers", "matrix/layers", "asynchooks build -trimpath std"},
	{"-exclude", "exclude", "-exclude example.com/program/pool"},
	{"//asynchooks:off", "diff", "//asynchooks:off"},
	{"asynchooks version BINARY", "build", "asynchooks version program$exe"},
}

// TestModes checks that the table is true: each script is there, and asks for
// what the table says.
func TestModes(t *testing.T) {
	for _, m := range modes {
		path := filepath.Join("..", "..", "testdata", "script", m.script+".txtar")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Errorf("%s: %v", m.mode, err)
			continue
		}
		for _, line := range strings.Split(m.line, "|") {
			if !strings.Contains(string(text), line) {
				t.Errorf("%s: %s has no line with %q", m.mode, path, line)
			}
		}
	}
}
