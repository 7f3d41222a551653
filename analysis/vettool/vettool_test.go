package vettool_test

import (
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/analysis/vettool"
)

// A program that is a vet tool among other things tells the go command's calls
// from its own commands, whatever files those name.
func TestIsCall(t *testing.T) {
	for args, want := range map[string]bool{
		"":                              false,
		"-V=full":                       true,
		"-flags":                        true,
		"/tmp/b001/vet.cfg":             true,
		"-json -asyncpair=true vet.cfg": true,
		"-tags a,b -json /tmp/vet.cfg":  true,
		"vet -json ./...":               false,
		"run . app.cfg":                 false,
		"toolexec /go/vet b001/vet.cfg": false,
		"-x run app.cfg":                false,
		"app.cfg run":                   false,
	} {
		if got := vettool.IsCall(strings.Fields(args)); got != want {
			t.Errorf("IsCall(%q) = %v, want %v", args, got, want)
		}
	}
}
