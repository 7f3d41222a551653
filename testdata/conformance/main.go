package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/asynchooks/asynchooks/rt"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: conformance name | -list")
		os.Exit(2)
	}
	if os.Args[1] == "-list" {
		list()
		return
	}
	i := slices.IndexFunc(twins, func(t twin) bool { return t.Name == os.Args[1] })
	if i < 0 {
		fmt.Fprintf(os.Stderr, "conformance: no twin %s\n", os.Args[1])
		os.Exit(2)
	}
	twins[i].run()
	turns.drain()
	if !rt.Instrumented() {
		rt.Flush() // the end of an instrumented main does
	}
}

// list prints the table.
func list() {
	e := json.NewEncoder(os.Stdout)
	for _, t := range twins {
		if err := e.Encode(t); err != nil {
			panic(err)
		}
	}
}
