// Package analysis is the home of the analyzers, which check uses of package rt
// without running them: asyncpair, asynclife, asynchook, asyncstore and
// asyncignore. Each package's documentation is the manual of its rules.
//
// # On the command line
//
//	asynchooks vet ./...
//	asynchooks vet -fix ./...
//	go vet -vettool=$(which asynchooks) ./...
//
// With a line "tool github.com/asynchooks/asynchooks/cmd/asynchooks" in go.mod
// nothing needs to be installed:
//
//	go vet -vettool="$(go tool -n asynchooks)" ./...
//
// go fix -fixtool=$(which asynchooks) applies the suggested fixes of these
// analyzers and of go vet's. For go fix's own as well, build a tool from package
// suite/fixes.
//
// # In editors
//
// gopls runs no analyzers but its own, so that findings come from a command that
// the editor runs: "asynchooks help editors" has VS Code, GoLand, Neovim and Vim.
//
// # On code hosts
//
//	asynchooks vet -sarif ./... > asynchooks.sarif
//
// gives a SARIF 2.1.0 log with a link to each rule.
//
// # In other programs
//
// Package suite has the list of analyzers for multicheckers, and the suite of go
// vet with these added; package golangci is a module plugin of golangci-lint.
package analysis
