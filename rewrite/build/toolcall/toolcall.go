// Package toolcall deals with those calls of a -toolexec program that need
// nothing of the rest of this module: of tools that are only run, and of the
// question for a tool's version, which the go command asks in each build.
//
// It imports package os alone, so that a program can call it while packages that
// take longer to initialise are not. What it leaves, and what it cannot do on this
// system, package build does as well.
package toolcall

import "os"

// Run deals with a call: args are those of the -toolexec program, flags first. If
// it does, it does not return.
func Run(args []string) {
	_, call := SplitFlags(args)
	if len(call) == 0 || call[0] == "" {
		return
	}
	if name := Name(call[0]); name == "compile" || hasSuffix(name, "gccgo") {
		return
	}
	if len(call) == 2 && call[1] == "-V=full" {
		if answer, ok := Release(call[0]); ok {
			if _, err := os.Stdout.WriteString(answer + "\n"); err != nil {
				return
			}
			os.Exit(0)
		}
	}
	ReplaceProcess(call)
}

// SplitFlags splits the arguments of a -toolexec program into the patterns of its
// -exclude flags, in the form that package build gives them, and the call of a
// tool, which is nil behind any other flag.
func SplitFlags(args []string) (exclude, call []string) {
	const flag = "-exclude="
	for len(args) > 0 && hasPrefix(args[0], flag) {
		exclude = append(exclude, args[0][len(flag):])
		args = args[1:]
	}
	if len(args) > 0 && hasPrefix(args[0], "-") {
		return nil, nil
	}
	return exclude, args
}

// Release is what a tool of a released toolchain answers to -V=full. The go
// command tells its tools, in their environment, all that is in it: the release
// and where its tools are. It is not known, and the tool has to be asked, for
// toolchains under development, for those of which the release is not all that
// there is to say, and with experiments.
func Release(tool string) (answer string, ok bool) {
	name, version := Name(tool), os.Getenv("GOVERSION")
	switch name {
	case "asm", "cgo", "compile", "cover", "link", "vet":
	default:
		return "", false
	}
	dir := os.Getenv("GOTOOLDIR")
	if dir == "" || len(tool) <= len(dir)+1 || !hasPrefix(tool, dir) || !os.IsPathSeparator(tool[len(dir)]) || baseName(tool) != tool[len(dir)+1:] {
		return "", false
	}
	if os.Getenv("GOEXPERIMENT") != "" || !isRelease(version) {
		return "", false
	}
	return name + " version " + version, true
}

// isRelease reports whether a version is that of a release and no more: go1.N or
// go1.N.N.
func isRelease(version string) bool {
	if !hasPrefix(version, "go1.") {
		return false
	}
	dots, digit := 0, false
	for _, c := range version[len("go1."):] {
		switch {
		case '0' <= c && c <= '9':
			digit = true
		case c == '.' && digit:
			dots++
			digit = false
		default:
			return false
		}
	}
	return digit && dots <= 1
}

// Name is the name of the tool at path, without the suffix of programs.
func Name(path string) string {
	name := baseName(path)
	if hasSuffix(name, ".exe") {
		name = name[:len(name)-len(".exe")]
	}
	return name
}

func baseName(path string) string {
	for i := len(path); i > 0; i-- {
		if os.IsPathSeparator(path[i-1]) {
			return path[i:]
		}
	}
	return path
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

func hasSuffix(s, suffix string) bool {
	return len(s) >= len(suffix) && s[len(s)-len(suffix):] == suffix
}
