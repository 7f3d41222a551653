package main

import (
	"os"

	"github.com/asynchooks/asynchooks/analysis/vettool"
)

// vetHelp describes the vet command.
const vetHelp = `
Vet is go vet, with all its flags and checks, and those of this project:
asyncpair, asynclife, asynchook, asyncstore and asyncignore.

	asynchooks vet ./...
	asynchooks vet -fix ./...         apply the suggested fixes
	asynchooks vet -diff ./...        print what -fix would change
	asynchooks vet -json ./...        findings and fixes as JSON
	asynchooks vet -sarif ./...       findings as a SARIF log, for code hosts
	asynchooks vet -asyncpair ./...   that analyzer alone

The same without this command, from a Makefile or an editor:

	go vet -vettool=$(which asynchooks) ./...
`

// runVet is the vet command.
func runVet(args []string) int {
	tool, err := os.Executable()
	if err != nil {
		return refuse("vet: find this program: %v", err)
	}
	code, err := vettool.Vet(tool, args, os.Stdout, os.Stderr)
	if err != nil {
		return refuse("vet: %v", err)
	}
	return code
}
