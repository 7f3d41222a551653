package trace

import (
	"io"
	"os"
)

// copyFile returns what writes the beginning of a file, as it is then.
func copyFile(path string, n int64) func(io.Writer) (int64, error) {
	return func(w io.Writer) (int64, error) {
		f, err := os.Open(path)
		if err != nil {
			return 0, err
		}
		defer f.Close()
		return io.Copy(w, io.LimitReader(f, n))
	}
}
