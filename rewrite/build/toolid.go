package build

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"sync"

	"github.com/asynchooks/asynchooks/rewrite"
	"github.com/asynchooks/asynchooks/rewrite/gopatch"
)

// Version is the version of the tool. It is a constant, and not what the go
// command stamped into the binary, because it is part of the cache key: two
// tools made from the same sources must agree on it wherever they were built.
const Version = "v0.1.0"

// sources are the files of this package that decide what the compiler is
// given. Their text is part of the tool's id, so that a change to them can not
// meet archives that were made before it.
//
//go:embed toolid.go compile.go patch.go rewrite.go abi.go mark.go options.go record.go
var sources embed.FS

// ToolID identifies what the tool does to a build: its version, the patches
// and the code that applies them. It is the hash of content alone; no path,
// time or machine enters it.
var ToolID = sync.OnceValue(func() string {
	h := sha256.New()
	fmt.Fprintf(h, "asynchooks %s\nabi %d\npatches %s\nsites %s\n", Version, gopatch.ABI, gopatch.ContentHash(), rewrite.ContentHash())
	entries, err := sources.ReadDir(".")
	if err != nil {
		panic(err) // the embedded tree is part of the program
	}
	for _, e := range entries {
		src, err := sources.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(h, "file %s %d\n%s", e.Name(), len(src), src)
	}
	return short(h.Sum(nil))
})

// hash returns the hash of a text in the form of a tool id.
func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return short(sum[:])
}

func short(sum []byte) string { return hex.EncodeToString(sum[:12]) }
