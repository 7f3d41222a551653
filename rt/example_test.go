package rt_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynchooks/asynchooks/rt"
)

// A hook that prints the life of a resource. Ids differ from run to run, so the
// example gives names.
func ExampleCreateHook() {
	var query atomic.Uint64 // hooks run on any goroutine
	name := func(id rt.ID) string {
		switch id {
		case rt.ID(query.Load()):
			return "query"
		case 0:
			return "none"
		}
		return "main"
	}
	hook := rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, resource *rt.AsyncResource) {
			if typ == "ExampleQuery" {
				query.Store(uint64(id))
				rt.Debugf("init %s, trigger %s, in %s", typ, name(trigger), name(rt.ExecutionAsyncID()))
			}
		},
		Before: func(id rt.ID) {
			if name(id) == "query" {
				rt.Debugf("before, in %s", name(rt.ExecutionAsyncID()))
			}
		},
		After: func(id rt.ID) {
			if name(id) == "query" {
				rt.Debugf("after, in %s", name(rt.ExecutionAsyncID()))
			}
		},
		Destroy: func(id rt.ID) {
			if name(id) == "query" {
				rt.Debugf("destroy, in %s", name(rt.ExecutionAsyncID()))
			}
		},
	}).Enable()
	defer hook.Disable()

	r := rt.NewAsyncResource("ExampleQuery", nil)
	r.RunInAsyncScope(func() { fmt.Println("the query's callback") })
	r.EmitDestroy()
	rt.Flush()
	// Output:
	// init ExampleQuery, trigger main, in main
	// before, in query
	// the query's callback
	// after, in query
	// destroy, in none
}

// Only goroutines that net/http starts: events of other resources are not even
// fired.
func ExampleCreateHookWithOptions() {
	hook := rt.CreateHookWithOptions(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) { rt.Debugf("%s", typ) },
	}, &rt.HookOptions{Types: []string{"ExampleJob"}})
	hook.Enable()
	defer hook.Disable()
	rt.NewAsyncResource("ExampleConnection", nil)
	rt.NewAsyncResource("ExampleJob", nil)
	// Output: ExampleJob
}

// Callbacks are a struct: copy it, override one and keep the rest.
func ExampleHookCallbacks() {
	base := rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			if typ == "ExampleJob" {
				rt.Debugf("a job was made")
			}
		},
		After: func(id rt.ID) { rt.Debugf("base: after") },
	}
	mine := base
	mine.After = func(id rt.ID) { rt.Debugf("mine: after") }

	hook := rt.CreateHookWithOptions(mine, &rt.HookOptions{Types: []string{"ExampleJob"}}).Enable()
	defer hook.Disable()
	rt.NewAsyncResource("ExampleJob", nil).RunInAsyncScope(func() {})
	// Output:
	// a job was made
	// mine: after
}

// A hook that logs by way of a goroutine causes events itself. It tells them
// from others by what caused them, and so breaks the recursion.
func ExampleCreateHook_logger() {
	var lines sync.WaitGroup
	var mu sync.Mutex
	logging := make(map[rt.ID]bool) // goroutines of the logger
	log := func(line string) {
		lines.Add(1)
		rt.Go(func() {
			defer lines.Done()
			fmt.Println(line)
		})
	}
	hook := rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			mu.Lock()
			own := strings.HasSuffix(r.Site().Func, "ExampleCreateHook_logger.func1") || logging[trigger]
			if own {
				logging[id] = true
			}
			mu.Unlock()
			if !own {
				log("init " + typ)
			}
		},
		Destroy: func(id rt.ID) {
			mu.Lock()
			defer mu.Unlock()
			delete(logging, id)
		},
	})
	hook.Enable()
	rt.NewAsyncResource("ExampleJob", nil)
	hook.Disable()
	lines.Wait()
	// Output: init ExampleJob
}

// A query that is made in one place and called back from another.
func ExampleNewAsyncResource() {
	type query struct {
		*rt.AsyncResource
		callback func(row string)
	}
	newQuery := func(callback func(row string)) *query {
		return &query{rt.NewAsyncResource("ExampleQuery", nil), callback}
	}

	var user rt.AsyncLocalStorage[string]
	var q *query
	user.Run("ann", func() {
		q = newQuery(func(row string) {
			name, _ := user.GetStore()
			fmt.Println(row, "for", name)
		})
	})
	// Rows come in later, on some other goroutine.
	rows := make(chan bool)
	rt.Go(func() {
		q.RunInAsyncScope(func() { q.callback("a row") })
		q.EmitDestroy()
		close(rows)
	})
	<-rows
	// Output: a row for ann
}

func ExampleRunInAsyncScope() {
	r := rt.NewAsyncResource("ExampleQuery", nil)
	same := rt.RunInAsyncScope(r, func() bool { return rt.ExecutionAsyncID() == r.AsyncID() })
	fmt.Println(same)
	// Output: true
}

// Where there is no function to run, EmitBefore and EmitAfter open and close
// the scope.
func ExampleAsyncResource_EmitBefore() {
	r := rt.NewAsyncResource("ExampleQuery", nil)
	r.EmitBefore()
	fmt.Println(rt.ExecutionAsyncID() == r.AsyncID())
	r.EmitAfter()
	fmt.Println(rt.ExecutionAsyncID() == r.AsyncID())
	// Output:
	// true
	// false
}

func ExampleBindTo() {
	r := rt.NewAsyncResource("ExampleQuery", nil)
	greet := rt.BindTo(r, func(name string) string { //asynchooks:ignore bindimmediate the example shows what happens then
		return fmt.Sprint("hello, ", name, "; in scope: ", rt.ExecutionAsyncID() == r.AsyncID())
	})
	fmt.Println(greet("ann"))
	// Output: hello, ann; in scope: true
}

func ExampleBindAsync() {
	var user rt.AsyncLocalStorage[string]
	var callback func(n int) int
	user.Run("ann", func() {
		callback = rt.BindAsync("ExampleCallback", func(n int) int {
			fmt.Println(user.GetStore())
			return n + 1
		})
	})
	fmt.Println(callback(1))
	// Output:
	// ann true
	// 2
}

// The document's continuation-local storage: values are kept on resources, and
// each new one gets those of the resource that makes it.
func ExampleExecutionAsyncResource() {
	type state struct{} // the key, private to this code
	hook := rt.CreateHook(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, resource *rt.AsyncResource) {
			resource.SetValue(state{}, rt.ExecutionAsyncResource().Value(state{}))
		},
	}).Enable()
	defer hook.Disable()

	var requests sync.WaitGroup
	answers := make([]any, 2)
	for i, url := range []string{"/a", "/b"} {
		requests.Add(1)
		rt.Go(func() { // what a server starts for a request
			rt.ExecutionAsyncResource().SetValue(state{}, url)
			rt.Go(func() {
				defer requests.Done()
				answers[i] = rt.ExecutionAsyncResource().Value(state{})
			})
		})
	}
	requests.Wait()
	fmt.Println(answers...)
	// Output: /a /b
}

// The chain of causes of a resource.
func ExampleTriggerAsyncID() {
	triggers := map[rt.ID]rt.ID{}
	types := map[rt.ID]string{rt.Root: "root"}
	hook := rt.CreateHookWithOptions(rt.HookCallbacks{
		Init: func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
			triggers[id], types[id] = trigger, typ
		},
	}, &rt.HookOptions{Types: []string{"ExampleServer", "ExampleRequest"}}).Enable()
	defer hook.Disable()
	server := rt.NewAsyncResource("ExampleServer", &rt.AsyncResourceOptions{TriggerAsyncID: rt.Root})
	server.RunInAsyncScope(func() {
		rt.NewAsyncResource("ExampleRequest", nil).RunInAsyncScope(func() {
			for id := rt.ExecutionAsyncID(); id != 0; id = triggers[id] {
				fmt.Println(types[id])
			}
		})
	})
	// Output:
	// ExampleRequest
	// ExampleServer
	// root
}

func ExampleGo() {
	parent := rt.ExecutionAsyncID()
	done := make(chan bool)
	rt.Go(func() {
		fmt.Println(rt.TriggerAsyncID() == parent, rt.ExecutionAsyncResource().Type())
		close(done)
	})
	<-done
	// Output: true Goroutine
}

func ExampleActiveResources() {
	rt.ActiveResources() // resources are tracked from now on
	r := rt.NewAsyncResource("ExampleSocket", nil)
	list := func() {
		n := 0
		for _, info := range rt.ActiveResources() {
			if info.Type == "ExampleSocket" && info.Age < time.Hour {
				n++
			}
		}
		fmt.Println(n)
	}
	list()
	r.EmitDestroy()
	list()
	// Output:
	// 1
	// 0
}

func ExampleUsageError() {
	defer func() {
		var err *rt.UsageError
		if e, ok := recover().(error); ok && errors.As(e, &err) {
			fmt.Println(err.Op)
			fmt.Println(err.Msg)
		}
	}()
	rt.NewAsyncResource("ExampleQuery", nil).EmitDestroy().EmitDestroy() //asynchooks:ignore doubledestroy the example shows what happens then
	// Output:
	// AsyncResource.EmitDestroy
	// ExampleQuery was destroyed before; call EmitDestroy once
}

func ExampleFlush() {
	hook := rt.CreateHookWithOptions(rt.HookCallbacks{Destroy: func(rt.ID) { rt.Debugf("destroyed") }},
		&rt.HookOptions{Types: []string{"ExampleQuery"}}).Enable()
	defer hook.Disable()
	rt.NewAsyncResource("ExampleQuery", nil).EmitDestroy()
	rt.Flush()
	fmt.Println("flushed")
	// Output:
	// destroyed
	// flushed
}
