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
}

// ask asks the go command. It takes go.mod into account, which can name another
// toolchain.
func (c *goCall) ask() (settings, error) {
	out, err := exec.Command(c.goCommand, slices.Concat([]string{"env"}, c.chdir, []string{"GOVERSION", "GOFLAGS"})...).Output()
	version, goflags, _ := strings.Cut(strings.TrimRight(string(out), "\r\n"), "\n")
	return settings{strings.TrimSpace(version), strings.TrimSpace(goflags)}, err
}

// installed reads the same from the files of the Go installation that the go
// command is part of, which takes a tenth of the time of asking it. What it does
// not see is a toolchain that go.mod names: [Toolexec] checks the compiler that
// is really used, before anything is built.
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
	// As the go command does: a variable that is empty is one that is not set, and
	// there is no need to find or read the files if it is.
	if s.goflags = os.Getenv("GOFLAGS"); s.goflags != "" {
		return s, true
	}
	user := os.Getenv("GOENV")
	if user == "" {
		if dir, err := os.UserConfigDir(); err == nil {
			user = filepath.Join(dir, "go", "env")
		}
	}
	for _, file := range []string{user, filepath.Join(root, "go.env")} {
		if file == "" || file == "off" {
			continue
		}
		if value, ok := readEnv(file, "GOFLAGS"); ok {
			s.goflags = value
			break
		}
	}
	return s, true
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
