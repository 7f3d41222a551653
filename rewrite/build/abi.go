package build

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// abiFile is the file of package rt that says which ABI it was written for.
const abiFile = "carrier_abi.go"

// CheckABI is the check that a build makes of package rt in that folder.
func CheckABI(dir string) error {
	path := filepath.Join(dir, abiFile)
	src, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err != nil {
		path = filepath.Join(dir, "rt.go")
	}
	return checkABI([]sourceFile{{path: path, logical: path, src: src}})
}

// checkABI compares the ABI number of the rt package that a program uses,
// whose version the program's go.mod decides, with that of the patches in this
// tool.
func checkABI(files []sourceFile) error {
	dir := filepath.Dir(files[0].logical)
	for _, f := range files {
		if filepath.Base(f.logical) != abiFile {
			continue
		}
		n := 0
		for line := range bytes.Lines(f.src) {
			n++
			words := strings.Fields(string(line))
			if len(words) > 0 && words[0] == "const" {
				words = words[1:]
			}
			if len(words) < 3 || words[0] != "carrierABI" || words[1] != "=" {
				continue
			}
			if words[2] == fmt.Sprint(gopatch.ABI) {
				return nil
			}
			return fmt.Errorf("%s:%d: this rt has carrier ABI %s, but asynchooks %s patches the runtime for ABI %d: take both from one version, as in go get github.com/asynchooks/asynchooks@%s",
				f.logical, n, words[2], Version, gopatch.ABI, Version)
		}
		return fmt.Errorf("%s: no constant carrierABI: this is no rt that asynchooks %s (ABI %d) can serve; go get github.com/asynchooks/asynchooks@%s", f.logical, Version, gopatch.ABI, Version)
	}
	return fmt.Errorf("%s: no file %s: this is no rt that asynchooks %s (ABI %d) can serve; go get github.com/asynchooks/asynchooks@%s", dir, abiFile, Version, gopatch.ABI, Version)
}
