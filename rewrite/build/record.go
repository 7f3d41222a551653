package build

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/build/importcfg"
)

// recordFlag is a flag among those of the compiler by which the go command tells
// the packages of its command line from others, and a program with the recorder
// from one without: it is part of their cache keys. Its value is the recorder's
// id. The compiler does not get to see it.
const recordFlag = "-asynchooks-record="

// recordFile is the file that is added to a program's package main.
const recordFile = "asynchooks_record.go"

const recorderImport = "package main\n\nimport _ \"" + recorderPackage + "\"\n"

// takeRecord takes the flag out of the arguments and reports whether it was
// there.
func (c *compileCall) takeRecord() bool {
	i := slices.IndexFunc(c.args[:c.firstFile], func(a string) bool { return strings.HasPrefix(a, recordFlag) })
	if i < 0 {
		return false
	}
	c.args = slices.Delete(c.args, i, i+1)
	c.firstFile--
	return true
}

// record adds the import of the recorder to package main.
func (c *compileCall) record() error {
	if c.pkg != "main" || c.firstFile == len(c.args) {
		return nil
	}
	if c.options.Record == "" {
		return fmt.Errorf("compile main: %s is asynchooks' own flag: use asynchooks trace", strings.TrimSuffix(recordFlag, "="))
	}
	exports, err := importcfg.Read(c.options.Record)
	if err != nil {
		return err
	}
	dir := filepath.Join(filepath.Dir(c.output), workDir)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("add the recorder: %w", err)
	}
	path := filepath.Join(dir, recordFile)
	shown := filepath.Join(filepath.Dir(c.args[c.firstFile]), recordFile)
	config := filepath.Join(dir, "importcfg")
	line := fmt.Appendf(nil, "packagefile %s=%s\n", recorderPackage, exports.Packages[recorderPackage])
	if err := errors.Join(writeAs(path, shown, []byte(recorderImport)), copyWith(config, c.importcfg, line)); err != nil {
		return fmt.Errorf("add the recorder: %w", err)
	}
	c.args = append(c.args, path)
	for i, a := range c.args[:c.firstFile] {
		switch a {
		case "-importcfg":
			c.args[i+1] = config
		case "-importcfg=" + c.importcfg:
			c.args[i] = "-importcfg=" + config
		}
	}
	return nil
}

// copyWith copies a file and adds to it.
func copyWith(to, from string, more []byte) error {
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if len(data) > 0 && data[len(data)-1] != '\n' {
		data = append(data, '\n')
	}
	return os.WriteFile(to, append(data, more...), 0o666)
}

// recordLink returns the arguments of a call of the linker that finds the
// recorder and what it imports as well.
func (o Options) recordLink(args []string) ([]string, error) {
	args, err := expandResponseFile(args)
	if err != nil {
		return nil, err
	}
	i := slices.Index(args, "-importcfg")
	if i < 0 || i+1 == len(args) {
		return args, nil // not a program: -V=full
	}
	given, err := importcfg.Read(args[i+1])
	if err != nil {
		return nil, err
	}
	ours, err := importcfg.Read(o.Record)
	if err != nil {
		return nil, err
	}
	var more []byte
	for path, file := range ours.Packages {
		other, ok := given.Packages[path]
		if !ok {
			more = fmt.Appendf(more, "packagefile %s=%s\n", path, file)
		} else if same, err := sameBuild(file, other); err != nil {
			return nil, err
		} else if !same {
			return nil, otherBuild(path)
		}
	}
	config := args[i+1] + ".asynchooks"
	if err := copyWith(config, args[i+1], more); err != nil {
		return nil, fmt.Errorf("add the recorder: %w", err)
	}
	args = slices.Clone(args)
	args[i+1] = config
	return args, nil
}

// otherBuild is the error for a package that the program and the recorder have
// in different builds.
func otherBuild(path string) error {
	if strings.HasPrefix(path, strings.TrimSuffix(recorderPackage, "/trace/auto")) {
		return fmt.Errorf("link the recorder: the program uses a package %s of another version than this asynchooks (%s): update the one or the other; in a vendor folder, import %s somewhere and run go mod vendor", path, Version, recorderPackage)
	}
	return fmt.Errorf("link the recorder: package %s is compiled in another way for this program: trace it without flags that change how single packages of the standard library are compiled (-coverpkg, -pgo, -gcflags with a pattern)", path)
}

// sameBuild reports whether two archives were compiled from the same.
func sameBuild(a, b string) (bool, error) {
	if a == b {
		return true, nil
	}
	idA, err := buildID(a)
	if err != nil {
		return false, err
	}
	idB, err := buildID(b)
	return idA == idB, err
}

// buildID returns the build id of an archive: action/content.
func buildID(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("read archive: %w", err)
	}
	defer f.Close()
	head, _ := bufio.NewReaderSize(f, 4096).Peek(4096)
	for line := range bytes.Lines(head) {
		if id, ok := bytes.CutPrefix(line, []byte("build id ")); ok {
			return string(id), nil
		}
	}
	return "", fmt.Errorf("read archive %s: no build id", file)
}
