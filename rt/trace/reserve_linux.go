package trace

import (
	"errors"
	"syscall"
)

// reserveRoom makes sure that a part of a file has room on the disk, so that
// writing to its mapping cannot fail.
func reserveRoom(fd int, at, n int64) error {
	for {
		err := syscall.Fallocate(fd, 0, at, n)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EOPNOTSUPP), errors.Is(err, syscall.ENOSYS):
			return writeZeros(fd, at, n)
		}
		return err
	}
}
