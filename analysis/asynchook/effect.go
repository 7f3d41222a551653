package asynchook

import (
	"go/constant"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/asynchooks/asynchooks/analysis/internal/flow"
	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

// blocking are functions that start or wait for asynchronous work.
var blocking = map[string]string{
	"time.Sleep":                               "sleeps",
	"time.After":                               "starts a timer",
	"time.AfterFunc":                           "starts a timer",
	"time.NewTimer":                            "starts a timer",
	"time.NewTicker":                           "starts a ticker",
	"time.Tick":                                "starts a ticker",
	"(*time.Timer).Reset":                      "starts a timer",
	"(*time.Ticker).Reset":                     "starts a ticker",
	"context.AfterFunc":                        "registers a callback",
	"context.WithTimeout":                      "starts a timer",
	"context.WithDeadline":                     "starts a timer",
	"(*sync.WaitGroup).Wait":                   "waits",
	"(*sync.WaitGroup).Go":                     "starts a goroutine",
	"(*sync.Cond).Wait":                        "waits",
	"(*os/exec.Cmd).Wait":                      "waits",
	"(*os/exec.Cmd).Run":                       "waits",
	"(*os.Process).Wait":                       "waits",
	"runtime.AddCleanup":                       "registers a callback",
	"runtime.SetFinalizer":                     "registers a callback",
	"os/signal.Notify":                         "registers a channel",
	"net/http.Get":                             "makes a request",
	"net/http.Post":                            "makes a request",
	"(*net/http.Client).Do":                    "makes a request",
	"(*net/http.Client).Get":                   "makes a request",
	"(*net/http.Client).Post":                  "makes a request",
	"net.Dial":                                 "makes a connection",
	"(*golang.org/x/sync/errgroup.Group).Go":   "starts a goroutine",
	"(*golang.org/x/sync/errgroup.Group).Wait": "waits",
}

// locking are functions that take locks.
var locking = map[string]bool{
	"(*sync.Mutex).Lock": true, "(*sync.RWMutex).Lock": true, "(*sync.RWMutex).RLock": true, "(*sync.Once).Do": true,
}

// stdWriters are the packages whose printing functions write to a file.
var stdWriters = map[string]func(name string) bool{
	"fmt":      func(n string) bool { return n == "Print" || n == "Printf" || n == "Println" },
	"log":      func(n string) bool { return strings.HasPrefix(n, "Print") || n == "Output" },
	"log/slog": func(n string) bool { return logLevel(n) },
}

func logLevel(n string) bool {
	n = strings.TrimSuffix(n, "Context")
	switch n {
	case "Debug", "Info", "Warn", "Error", "Log", "LogAttrs":
		return true
	}
	return false
}

// effect says which rule an instruction in a callback breaks, and what it does.
func effect(instr ssa.Instruction) (slug, what string) {
	switch instr := instr.(type) {
	case *ssa.Go:
		return "hookasync", "starts a goroutine, which fires hooks"
	case *ssa.Send:
		return "hookasync", "sends on a channel, which fires hooks"
	case *ssa.Select:
		return "hookasync", "selects, which fires hooks or waits"
	case *ssa.UnOp:
		if instr.Op == token.ARROW {
			return "hookasync", "receives from a channel"
		}
	case *ssa.Panic:
		if instr.Pos().IsValid() && !isNoReturn(instr) {
			return "hookpanic", "panics, which ends the process"
		}
	case *ssa.TypeAssert:
		if !instr.CommaOk && isObject(instr.X) {
			return "hookpanic", "asserts the type of a resource's Object, which may be nil: a panic ends the process"
		}
	case ssa.CallInstruction:
		return callEffect(instr.Common())
	}
	return "", ""
}

func callEffect(c *ssa.CallCommon) (slug, what string) {
	fn := flow.Callee(c)
	if fn == nil || fn.Pkg() == nil || rtapi.IsPkg(fn.Pkg()) {
		return "", ""
	}
	name := fn.FullName()
	if does := blocking[name]; does != "" {
		return "hookasync", does
	}
	if locking[name] {
		return "hooklock", "takes a lock, which the code that fired the hook may hold"
	}
	switch {
	case fn.Signature().Recv() == nil && stdWriters[fn.Pkg().Path()] != nil && stdWriters[fn.Pkg().Path()](fn.Name()):
		return "hooklog", "calls " + fn.Pkg().Name() + "." + fn.Name() + ", whose own work fires hooks: use rt.Debugf"
	case strings.HasPrefix(name, "fmt.Fprint") && isFile(c.Args[0]):
		return "hooklog", "writes to a file, which fires hooks: use rt.Debugf"
	case strings.HasPrefix(name, "(*os.File).Write"):
		return "hooklog", "writes to a file, which fires hooks: use rt.Debugf"
	case strings.HasPrefix(name, "(*log.Logger).Print"), strings.HasPrefix(name, "(*log/slog.Logger).") && logLevel(fn.Name()):
		return "hooklog", "logs, which fires hooks: use rt.Debugf"
	case strings.HasPrefix(name, "log.Panic"), strings.HasPrefix(name, "(*log.Logger).Panic"):
		return "hookpanic", "panics, which ends the process"
	}
	return "", ""
}

// isFile reports whether a writer is certainly an os.File.
func isFile(v ssa.Value) bool {
	mi, ok := v.(*ssa.MakeInterface)
	return ok && mi.X.Type().String() == "*os.File"
}

// isObject reports whether v is what Object returned.
func isObject(v ssa.Value) bool {
	c, ok := v.(*ssa.Call)
	return ok && flow.RT(&c.Call) == "AsyncResource.Object"
}

// isNoReturn: go/ssa puts a panic after calls that do not return.
func isNoReturn(p *ssa.Panic) bool {
	mi, ok := p.X.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	c, ok := mi.X.(*ssa.Const)
	return ok && c.Value != nil && c.Value.Kind() == constant.String && constant.StringVal(c.Value) == "noreturn" && types.Identical(c.Type(), types.Typ[types.String])
}
