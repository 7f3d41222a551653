// Events holds what hooks are told of each message where a receive could be taken
// for another one: functions that receive are called for the operands of a
// receive, hooks receive themselves, and are enabled while goroutines wait.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/rttest"
)

var store = rt.NewAsyncLocalStorage[string](nil)

var hooks struct {
	sync.Mutex
	of   map[rt.ID][]string // of messages
	next func()             // called by the next Init or Destroy
}

var hook = rt.CreateHook(rt.HookCallbacks{
	Init: func(id rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ == rt.TypeChanSend {
			hooks.Lock()
			hooks.of[id] = []string{"init"}
			hooks.Unlock()
		}
		next()
	},
	Before: event("before"),
	After:  event("after"),
	Destroy: func(id rt.ID) {
		event("destroy")(id)
		next()
	},
})

func event(name string) func(rt.ID) {
	return func(id rt.ID) {
		hooks.Lock()
		defer hooks.Unlock()
		if hooks.of[id] != nil {
			hooks.of[id] = append(hooks.of[id], name)
		}
	}
}

func next() {
	hooks.Lock()
	fn := hooks.next
	hooks.next = nil
	hooks.Unlock()
	if fn != nil {
		fn()
	}
}

const (
	handled = "init before after destroy"
	awaited = "init destroy"
)

var failed bool

func fail(format string, args ...any) {
	failed = true
	fmt.Fprintf(os.Stderr, format+"\n", args...)
}

// expect checks what hooks were told of a message.
func expect(what string, id rt.ID, want string) {
	hooks.Lock()
	defer hooks.Unlock()
	if got := strings.Join(hooks.of[id], " "); got != want {
		fail("%s: message %d: %s; want %s", what, id, got, want)
	}
}

func main() {
	hooks.of = map[rt.ID][]string{}
	checker := rttest.NewChecker().Enable()
	hook.Enable()
	operands()
	hooksReceive()
	received()
	selectInRange()
	hook.Disable()
	waiting()
	for _, p := range checker.Disable().Problems() {
		fail("%s", p)
	}
	if failed {
		os.Exit(1)
	}
	fmt.Println("ok")
}

var side = make(chan int, 1)

// tries returns ch, and does not receive.
func tries(ch chan int) chan int {
	select {
	case <-side:
	default:
	}
	return ch
}

// loops returns ch, when it has handled a message.
func loops(ch chan int) chan int {
	side <- 1
	for {
		select {
		case v := <-side:
			_ = v
			continue
		default:
		}
		return ch
	}
}

// nests returns ch, when functions that it calls for operands have handled some.
func nests(ch chan int) chan int {
	other := make(chan int, 1)
	other <- 1
	for v := range loops(other) {
		_ = v
		break
	}
	return loops(ch)
}

// operands handles messages of channels that functions return.
func operands() {
	ch := make(chan int, 1)
	for name, fn := range map[string]func(chan int) chan int{"tries": tries, "loops": loops, "nests": nests} {
		var id rt.ID
		ch <- 1
		for again := true; again; {
			select {
			case v := <-fn(ch):
				_ = v
				id, again = rt.ExecutionAsyncID(), false
			case <-fn(nil):
			}
		}
		expect("select, "+name, id, handled)
		ch <- 1
		for {
			v := <-fn(ch)
			_ = v
			id = rt.ExecutionAsyncID()
			break
		}
		expect("statement, "+name, id, handled)
		ch <- 1
		for v := range fn(ch) {
			_ = v
			id = rt.ExecutionAsyncID()
			break
		}
		expect("range, "+name, id, handled)
	}
}

// receives handles a message, in a hook.
func receives() { loops(nil) }

// hooksReceive handles messages while hooks do.
func hooksReceive() {
	ch := make(chan int, 1)
	var id rt.ID
	ch <- 1
	hooks.next = receives // in the Init of the select
	for again := true; again; {
		select {
		case (chan int)(nil) <- 1:
		case v := <-ch:
			_ = v
			id, again = rt.ExecutionAsyncID(), false
		}
	}
	expect("hook in a select", id, handled)
	chans := make(chan chan int, 1)
	ch <- 1
	chans <- ch
	hooks.next = receives // in the Destroy of the first message
	for {
		v := <-<-chans
		_ = v
		id = rt.ExecutionAsyncID()
		break
	}
	expect("hook in an operand", id, handled)
}

// received asks for what was received before hooks that receive.
func received() {
	ch := make(chan int, 1)
	send := func() { store.Run("sender", func() { ch <- 1 }) }
	show := func(what string) (id rt.ID) {
		rt.Received()(func() {
			if s, _ := store.GetStore(); s != "sender" {
				fail("%s: store %q", what, s)
			}
			id = rt.ExecutionAsyncID()
		})
		return id
	}
	send()
	hooks.next = receives
	<-ch
	id := show("after the Destroy of the message")
	hooks.next = receives
	rt.NewAsyncResource("Other", nil).EmitDestroy()
	if again := show("after an Init"); again != id {
		fail("message %d is %d after an Init", id, again)
	}
	// One that no hook was told of has one id as well, and one resource.
	hook.Disable()
	send()
	for v := range ch {
		_ = v
		id, r := rt.ExecutionAsyncID(), rt.ExecutionAsyncResource()
		rt.Received()(func() {
			if rt.ExecutionAsyncID() != id || rt.ExecutionAsyncResource() != r {
				fail("in the scope of message %d, %d was received", id, rt.ExecutionAsyncID())
			}
		})
		break
	}
	hook.Enable()
}

// selectInRange awaits tokens in a loop, and handles messages in its iterations,
// whose end announces no receive.
func selectInRange() {
	ch := make(chan int, 1)
	tokens := make(chan struct{}, 3)
	for range cap(tokens) {
		tokens <- struct{}{}
	}
	close(tokens)
	for range tokens {
		var id rt.ID
		rt.Received()(func() { id = rt.ExecutionAsyncID() })
		expect("token", id, awaited)
		ch <- 1
		select {
		case v := <-ch:
			_ = v
			id = rt.ExecutionAsyncID()
		}
		expect("select in range", id, handled)
	}
}

// waiting enables a hook while goroutines wait for their messages.
func waiting() {
	ids := make(chan rt.ID)
	var chans []chan int
	var all sync.WaitGroup
	for _, loop := range []func(chan int){
		func(ch chan int) {
			for v := range ch {
				_ = v
				ids <- rt.ExecutionAsyncID()
			}
		},
		func(ch chan int) {
			for {
				select {
				case v, ok := <-ch:
					if !ok {
						return
					}
					_ = v
					ids <- rt.ExecutionAsyncID()
				case <-(chan bool)(nil):
				}
			}
		},
		func(ch chan int) {
			for {
				v, ok := <-ch
				if !ok {
					return
				}
				_ = v
				ids <- rt.ExecutionAsyncID()
			}
		},
	} {
		ch := make(chan int)
		chans = append(chans, ch)
		all.Go(func() { loop(ch) })
	}
	var id rt.ID
	last := make(chan int)
	all.Go(func() {
		<-last
		rt.Received()(func() { id = rt.ExecutionAsyncID() })
	})
	for !wait(len(chans) + 1) {
		runtime.Gosched()
	}
	hook.Enable()
	var handles []rt.ID
	for _, ch := range chans {
		for range 2 {
			ch <- 1
			handles = append(handles, <-ids)
		}
		close(ch)
	}
	last <- 1
	all.Wait()
	for i, id := range handles {
		expect(fmt.Sprintf("waiting, %d", i), id, handled)
	}
	expect("waiting, not in a loop", id, awaited)
	hook.Disable()
}

// wait reports whether n goroutines wait for messages.
func wait(n int) bool {
	buf := make([]byte, 1<<16)
	stacks := string(buf[:runtime.Stack(buf, true)])
	return strings.Count(stacks, "[chan receive")+strings.Count(stacks, "[select") >= n
}
