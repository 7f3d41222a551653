package build

import (
	"path/filepath"
	"testing"
)

func TestWholeLineNames(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	for src, want := range map[string]string{
		"package p\n":                                  "package p\n",
		"//line a.y:3\npackage p\n":                    "//line " + in("a.y") + ":3\npackage p\n",
		"//line b/../../a.y:3:7\r\npackage p\n":        "//line " + in("../a.y") + ":3:7\r\npackage p\n",
		"package p /*line a:b.y:3:1*/; var x int\n":    "package p /*line " + in("a:b.y") + ":3:1*/; var x int\n",
		"//line :3\npackage p /*line :4:5*/\n":         "//line :3\npackage p /*line :4:5*/\n",
		"//line " + in("a.y") + ":3\npackage p\n":      "//line " + in("a.y") + ":3\npackage p\n",
		"//line a.y\npackage p //line b.y:1\n":         "//line a.y\npackage p //line b.y:1\n",
		"//line a.y:x\n//line\npackage p\n":            "//line a.y:x\n//line\npackage p\n",
		"package p\nconst s = `\n//line a.y:3\n`\n":    "package p\nconst s = `\n//line a.y:3\n`\n",
		"package p\n//line a.y:1\n//line b.y:2\n@@@\n": "package p\n//line " + in("a.y") + ":1\n//line " + in("b.y") + ":2\n@@@\n",
	} {
		if got := string(wholeLineNames(in("p.go"), []byte(src))); got != want {
			t.Errorf("of\n%s\n%s\nwant\n%s", src, got, want)
		}
	}
}
