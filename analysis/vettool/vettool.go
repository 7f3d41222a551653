// Package vettool is the analyzers as a tool of the go command: what go vet
// calls, and what calls go vet.
//
// The go command starts a vet tool with -V=full, -flags, or a file that
// describes a package; Main answers those. Vet runs "go vet" with the program
// itself as that tool, so that one binary is both.
package vettool

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/asynchooks/asynchooks/analysis/suite"
)

// IsCall reports whether a program's arguments are those of the go command
// calling its vet tool.
func IsCall(args []string) bool {
	return len(args) > 0 && (args[0] == "-V=full" || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg"))
}

// Main answers the go command. It reads os.Args and does not return.
func Main() {
	// Flags that other parts of the program have defined are none of its own.
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	unitchecker.Main(suite.Vet...)
}

// ExitUsage is the exit code for a command line that cannot be carried out.
const ExitUsage = 2

// Vet runs go vet with the program at tool as its vet tool, and gives the exit
// code. Arguments are those of go vet, and two more: -diff implies -fix, and
// -sarif prints findings as a SARIF log.
func Vet(tool string, args []string, stdout, stderr io.Writer) (int, error) {
	sarif := false
	diff, fix := false, false
	rest := []string{"vet", "-vettool=" + tool}
	for _, arg := range args {
		switch name := strings.TrimLeft(arg, "-"); {
		case !strings.HasPrefix(arg, "-"):
		case name == "sarif" || name == "sarif=true":
			sarif = true
			continue
		case name == "diff" || name == "diff=true":
			diff = true
		case name == "fix" || name == "fix=true":
			fix = true
		case name == "json" || strings.HasPrefix(name, "json="):
			if slices.ContainsFunc(args, func(a string) bool { return strings.TrimLeft(a, "-") == "sarif" }) {
				return ExitUsage, errors.New("-json and -sarif cannot be used together")
			}
		case strings.HasPrefix(name, "vettool"):
			return ExitUsage, errors.New("-vettool is this program; run go vet for another")
		}
		rest = append(rest, arg)
	}
	if diff && !fix {
		rest = slices.Insert(rest, 2, "-fix")
	}
	if sarif {
		if diff || fix {
			return ExitUsage, errors.New("-sarif reports findings; it cannot be used with -fix or -diff")
		}
		rest = slices.Insert(rest, 2, "-json")
	}
	cmd := exec.Command("go", rest...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, stdout, stderr
	var out bytes.Buffer
	if sarif {
		cmd.Stdout = &out
	}
	code, err := exitCode(cmd.Run())
	if err != nil {
		return ExitUsage, fmt.Errorf("run go vet: %w", err)
	}
	if sarif && code == 0 {
		dir, err := os.Getwd()
		if err != nil {
			return ExitUsage, fmt.Errorf("find the current directory: %w", err)
		}
		if err := WriteSARIF(stdout, &out, dir); err != nil {
			return ExitUsage, err
		}
	} else if sarif {
		if _, err := io.Copy(stderr, &out); err != nil {
			return ExitUsage, fmt.Errorf("print what go vet said: %w", err)
		}
	}
	return code, nil
}

// exitCode separates a command that failed from one that could not be run.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() >= 0 {
		return exit.ExitCode(), nil
	}
	return 0, err
}
