package rewrite

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
)

//go:embed *.go
var sources embed.FS

// ContentHash identifies what Rewrite does: it is the hash of this package's
// source.
func ContentHash() string {
	entries, err := sources.ReadDir(".")
	if err != nil {
		panic(err) // they are embedded
	}
	h := sha256.New()
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		src, err := sources.ReadFile(e.Name())
		if err != nil {
			panic(err)
		}
		fmt.Fprintf(h, "%s %d\n%s", e.Name(), len(src), src)
	}
	return hex.EncodeToString(h.Sum(nil))
}
