package build

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// settings are what the go command says that a build would have, as far as it
// must be known before.
type settings struct {
	version string // the Go release
	goflags string // GOFLAGS
	chooses bool   // the go command chooses a later toolchain where go.mod names one
}

// ask asks the go command. It takes go.mod into account, which can name another
// toolchain.
func (c *goCall) ask() (settings, error) {
	out, err := exec.Command(c.goCommand, slices.Concat([]string{"env"}, c.chdir, []string{"GOVERSION", "GOFLAGS"})...).Output()
	version, goflags, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\n")
	return settings{version: strings.TrimSpace(version), goflags: strings.TrimSpace(goflags)}, err
}

// installed reads the same from the files of the Go installation that the go
// command is part of, which takes a tenth of the time of asking it. What it does
// not see is a toolchain that go.mod names: mayChoose looks for that. [Toolexec]
// checks the compiler that is really used, before anything is built.
func installed(goCommand string) (s settings, ok bool) {
	path, err := filepath.EvalSymlinks(goCommand)
	if err != nil {
		return s, false
	}
	root := filepath.Dir(filepath.Dir(path))
	if set := os.Getenv("GOROOT"); set != "" && set != root {
		return s, false
	}
	version, err := os.ReadFile(filepath.Join(root, "VERSION"))
	if err != nil {
		return s, false
	}
	line, _, _ := strings.Cut(string(version), "\n")
	s.version = strings.TrimSpace(line)
	files := []string{userEnv(), filepath.Join(root, "go.env")}
	toolchain := variable("GOTOOLCHAIN", files)
	if !own(toolchain) {
		return s, false
	}
	s.chooses = toolchain != "local"
	s.goflags = variable("GOFLAGS", files)
	return s, true
}

// own reports whether a value of GOTOOLCHAIN has the go command run its own
// toolchain, but for what go.mod says.
func own(toolchain string) bool {
	return toolchain == "" || toolchain == "local" || toolchain == "auto" || toolchain == "path"
}

// userEnv is the file that go env -w writes to, or empty if there is none.
func userEnv() string {
	switch file := os.Getenv("GOENV"); file {
	case "off":
		return ""
	case "":
		dir, err := os.UserConfigDir()
		if err != nil {
			return ""
		}
		return filepath.Join(dir, "go", "env")
	default:
		return file
	}
}

// variable is the value of a setting of the go command: of the environment, or if
// that is empty, of the first file that has it.
func variable(name string, files []string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	for _, file := range files {
		if value, ok := readEnv(file, name); ok {
			return value
		}
	}
	return ""
}

// readEnv reads a variable from a file of the go command's settings. Of several
// lines for it, the last holds.
func readEnv(file, name string) (value string, ok bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", false
	}
	for line := range bytes.Lines(data) {
		if rest, found := bytes.CutPrefix(bytes.TrimSuffix(line, []byte("\n")), []byte(name+"=")); found {
			value, ok = string(rest), true
		}
	}
	return value, ok
}
