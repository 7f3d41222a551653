package rt_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
)

// A fatal path is a program of its own: the test binary, run again with the
// name of the program in the environment.
const programVariable = "RT_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if name := os.Getenv(programVariable); name != "" {
		program, ok := programs[name]
		if !ok {
			fmt.Fprintf(os.Stderr, "no program %s\n", name)
			os.Exit(3)
		}
		program()
		fmt.Println("end of main")
		os.Exit(0)
	}
	os.Exit(runTests(m))
}

// runProgram runs a program and returns what it wrote and how it ended.
func runProgram(t *testing.T, name string, env ...string) (stdout, stderr string, code int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Dir = t.TempDir() // a core dump goes there
	cmd.Env = append(os.Environ(), programVariable+"="+name, "GOTRACEBACK=single")
	cmd.Env = append(cmd.Env, env...)
	var out, errOut strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errOut
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	code = cmd.ProcessState.ExitCode()
	if w, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && runtime.GOOS != "windows" && w.Signaled() {
		code = -int(w.Signal())
	}
	return out.String(), errOut.String(), code
}

func onExit() {
	rt.OnExit(func(code int) { fmt.Println("first exit function", code) })
	rt.OnExit(func(code int) {
		rt.NewAsyncResource("InExit", nil) // no hook hears of it
		fmt.Println("second exit function", code)
	})
}

// guarded calls fn where the program tries to catch everything.
func guarded(fn func()) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Println("recovered", v)
		}
	}()
	defer fmt.Println("deferred")
	fn()
}

func newResource(typ string) *rt.AsyncResource { return rt.NewAsyncResource(typ, nil) }

var programs = map[string]func(){
	"init panics": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) { panic("boom") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		guarded(func() { newResource("A") })
	},
	"init panics with an error": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) { panic(errors.New("an error")) }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		guarded(func() { newResource("A") })
	},
	"before panics": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) { panic("boom") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		guarded(func() { newResource("A").RunInAsyncScope(func() { fmt.Println("the body") }) })
	},
	"after panics while the program does": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{After: func(rt.ID) { panic("boom in After") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		guarded(func() { newResource("A").RunInAsyncScope(func() { panic("boom in the program") }) })
	},
	"destroy panics": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{Destroy: func(rt.ID) { panic("boom") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		newResource("A").EmitDestroy()
		rt.Flush()
	},
	"exit function panics": func() {
		rt.OnExit(func(int) { panic("boom in exit") })
		rt.OnExit(func(int) { runtime.Goexit() })
		rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) { panic("boom") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		newResource("A").RunInAsyncScope(func() {})
	},
	"exit code is chosen": func() {
		rt.OnExit(func(int) { os.Exit(7) })
		rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) { panic("boom") }}).Enable() //asynchooks:ignore hookpanic the process is to end or print here
		newResource("A").RunInAsyncScope(func() {})
	},
	"hook recovers": func() {
		rt.CreateHook(rt.HookCallbacks{Before: func(rt.ID) {
			defer func() { fmt.Println("the hook recovered", recover()) }() //asynchooks:ignore hooklog the process is to end or print here
			panic("boom")
		}}).Enable()
		newResource("A").RunInAsyncScope(func() { fmt.Println("the body") })
	},
	"wrong order": func() {
		onExit()
		a, b := newResource("A"), newResource("B")
		rt.CreateHook(rt.HookCallbacks{After: func(rt.ID) { fmt.Println("After") }}).Enable() //asynchooks:ignore hooklog the process is to end or print here
		guarded(func() {
			fmt.Println("ids", a.AsyncID(), b.AsyncID())
			a.EmitBefore()
			b.EmitBefore() //asynchooks:ignore pairleak the process is to end or print here
			a.EmitAfter()
		})
	},
	"after without before": func() {
		onExit()
		a := newResource("A")
		fmt.Println("ids", rt.ExecutionAsyncID(), a.AsyncID())
		guarded(func() { a.EmitAfter() }) //asynchooks:ignore pairextra the process is to end or print here
	},
	"after once too often": func() {
		a := newResource("A")
		fmt.Println("ids", rt.ExecutionAsyncID(), a.AsyncID())
		guarded(func() { a.EmitBefore().EmitAfter().EmitAfter() }) //asynchooks:ignore pairextra the process is to end or print here
	},
	"left open in RunInAsyncScope": func() {
		a, b := newResource("A"), newResource("B")
		fmt.Println("ids", b.AsyncID(), a.AsyncID())
		guarded(func() { a.RunInAsyncScope(func() { b.EmitBefore() }) }) //asynchooks:ignore pairleak the process is to end or print here
	},
	"left open in a bound function": func() {
		b := newResource("B")
		fmt.Println("ids", b.AsyncID(), rt.ExecutionAsyncID())
		guarded(rt.Bind(func() { b.EmitBefore() }))
	},
	"left open in a goroutine": func() {
		rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
			if typ == rt.TypeGoroutine {
				fmt.Println("goroutine", id) //asynchooks:ignore hooklog the process is to end or print here
			}
		}}).Enable()
		b := newResource("B")
		fmt.Println("resource", b.AsyncID())
		rt.Go(func() { b.EmitBefore() }) //asynchooks:ignore pairleak the process is to end or print here
		select {}
	},
	"on another goroutine": func() {
		a := newResource("A")
		a.EmitBefore()
		rt.Go(func() { a.EmitAfter() }) //asynchooks:ignore pairgoroutine the process is to end or print here
		select {}
	},
	"hook calls itself": func() {
		onExit()
		rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {}}).Enable()
		recursive(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) { newResource("Inner") }})
		guarded(func() { newResource("A") })
	},
	"hook starts goroutines": func() {
		onExit()
		recursive(rt.HookCallbacks{Before: func(rt.ID) { rt.Go(func() {}) }})
		rt.Go(func() {})
		select {}
	},
	"hook destroys": func() {
		onExit()
		recursive(rt.HookCallbacks{Destroy: func(rt.ID) { newResource("Inner").EmitDestroy() }})
		newResource("A").EmitDestroy()
		select {}
	},
	"hook nests to the limit": func() {
		n := 0
		rt.CreateHook(rt.HookCallbacks{Init: func(rt.ID, string, rt.ID, *rt.AsyncResource) {
			if n++; n < 100 {
				newResource("Inner")
			}
		}}).Enable()
		newResource("A")
		fmt.Println("nested", n)
	},
	"misuse": func() {
		a := newResource("A").EmitDestroy()
		a.EmitDestroy() //asynchooks:ignore doubledestroy the process is to end or print here
	},
	"off": func() {
		fmt.Println(rt.Mode(), rt.Instrumented())
		done := make(chan bool)
		rt.CreateHook(rt.HookCallbacks{Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) { fmt.Println("init", typ) }}).Enable() //asynchooks:ignore hooklog the process is to end or print here
		go func() { done <- true }()
		<-done
	},
}

func recursive(callbacks rt.HookCallbacks) { rt.CreateHook(callbacks).Enable() } //asynchooks:ignore hookdropped the process is to end or print here

func TestFatal(t *testing.T) {
	const exits = "first exit function 1\nsecond exit function 1\n"
	const corrupted = `(?s)^async hook stack has become corrupted \(actual: $1, expected: $2\)\n.*goroutine \d+ .*open scopes`
	tests := []struct {
		program string
		stdout  string // $1 and $2 are ids
		stderr  string // a regular expression
		code    int
	}{
		{"init panics", exits, `(?s)^panic: boom\n\ngoroutine .*fatal_test\.go`, 1},
		{"init panics with an error", exits, `^panic: an error\n`, 1},
		{"before panics", exits, `^panic: boom\n`, 1},
		{"after panics while the program does", exits, `panic: boom in After\n`, 1},
		{"destroy panics", exits, `^panic: boom\n`, 1},
		{"exit function panics", "", `(?s)^panic: boom\n.*panic: boom in exit`, 1},
		{"exit code is chosen", "", `^panic: boom\n`, 7},
		{"hook recovers", "the hook recovered boom\nthe body\nend of main\n", `^$`, 0},
		{"wrong order", "ids $2 $1\n", corrupted, 1},
		{"after without before", "ids $1 $2\n", corrupted, 1},
		{"after once too often", "ids $1 $2\n", corrupted, 1},
		{"left open in RunInAsyncScope", "ids $1 $2\n", corrupted + `.*EmitBefore of B, made at .*fatal_test\.go:\d+.*RunInAsyncScope of A`, 1},
		{"left open in a bound function", "ids $1 $2\n", corrupted, 1},
		{"left open in a goroutine", "resource $1\ngoroutine $2\n", corrupted, 1},
		{"on another goroutine", "", `^async hook stack has become corrupted`, 1},
		{"hook calls itself", exits, `(?s)^rt: .*hook created at .*fatal_test\.go:$recursive .*more than 100 deep`, 1},
		{"hook starts goroutines", exits, `(?s)^rt: .*hook created at .*fatal_test\.go:$recursive .*more than 100 deep`, 1},
		{"hook destroys", exits, `(?s)^rt: .*hook created at .*fatal_test\.go:$recursive .*more than 100 deep`, 1},
		{"hook nests to the limit", "nested 100\nend of main\n", `^$`, 0},
		{"misuse", "", `(?s)^panic: .*rt\.AsyncResource\.EmitDestroy: resource \d+: A was destroyed before; call EmitDestroy once`, 2},
	}
	for _, test := range tests {
		t.Run(test.program, func(t *testing.T) {
			t.Parallel()
			stdout, stderr, code := runProgram(t, test.program)
			pattern := strings.NewReplacer(`\$1`, `(?P<a>\d+)`, `\$2`, `(?P<b>\d+)`).Replace(regexp.QuoteMeta(test.stdout))
			re := regexp.MustCompile("^" + pattern + "$")
			ids := re.FindStringSubmatch(stdout)
			if ids == nil {
				t.Fatalf("standard output:\n%s\nwant:\n%s\nstandard error:\n%s", stdout, test.stdout, stderr)
			}
			want := strings.ReplaceAll(test.stderr, "$recursive", fmt.Sprint(recursiveLine))
			for i, name := range re.SubexpNames() {
				switch name {
				case "a":
					want = strings.ReplaceAll(want, "$1", ids[i])
				case "b":
					want = strings.ReplaceAll(want, "$2", ids[i])
				}
			}
			if !regexp.MustCompile(want).MatchString(stderr) {
				t.Errorf("standard error:\n%s\nwant a match of:\n%s", stderr, want)
			}
			if code != test.code {
				t.Errorf("exit code %d, want %d", code, test.code)
			}
		})
	}
}

// recursiveLine is the line of the call of CreateHook in recursive.
var recursiveLine = func() int {
	pc := runtime.FuncForPC(funcPC(recursive))
	_, line := pc.FileLine(pc.Entry())
	return line
}()

func TestOff(t *testing.T) {
	stdout, _, _ := runProgram(t, "off", "ASYNCHOOKS=off")
	want(t, strings.TrimSpace(stdout), "none false", "end of main")
}

func funcPC(fn any) uintptr { return reflect.ValueOf(fn).Pointer() }
