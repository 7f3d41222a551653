package main

import (
	"debug/dwarf"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// dwarflines writes at which source lines a debugger can stop in the functions of
// an ELF binary, by its DWARF line table: dwarflines BINARY REGEXP FILE takes the
// functions whose names match.
func dwarflines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: dwarflines binary regexp file")
	}
	binary, err := elf.Open(ts.MkAbs(args[0]))
	ts.Check(err)
	defer binary.Close()
	data, err := binary.DWARF()
	ts.Check(err)
	seen, err := breakpoints(data, regexp.MustCompile(args[1]))
	ts.Check(err)
	text := strings.Join(slices.Sorted(maps.Keys(seen)), "\n") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o666))
}

// breakpoints returns "function file:line" for each statement of the functions
// whose names match.
func breakpoints(data *dwarf.Data, names *regexp.Regexp) (map[string]bool, error) {
	seen := map[string]bool{}
	var unit *dwarf.Entry
	entries := data.Reader()
	for {
		e, err := entries.Next()
		if err != nil || e == nil {
			return seen, err
		}
		if e.Tag == dwarf.TagCompileUnit {
			unit = e
		}
		name, _ := e.Val(dwarf.AttrName).(string)
		if e.Tag != dwarf.TagSubprogram || !names.MatchString(name) || strings.Contains(name, "asynchooks") || strings.Contains(name, ".deferwrap") {
			continue
		}
		ranges, err := data.Ranges(e)
		if err != nil {
			return nil, err
		}
		lines, err := data.LineReader(unit)
		if err != nil {
			return nil, err
		}
		for _, r := range ranges {
			var at dwarf.LineEntry
			if err := lines.SeekPC(r[0], &at); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for at.Address < r[1] {
				if at.IsStmt {
					seen[fmt.Sprintf("%s %s:%d", name, filepath.Base(at.File.Name), at.Line)] = true
				}
				if err := lines.Next(&at); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					return nil, err
				}
			}
		}
	}
}
