// Table prints the answers of several peers side by side: table NAME PROGRAM….
package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if len(os.Args) < 3 || len(os.Args)%2 == 0 {
		fmt.Fprintln(os.Stderr, "usage: table name program...")
		os.Exit(2)
	}
	var cells []string
	answers := map[string][]string{}
	var names []string
	for i := 1; i < len(os.Args); i += 2 {
		words := strings.Fields(os.Args[i+1])
		out, err := exec.Command(words[0], words[1:]...).CombinedOutput()
		if err != nil {
			fmt.Fprintf(os.Stderr, "run %s: %v\n%s", os.Args[i+1], err, out)
			os.Exit(1)
		}
		names = append(names, os.Args[i])
		for line := range strings.Lines(string(out)) {
			cell, answer, ok := strings.Cut(strings.TrimSpace(line), "\t")
			if !ok {
				continue
			}
			if answers[cell] == nil {
				cells = append(cells, cell)
			}
			answers[cell] = append(answers[cell], answer)
		}
	}
	for _, cell := range cells {
		fmt.Println(cell)
		for i, answer := range answers[cell] {
			fmt.Printf("    %-28s %s\n", names[i], answer)
		}
	}
}
