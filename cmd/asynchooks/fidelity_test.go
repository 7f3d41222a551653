//go:build fidelity

package main

import "testing"

// TestFidelity runs the scripts of testdata/script/matrix: build modes and
// platforms, which need a C compiler and more time than the rest.
func TestFidelity(t *testing.T) { runScripts(t, "matrix") }
