//go:build !unix

package toolcall

// replaceProcess does nothing: this system cannot replace a process.
func replaceProcess([]string) {}
