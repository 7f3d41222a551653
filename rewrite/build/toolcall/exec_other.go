//go:build !unix

package toolcall

// ReplaceProcess does nothing: this system cannot replace a process.
func ReplaceProcess([]string) {}
