package rt_test

import (
	"fmt"
	"strings"

	"github.com/asynchooks/asynchooks/rt"
)

// A server of ours, as an embedder makes it: what it calls back runs in the
// scope of the resource that stands for it.
type exampleServer struct{ *rt.AsyncResource }

func (s *exampleServer) listen(listening func()) func() {
	// The callback belongs to the server: it is there because of it.
	return rt.RunInAsyncScope(s.AsyncResource, func() func() { return rt.BindAsync("ExampleTick", listening) })
}

// The indented trace of a server that starts, after the "asynchronous context
// example" of the Node.js documentation: Before and After show what runs within
// what, trigger shows why a resource is there, and scope when it was made.
func Example_trace() {
	indent := 0
	names := map[rt.ID]string{rt.ExecutionAsyncID(): "main"}
	name := func(id rt.ID) string {
		if n, ok := names[id]; ok {
			return n
		}
		return fmt.Sprint(id)
	}
	printf := func(format string, args ...any) {
		rt.Debugf("%s%s", strings.Repeat("  ", indent), fmt.Sprintf(format, args...))
	}
	hook := rt.CreateHookWithOptions(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, resource *rt.AsyncResource) {
			names[id] = strings.TrimPrefix(typ, "Example") // an id, in real life
			printf("%s: trigger: %s scope: %s", name(id), name(trigger), name(rt.ExecutionAsyncID()))
		},
		Before: func(id rt.ID) {
			printf("before:  %s", name(id))
			indent++
		},
		After: func(id rt.ID) {
			indent--
			printf("after:   %s", name(id))
		},
		Destroy: func(id rt.ID) {
			printf("destroy: %s", name(id))
		},
	}, &rt.HookOptions{Types: []string{"ExampleServer", "ExampleTick", "ExampleTimeout"}}).Enable()
	defer hook.Disable()

	server := &exampleServer{rt.NewAsyncResource("ExampleServer", nil)}
	var timeout func()
	started := server.listen(func() {
		timeout = rt.BindAsync("ExampleTimeout", func() {
			printf(">>> in %s", name(rt.ExecutionAsyncID()))
		})
	})
	started() // the loop that serves the program's events calls back…
	timeout() // …and later the timer
	server.EmitDestroy()
	rt.Flush()
	// Output:
	// Server: trigger: main scope: main
	// before:  Server
	//   Tick: trigger: Server scope: Server
	// after:   Server
	// before:  Tick
	//   Timeout: trigger: Tick scope: Tick
	// after:   Tick
	// before:  Timeout
	//   >>> in Timeout
	// after:   Timeout
	// destroy: Server
}
