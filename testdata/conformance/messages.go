package main

import "github.com/asynchooks/asynchooks/rt"

// The message's end comes after After, at once.
func messageDestroy() {
	tracer{types: []string{rt.TypeChanSend}, events: "ibard"}.enable()
	p := make(chan int, 2)
	p <- 1
	p <- 2
	close(p)
	for v := range p {
		out("then", v, here())
	}
	out("end", here())
}

// A message that is awaited, and one that is never sent, ends at once.
func messageAwaited() {
	tracer{types: []string{rt.TypeChanSend}, events: "ibard"}.enable()
	p := make(chan int, 1)
	p <- 1
	out("sent")
	out("received", <-p, here())
	p <- 2
	select {
	case p <- 3:
		out("NOT REACHED")
	default:
		out("full")
	}
	out("received", <-p, here())
}

// The scope of a message ends with the iteration, however that is left.
func messageScopeLeft() {
	tracer{types: []string{rt.TypeChanSend}}.enable()
	p := make(chan string, 8)
	send := func(words ...string) {
		for _, w := range words {
			p <- w
		}
	}
	send("continue", "break")
	for w := range p {
		if w == "continue" {
			out(w, here())
			continue
		}
		out(w, here())
		break
	}
	out("after break", here())
	send("return")
	func() {
		for w := range p {
			out(w, here())
			return
		}
	}()
	out("after return", here())
	send("panic")
	attempt("panic", func() {
		for w := range p {
			panic(w)
		}
	})
	out("after panic", here())
	send("case")
	for n := 0; n < 1; {
		select {
		case w := <-p:
			n++
			out(w, here())
		}
	}
	out("after select", here())
}

// The same for a message that was sent when ids were owed, and no hook enabled:
// the ids are its own and its sender's.
func messageHookLate() {
	rt.ExecutionAsyncID()
	p := make(chan rt.ID, 1)
	sender := made("Sender")
	sender.RunInAsyncScope(func() { p <- rt.ExecutionAsyncID() })
	close(p)
	rt.CreateHook(rt.HookCallbacks{
		Before:  func(id rt.ID) { out("before", id == rt.ExecutionAsyncID(), label(rt.TriggerAsyncID())) },
		After:   func(id rt.ID) { out("after", id == rt.ExecutionAsyncID(), label(rt.TriggerAsyncID())) },
		Destroy: func(id rt.ID) { out("destroy", id > sender.AsyncID(), label(rt.TriggerAsyncID())) },
	}).Enable()
	for v := range p {
		out("body", label(rt.TriggerAsyncID()), rt.ExecutionAsyncResource().Type(), v == rt.TriggerAsyncID())
	}
}

// A message carries the store of its sender to the loop that handles it.
func propagationByMessage() {
	var als rt.AsyncLocalStorage[string]
	messages := make(chan string)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for kind := range messages {
			out(kind, store(&als))
		}
		out("end", store(&als))
	}()
	als.Run("s", func() { messages <- "unbuffered" })
	messages <- "no store"
	als.Run("t", func() {
		select {
		case messages <- "select":
		case <-done:
		}
		close(messages)
	})
	<-done
}

// A message fills in only what the goroutine has no store for: its own, of Run
// or inherited or exited, it keeps.
func messageKeepsStores() {
	var a, b, c rt.AsyncLocalStorage[string]
	d := rt.NewAsyncLocalStorage(&rt.AsyncLocalStorageOptions[string]{IgnoreMessages: true})
	show := func(what string) { out(what, store(&a), store(&b), store(&c), store(d)) }
	messages := make(chan int, 2)
	a.Run("sender", func() {
		b.Run("sender", func() {
			c.Run("sender", func() {
				d.Run("sender", func() {
					messages <- 1
					messages <- 2
				})
			})
		})
	})
	close(messages)
	a.Run("own", func() {
		b.Exit(func() {
			for range messages {
				show("handled")
				c.EnterWith("entered")
				show("entered")
			}
			show("after")
		})
	})
	received := rt.Received()
	a.Run("own", func() { received(func() { show("closed") }) })
	out("conflicts", len(rt.Conflicts()))
}

// An awaiting receive changes no store; Received tells what was carried.
func messageReceived() {
	var a, b rt.AsyncLocalStorage[string]
	messages := make(chan int, 1)
	a.Run("sender", func() { messages <- 1 })
	b.Run("own", func() {
		out("received", <-messages, store(&a), store(&b))
		rt.Received()(func() { out("carried", store(&a), store(&b)) })
		out("back", store(&a), store(&b))
	})
}

// Which receives handle the message: the loops.
func messageForms() {
	p := make(chan int, 1)
	sender := made("Sender")
	send := func() { sender.RunInAsyncScope(func() { p <- 1 }) }
	handled := func(form string) { out(form, rt.TriggerAsyncID() == sender.AsyncID()) }
	ignore := func(int) {}

	send()
	for range p {
		handled("range")
		break
	}
	send()
	for {
		<-p
		handled("for")
		break
	}
	send()
	for n := 0; ; n++ {
		if n == 1 {
			break
		}
		v, ok := <-p
		handled("for, later")
		_, _ = v, ok
	}
	send()
	for done := false; !done; {
		select {
		case <-p:
			handled("select in for")
			done = true
		}
	}
	send()
	for n := 0; n < 1; n++ {
		<-p
		handled("counted for")
	}
	send()
	for done := false; !done; done = true {
		<-p
		handled("for with a condition")
	}
	send()
	for {
		if sender != nil {
			<-p
			handled("in a branch")
		}
		break
	}
	send()
	for {
		ignore(<-p)
		handled("in an expression")
		break
	}
	send()
	for {
		select {
		case <-p:
			handled("select that leaves the loop")
		}
		break
	}
	send()
	func() {
		for {
			select {
			case <-p:
				handled("select case that leaves the loop")
				return
			}
		}
	}()
	send()
	select {
	case <-p:
		handled("select")
	}
	send()
	<-p
	handled("receive")

	tokens := make(chan struct{}, 1)
	sender.RunInAsyncScope(func() { tokens <- struct{}{} })
	for range tokens {
		handled("tokens")
		break
	}
	send()
	//asynchooks:await
	for range p {
		handled("range that awaits")
		break
	}
	send()
	//asynchooks:handle
	<-p
	handled("receive that handles")
}

// A select has one resource, whichever send is taken. A channel that is closed
// carries nothing.
func messageSelect() {
	tracer{types: []string{rt.TypeChanSend}, events: "ibard"}.enable()
	a, b, full := make(chan int, 1), make(chan string, 1), make(chan int)
	select {
	case a <- 1:
	case full <- 2:
	}
	for open := true; open; {
		select {
		case v := <-a:
			out("received", v, here())
			select {
			case full <- 3:
			case b <- "b":
			}
		case full <- 4:
			out("NOT REACHED")
		case v, ok := <-b:
			out("received", v, ok, here())
			if ok {
				close(b)
			}
			open = ok
		}
	}
	out("end", here())
}

// What the handling starts has the message as its trigger.
func messageWork() {
	tracer{types: []string{rt.TypeGoroutine, rt.TypeChanSend, "Mine"}, events: "i"}.enable()
	jobs := make(chan int)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range jobs {
			inner := make(chan struct{})
			go func() {
				defer close(inner)
				rt.NewAsyncResource("Mine", nil)
			}()
			<-inner
			rt.NewAsyncResource("Mine", nil).RunInAsyncScope(func() { out("in", here()) })
			out("handled", here())
		}
		out("end", here())
	}()
	sender := rt.NewAsyncResource("Mine", nil)
	sender.RunInAsyncScope(func() { jobs <- 1 })
	close(jobs)
	<-done
}

// serviced outlives whoever starts to serve it.
var serviced = make(chan string)

// A goroutine that serves such a channel starts with no stores, whoever starts
// it; one that serves its starter's own channel inherits.
func messageService() {
	var als rt.AsyncLocalStorage[string]
	own := make(chan string)
	done := make(chan struct{}, 2)
	als.Run("starter", func() {
		go func() {
			for what := range serviced {
				out(what, store(&als))
			}
			out("service", store(&als))
			done <- struct{}{}
		}()
		go func() {
			for what := range own {
				out(what, store(&als))
			}
			out("own", store(&als))
			done <- struct{}{}
		}()
	})
	als.Run("a", func() { serviced <- "service a" })
	als.Exit(func() { serviced <- "service exited" })
	serviced <- "service none"
	close(serviced)
	<-done
	als.Run("a", func() { own <- "own a" })
	close(own)
	<-done
	out("conflicts", len(rt.Conflicts()))
}

// A function that is sent runs with the sender's ids and stores, and has no
// events of its own; a nil one stays nil.
func sentFunction() {
	var als rt.AsyncLocalStorage[string]
	functions := make(chan func(), 2)
	events := 0
	a := made("A")
	rt.CreateHook(rt.HookCallbacks{Init: func(_ rt.ID, typ string, _ rt.ID, _ *rt.AsyncResource) {
		if typ != rt.TypeChanSend {
			events++
		}
	}}).Enable()
	a.RunInAsyncScope(func() {
		als.Run("s", func() {
			functions <- func() { out("sent", here(), store(&als)) }
			functions <- nil
		})
	})
	(<-functions)()
	out("nil", <-functions == nil, here(), store(&als))
	out("events", events)
}
