//go:build darwin || freebsd || netbsd || openbsd || dragonfly

package trace

// reserveRoom makes sure that a part of a file has room on the disk, so that
// writing to its mapping cannot fail.
func reserveRoom(fd int, at, n int64) error { return writeZeros(fd, at, n) }
