//go:build amd64 || arm64

package rt

// goroutinePointer returns what tells one live goroutine from another.
func goroutinePointer() uintptr
