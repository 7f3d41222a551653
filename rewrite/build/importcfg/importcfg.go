// Package importcfg reads what the compiler is given to import from: the file of
// its -importcfg flag, and the archives that this names. It imports little, for
// programs that ask before the rest of them is initialised.
package importcfg

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/sitescan"
)

// Config is what the file of the compiler's -importcfg flag says.
type Config struct {
	Packages map[string]string // the file with the export data of a path
	Imports  map[string]string // the path that an import in the source means
}

// Read reads an import configuration; no file is an empty one.
func Read(file string) (*Config, error) {
	cfg := &Config{map[string]string{}, map[string]string{}}
	if file == "" {
		return cfg, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read import configuration: %w", err)
	}
	for line := range strings.Lines(string(data)) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		key, value, ok := strings.Cut(rest, "=")
		if !ok {
			continue
		}
		switch verb {
		case "packagefile":
			cfg.Packages[key] = value
		case "importmap":
			cfg.Imports[key] = value
		}
	}
	return cfg, nil
}

// Open opens the export data of a package.
func (c *Config) Open(path string) (io.ReadCloser, error) {
	file, ok := c.Packages[path]
	if !ok {
		return nil, fmt.Errorf("no export data of %s", path)
	}
	return os.Open(file)
}

// HasForeign reports whether a package that the import configuration in file names
// has a directive about functions of other packages, by a look at the bytes of
// export data. It takes what it cannot read for one: what follows reports it.
func HasForeign(file string) bool {
	cfg, err := Read(file)
	if err != nil {
		return true
	}
	for _, archive := range cfg.Packages {
		if data, err := exportData(archive); err != nil || bytes.Contains(data, []byte(sitescan.ForeignMark)) {
			return true
		}
	}
	return false
}

// exportData returns the part of an archive that importers read, which is the
// first, or all of a file in another format.
func exportData(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var head [len("!<arch>\n") + 60]byte
	if _, err := io.ReadFull(f, head[:]); err != nil || !bytes.HasPrefix(head[:], []byte("!<arch>\n__.PKGDEF")) {
		return os.ReadFile(file)
	}
	size, err := strconv.Atoi(strings.TrimSpace(string(head[len("!<arch>\n")+48:][:10])))
	if err != nil {
		return os.ReadFile(file)
	}
	data := make([]byte, size)
	_, err = io.ReadFull(f, data)
	return data, err
}
