package main

import (
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocs does what the guides in docs say, block by block, each guide in a
// module of its own:
//
//   - a go block whose first line is a comment with a file's name ("// main.go")
//     is written to that file; any other go block must be gofmt-clean;
//   - a file block ("```file go.work") is written too, whatever its language;
//   - a console block runs the lines that begin with "$ " in a shell, and the
//     lines after each are what it prints on both streams; "…" stands for
//     anything in a line, and on a line of its own for any lines.
//
// Every other block is a picture, and not looked at.
func TestDocs(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readSources(t, root)
	env := os.Environ()
	for name, value := range goEnv(t) {
		env = append(env, name+"="+value)
	}
	for _, page := range topics() {
		t.Run(page.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "go.mod"), goMod("example.com/"+page.name, root), 0o666); err != nil {
				t.Fatal(err)
			}
			for _, b := range docBlock.FindAllStringSubmatch(page.text, -1) {
				language, argument, text := b[1], b[2], b[3]
				switch {
				case language == "console":
					runConsole(t, dir, env, text)
				case language == "file":
					writeBlock(t, dir, argument, text)
				case language == "go":
					if name := docFile.FindStringSubmatch(text); name != nil {
						writeBlock(t, dir, name[1], text)
					}
					if clean, err := format.Source([]byte(text)); err != nil || string(clean) != text {
						t.Errorf("a go block is not gofmt-clean (%v):\n%s", err, text)
					}
				}
			}
		})
	}
}

var (
	docBlock = regexp.MustCompile("(?ms)^```([a-z]+)(?: (\\S+))?\n(.*?)^```$")
	docFile  = regexp.MustCompile(`^// (\S+\.go)\n`)
)

// writeBlock writes a block of a guide to a file of its module.
func writeBlock(t *testing.T, dir, name, text string) {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// runConsole runs the commands of a console block and compares what they print.
func runConsole(t *testing.T, dir string, env []string, block string) {
	for part := range strings.SplitSeq("\n"+strings.TrimSuffix(block, "\n"), "\n$ ") {
		if part == "" {
			continue
		}
		command, want, _ := strings.Cut(part, "\n")
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir, cmd.Env = dir, env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("$ %s\n%s%v", command, out, err)
		}
		if got := strings.TrimSuffix(string(out), "\n"); !matchOutput(want, got) {
			t.Errorf("$ %s\nprints\n%s\nand not, as the guide says,\n%s", command, got, want)
		}
	}
}

// matchOutput reports whether output is what a guide says, where "…" stands for
// anything in a line, and on a line of its own for any lines.
func matchOutput(want, got string) bool {
	pattern := regexp.QuoteMeta(want + "\n")
	pattern = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(pattern, `(?s:.*)`)
	pattern = strings.ReplaceAll(pattern, "…", ".*")
	return regexp.MustCompile(`\A` + pattern + `\z`).MatchString(got + "\n")
}

func TestMatchOutput(t *testing.T) {
	for i, c := range []struct {
		want, got string
		match     bool
	}{
		{"", "", true},
		{"", "x", false},
		{"a b", "a b", true},
		{"a.b", "axb", false},
		{"a … c", "a b c", true},
		{"a … c", "a\nc", false},
		{"a\n…\nc", "a\nb\nb\nc", true},
		{"a\n…\nc", "a\nc", true},
		{"a\n…", "b\na", false},
	} {
		if got := matchOutput(c.want, c.got); got != c.match {
			t.Error(fmt.Sprintf("case %d: matchOutput(%q, %q)", i, c.want, c.got), "is", got)
		}
	}
}

// TestTroubleshooting holds the guide's headings against the sources: each text
// in quotes is part of a message that the tool or package rt has.
func TestTroubleshooting(t *testing.T) {
	var sources strings.Builder
	for _, dir := range []string{".", "../../rewrite", "../../rt", "../../analysis"} {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			sources.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	all := sources.String()
	keys := 0
	for line := range strings.Lines(lookupTopic("troubleshooting").text) {
		if !strings.HasPrefix(line, "## `") {
			continue
		}
		for _, key := range docQuoted.FindAllStringSubmatch(line, -1) {
			keys++
			for _, part := range strings.Split(key[1], " in ") { // messages name a place: "-toolexec in %s"
				if !strings.Contains(all, part) {
					t.Errorf("no message of the tool has the text %q", part)
				}
			}
		}
	}
	if keys < 10 {
		t.Errorf("the guide has %d messages", keys)
	}
}

var docQuoted = regexp.MustCompile("`([^`]+)`")

// TestContributing holds the places that the guide names against the tree.
func TestContributing(t *testing.T) {
	_, table, _ := strings.Cut(lookupTopic("contributing").text, "## Where do I change X?")
	table, _, _ = strings.Cut(table, "\n## ")
	places := 0
	dir := ""
	for _, m := range docQuoted.FindAllStringSubmatch(table, -1) {
		name := m[1]
		if strings.Contains(name, "gopatch.") || strings.HasPrefix(name, "make ") {
			continue // an identifier, a command
		}
		// A name without a folder is beside the one before it.
		if strings.Contains(name, "/") {
			dir = filepath.Dir(name)
		} else {
			name = filepath.Join(dir, name)
		}
		places++
		if _, err := os.Stat(filepath.Join("../..", name)); err != nil {
			t.Error(err)
		}
	}
	if places < 15 {
		t.Errorf("the guide names %d places", places)
	}
}
