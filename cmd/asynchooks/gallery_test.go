package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var updateGallery = flag.Bool("update-gallery", false, "write the reports to testdata/gallery")

// TestGallery records the programs of testdata/gallery, each of which has a story,
// and compares what the text report says of it with the golden report beside the
// program.
func TestGallery(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	readSources(t, root)
	goldens, err := filepath.Glob(filepath.Join(root, "testdata", "gallery", "*", "main.go"))
	if err != nil || len(goldens) < 6 {
		t.Fatalf("%d programs, %v", len(goldens), err)
	}
	for _, main := range goldens {
		dir := filepath.Dir(main)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "trace")
			tool(t, dir, "trace", "-o", file, "run", ".")
			slowest := 0
			if filepath.Base(dir) == "slowconsumer" { // whose story is in the first line
				slowest = 1
			}
			got := scrubReport(tool(t, dir, "trace", "view", "-text", file), slowest)
			golden := filepath.Join(dir, "report.txt")
			if *updateGallery {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("%s (-want +got):\n%s", golden, d)
			}
		})
	}
}

// tool runs the command in a folder and returns its standard output.
func tool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("asynchooks", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("asynchooks %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

var (
	aDuration = regexp.MustCompile(`\b\d+(\.\d+)?(ns|µs|ms|s)\b`)
	aVersion  = regexp.MustCompile(`, go1\.[^,]* `)
	aSystem   = regexp.MustCompile(`\b[a-z0-9]+/[a-z0-9]+, mode`)
	anID      = regexp.MustCompile(`(because of \w+) \d+,`)
	spaces    = regexp.MustCompile(`(\S)  +`)
	aTypeRow  = regexp.MustCompile(`^(  \d+) \d+ (\d+ \d+ \w+)$`)
)

// scrubReport takes out of a report what differs from run to run: times, rates,
// ids, the system. Of the tables that are ordered by time it leaves the first
// lines, slowest of them, which must not be a close race.
func scrubReport(text string, slowest int) string {
	var b strings.Builder
	rows := -3 // of a table ordered by time
	for line := range strings.Lines(text) {
		line = strings.TrimRight(aDuration.ReplaceAllString(line, "TIME"), "\n")
		line = aVersion.ReplaceAllString(line, ", GO ")
		line = aSystem.ReplaceAllString(line, "SYSTEM, mode")
		line = anID.ReplaceAllString(line, "$1 ID,")
		line = spaces.ReplaceAllString(line, "$1 ")
		line = aTypeRow.ReplaceAllString(line, "$1 RATE $2")
		if strings.HasPrefix(line, "Delay between") || strings.HasPrefix(line, "Time between") {
			rows = -2 // the title and the head come first
		} else if line == "" {
			rows = -3
		}
		if rows > -3 {
			if rows++; rows > slowest || slowest == 0 {
				continue
			}
		}
		if line != "" || !strings.HasSuffix(b.String(), "\n\n") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
