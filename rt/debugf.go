package rt

import (
	"fmt"
	"os"
)

// Debugf writes to standard output, at once and in one piece, and fires no
// hook: it is for printing in callbacks. It ends the line if the format does
// not. (fs.writeSync in the second document of spec/.)
func Debugf(format string, args ...any) {
	guard := holdEvents()
	defer guard.release()
	line := fmt.Appendf(nil, format, args...)
	if n := len(line); n == 0 || line[n-1] != '\n' {
		line = append(line, '\n')
	}
	os.Stdout.Write(line)
}
