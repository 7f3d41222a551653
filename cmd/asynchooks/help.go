package main

import (
	"fmt"
	"os"
	"strings"
)

// command is one command of asynchooks, as help describes it.
type command struct {
	name  string
	args  string
	short string
	long  string
	run   func(args []string) int // nil: main deals with it
}

// commands are in the order that help lists them. It is a function because
// help is one of them.
func commands() []command {
	return []command{
		{name: "build", args: "[go build flags] [packages]", short: "build packages, instrumented", long: `
Build is go build, with all its flags, for an instrumented build: the main
module, its dependencies and the standard library.

	asynchooks build -o server ./cmd/server

One flag is asynchooks' own, here and for run, test and install. It can be
repeated.

	-exclude pattern
		do not rewrite the source of packages whose import path matches, as in
		-exclude=example.com/module/internal/...; their goroutines, messages and
		timers still take part, since the runtime sees to those
`},
		{name: "run", args: "[go build flags] package [arguments]", short: "build and run a program, instrumented", long: `
Run is go run, with all its flags, for an instrumented build.

	asynchooks run ./cmd/server -addr localhost:8080
`},
		{name: "test", args: "[go test flags] [packages] [test flags]", short: "test packages, instrumented", long: `
Test is go test, with all its flags, for an instrumented build.

	asynchooks test -race ./...
`},
		{name: "install", args: "[go build flags] [packages]", short: "build and install programs, instrumented", long: `
Install is go install, with all its flags, for an instrumented build.

	asynchooks install ./cmd/server
`},
		{name: "generate", args: "[flags] [packages]", short: "write rewritten sources, for builds without the tool", long: generateHelp, run: runGenerate},
		{name: "diff", args: "[flags] [packages]", short: "show what would be rewritten, and why", long: diffHelp, run: runDiff},
		{name: "doctor", args: "[go build flags] [packages]", short: "say what an instrumented build would fail at here", long: doctorHelp, run: runDoctor},
		{name: "toolexec", args: "tool [arguments]", short: "stand between the go command and its tools", long: `
Toolexec is what the go command runs in an instrumented build; the commands
above set it. Where something else calls the go command, give it the flag:

	go build -toolexec='asynchooks toolexec' ./...
	go env -w GOFLAGS="'-toolexec=asynchooks toolexec'"

Plain and instrumented builds share a build cache and never an entry in it.
`},
		{name: "trace", args: "[-o file] [-limit size] run|test|view|export arguments", short: "record what a program starts, because of what, and look at it", long: traceHelp, run: runTrace},
		{name: "vet", args: "[go vet flags] [packages]", short: "find misuse of package rt, and all that go vet finds", long: vetHelp, run: runVet},
		{name: "version", args: "[binary]", short: "print the tool's version, or how a binary was instrumented", long: `
Version prints the version of the tool, the number of its agreement with package
rt, and its tool id, a hash of its patches that is part of every cache key. Given
a binary it says whether it was instrumented, by which version and with which Go
release.

	asynchooks version ./server
`, run: runVersion},
		{name: "help", args: "[command or guide]", short: "describe a command, or print a guide", long: `
Help lists the commands and guides, describes a command, or prints a guide.

	asynchooks help build
`, run: runHelp},
	}
}

// lookup returns the command of that name, or nil.
func lookup(name string) *command {
	for _, c := range commands() {
		if c.name == name {
			return &c
		}
	}
	return nil
}

// usage is the text of help without an argument.
func usage() string {
	var b strings.Builder
	b.WriteString("Asynchooks builds Go programs with async_hooks and AsyncLocalStorage.\n\nUsage:\n\n\tasynchooks <command> [arguments]\n\nCommands:\n\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\t%-15s %s\n", c.name, c.short)
	}
	b.WriteString("\nFor example:\n\n\tasynchooks run ./cmd/server\n\nGuides:\n\n")
	for _, t := range topics() {
		fmt.Fprintf(&b, "\t%-15s %s\n", t.name, t.title)
	}
	b.WriteString("\nRun 'asynchooks help <command or guide>' for more about one.\n")
	return b.String()
}

// runHelp is the help command.
func runHelp(args []string) int {
	switch len(args) {
	case 0:
		fmt.Fprint(os.Stdout, usage())
		return 0
	case 1:
		// A guide may bear the name of a command and then says more than it.
		c, t := lookup(args[0]), lookupTopic(args[0])
		if c == nil && t == nil {
			return refuse("help: unknown command or guide %q: run 'asynchooks help' for what there is", args[0])
		}
		if c != nil {
			fmt.Printf("Usage: asynchooks %s %s\n%s", c.name, c.args, c.long)
		}
		if c != nil && t != nil {
			fmt.Println()
		}
		if t != nil {
			fmt.Print(t.text)
		}
		return 0
	}
	return refuse("help: too many arguments: usage: asynchooks help [command or guide]")
}
