//go:build unix

package toolcall

import (
	"os"
	"syscall"
)

// ReplaceProcess runs a program in place of this one. A name without a slash is
// looked for in the absolute folders of PATH. It returns if that fails.
func ReplaceProcess(args []string) {
	if baseName(args[0]) != args[0] {
		syscall.Exec(args[0], args, os.Environ())
		return
	}
	for path := os.Getenv("PATH"); path != ""; {
		dir := path
		for i := range len(path) {
			if path[i] == os.PathListSeparator {
				dir = path[:i]
				break
			}
		}
		path = path[min(len(dir)+1, len(path)):]
		if dir == "" || dir[0] != '/' {
			return // the current folder: package build knows the rules of it
		}
		switch syscall.Exec(dir+"/"+args[0], args, os.Environ()) {
		case syscall.ENOENT, syscall.ENOTDIR, syscall.EACCES:
		default:
			return
		}
	}
}
