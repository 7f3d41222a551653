package toolscan

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestIsPlain(t *testing.T) {
	dir := t.TempDir()
	for name, src := range map[string]string{
		"plain.go":   "package p\n\nfunc f(s []int) {\n\tfor i, v := range s {\n\t\t_, _ = i, v\n\t}\n}\n",
		"receive.go": "package p\n\nfunc f(ch chan int) { <-ch }\n",
		"none.a":     "!<arch>\n__.PKGDEF       0           0     0     644     4         `\nnone",
		"foreign.a":  "!<arch>\n__.PKGDEF       0           0     0     644     25        `\nAsynchooks_callbacks_0123",
		"behind.a":   "!<arch>\n__.PKGDEF       0           0     0     644     4         `\nnoneAsynchooks_callbacks_0123",
		"none":       "packagefile a=" + filepath.Join(dir, "none.a") + "\npackagefile b=" + filepath.Join(dir, "behind.a") + "\n",
		"foreign":    "packagefile a=" + filepath.Join(dir, "none.a") + "\npackagefile b=" + filepath.Join(dir, "foreign.a") + "\n",
		"gone":       "packagefile a=" + filepath.Join(dir, "gone.a") + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		args  string
		plain bool
	}{
		{"-p a/p DIR/plain.go", true},
		{"-p=a/p DIR/plain.go", true},
		{"-p a/p DIR/plain.go DIR/receive.go", false},
		{"-p a/p DIR/plain.go DIR/gone.go", false},
		{"-p a/p", false},
		{"DIR/plain.go", false},
		{"@DIR/plain.go", false},
		{"-asynchooks-record=1 -p main DIR/plain.go", false},
		{"-p context -std DIR/plain.go", false},
		{"-p context DIR/plain.go", false},
		{"-p google.golang.org/grpc DIR/plain.go", false},
		{"-p internal/abi -std DIR/receive.go", true},
		{"-p runtime -std DIR/plain.go", false},
		{"-p a/p -importcfg DIR/none DIR/plain.go", true},
		{"-p a/p -importcfg DIR/foreign DIR/plain.go", false},
		{"-p a/p -importcfg DIR/foreign -std DIR/plain.go", true},
		{"-p a/p -importcfg DIR/gone DIR/plain.go", false},
		{"-p a/p -importcfg DIR/nowhere DIR/plain.go", false},
	}
	for _, tt := range tests {
		c, ok := parse(strings.Fields(strings.ReplaceAll(tt.args, "DIR", dir)))
		if got := ok && c.isPlain(); got != tt.plain {
			t.Errorf("compile %s: plain: %v, want %v", tt.args, got, tt.plain)
		}
	}
}
