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
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/asynchooks/asynchooks/analysis/suite"
)

// IsCall reports whether a program's arguments are those of the go command
// calling its vet tool: -V=full, -flags, or flags and the file vet.cfg, which
// describes a package. A flag's value can be an argument of its own: -tags a,b.
func IsCall(args []string) bool {
	if len(args) == 0 {
		return false
	}
	config := strings.HasSuffix(args[len(args)-1], "vet.cfg")
	return args[0] == "-V=full" || args[0] == "-flags" || config && (len(args) == 1 || strings.HasPrefix(args[0], "-"))
}

// Main answers the go command. It reads os.Args and does not return.
func Main() {
	delayCollection()
	if args := os.Args[1:]; len(args) == 1 && strings.HasSuffix(args[0], ".cfg") {
		// No flags: it takes longer to declare those of all analyzers than to
		// look through a small package.
		log.SetFlags(0)
		log.SetPrefix(filepath.Base(os.Args[0]) + ": ")
		unitchecker.Run(args[0], suite.Vet)
	}
	// Flags that other parts of the program have defined are none of its own.
	flag.CommandLine = flag.NewFlagSet(os.Args[0], flag.ExitOnError)
	unitchecker.Main(suite.Vet...)
}

// delayCollection lets the heap grow to 32 MB before it is collected for the
// first time, as the compiler does: most packages need less, and go vet starts a
// process for each. From then on the collector works as it always does.
func delayCollection() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	const usual, first = 4 << 20, 32 << 20
	debug.SetGCPercent(100 * first / usual)
	runtime.SetFinalizer(new(sentinel), func(*sentinel) { debug.SetGCPercent(100) })
}

// A sentinel is collected. It has a pointer, since objects without may share
// their memory.
type sentinel struct{ _ *sentinel }

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
