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
	{"-covermode", "cover", "-covermode=atomic "},
	{"coverage of both merges", "cover", "covdata merge "},
	{"-pgo, instrumented from plain", "matrix/pgo", "asynchooks build -pgo=plain.pprof "},
	{"-pgo, plain from instrumented", "matrix/pgo", "go build -pgo=instrumented.pprof "},
	{"-trimpath", "moved", "asynchooks build -trimpath "},
	{"-ldflags", "build", "-ldflags='-s -w'"},
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
	{"GOFLAGS=-toolexec", "toolexec", "env GOFLAGS="},
	{"-toolexec of another tool, refused", "usage", "GOFLAGS=-toolexec=other"},
	{"cgo", "matrix/cgo", "CGO_ENABLED=1"},
	{"threads from C", "cgo_thread", "asynchooks "},
	{"assembly", "matrix/sources", "add_amd64.s"},
	{"go:embed", "matrix/sources", "//go:embed"},
	{"external tests", "test", "external_test.go"},
	{"benchmarks, fuzzing, -json, -exec", "testflags", "-fuzz=FuzzSend"},
	{"GOEXPERIMENT", "matrix/settings", "GOEXPERIMENT=nogreenteagc"},
	{"GOFIPS140", "matrix/settings", "GOFIPS140=latest"},
	{"GOPRIVATE", "modules", "GOPRIVATE="},
	{"-buildvcs", "matrix/vcs", "-buildvcs=true"},
	{"go run module@version", "modules", "asynchooks run corp.example.com/tool@v1.2.3"},
	{"go tool", "modules", "go tool tool"},
	{"go 1.20", "matrix/sources", "go 1.20"},
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
