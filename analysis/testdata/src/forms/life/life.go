// Package life has more forms of resources that end too often, too early or
// never, and of some that do not.
package life

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type job struct {
	*rt.AsyncResource
	done bool
	res  *rt.AsyncResource
}

func badErrorPath(j *job, run func() error) error {
	defer j.EmitDestroy() // want `destroyed already`
	if err := run(); err != nil {
		j.EmitDestroy()
		return err
	}
	return nil
}

func badSwitch(j *job, n int) {
	switch n {
	case 0:
		j.EmitDestroy()
		fallthrough
	case 1:
		j.EmitDestroy() // want `destroyed already`
	}
}

func badChain(r *rt.AsyncResource) { r.EmitDestroy().EmitDestroy() } // want `destroyed already`

func badMethodValue(r *rt.AsyncResource) {
	end := r.EmitDestroy
	end()
	end() // want `destroyed already`
}

func badAlias(j *job) {
	r := j.res
	r.EmitDestroy()
	j.res.EmitDestroy() // want `destroyed already`
}

func badClosure(r *rt.AsyncResource) {
	end := func() { r.EmitDestroy() } // want `destroyed already`
	end()
	end()
}

func badGeneric[T any](r *rt.AsyncResource, xs []T) {
	for range xs {
		r.EmitDestroy() // want `destroyed already`
	}
}

func badInterface(r *rt.AsyncResource) {
	var d interface{ EmitDestroy() *rt.AsyncResource } = r
	d.EmitDestroy()
	r.EmitDestroy() // want `destroyed already`
}

func badUse(c *helper.Conn) error {
	c.EmitDestroy()
	if err := c.Begin(); err != nil { // want `used after EmitDestroy`
		return err
	}
	c.End()
	return nil
}

func badUseEnter(r *rt.AsyncResource) {
	r.EmitDestroy()
	defer helper.Enter(r)() // want `used after EmitDestroy`
}

func badUseInLoop(j *job, next func() bool) {
	for next() {
		j.RunInAsyncScope(func() { fmt.Println(j.Type()) }) // want `used after EmitDestroy`
		if j.done {
			j.EmitDestroy() // want `destroyed already`
		}
	}
}

func badUseOnPath(j *job, stop bool) {
	if stop {
		j.EmitDestroy()
	}
	j.EmitBefore() // want `used after EmitDestroy`
	j.EmitAfter()
}

func badUseDeferred(r *rt.AsyncResource, fn func()) {
	defer r.RunInAsyncScope(fn) // want `used after EmitDestroy`
	r.EmitDestroy()
}

func badUseBindAsyncArg(r *rt.AsyncResource) {
	r.EmitDestroy()
	go r.Bind(func() {})() // want `used after EmitDestroy`
}

func badManualError(open func() error) error {
	r := rt.NewAsyncResource("File", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // want `EmitDestroy`
	r.EmitBefore()
	defer r.EmitAfter()
	return open()
}

func badManualVariable() {
	opts := &rt.AsyncResourceOptions{TriggerAsyncID: 1, RequireManualDestroy: true}
	r := rt.NewAsyncResource("File", opts) // want `EmitDestroy`
	r.RunInAsyncScope(func() {})
}

func badManualField() {
	var opts rt.AsyncResourceOptions
	opts.RequireManualDestroy = true
	r := rt.NewAsyncResource("File", &opts) // want `EmitDestroy`
	fmt.Println(r.AsyncID())
}

const noType = ""

func badEmpty() (*rt.AsyncResource, func(int) int) {
	typ := ""
	return rt.NewAsyncResource(typ, nil), // want `type is empty`
		rt.BindAsync(noType, func(n int) int { return n }) // want `type is empty`
}

func goodErrorPath(j *job, run func() error) error {
	if err := run(); err != nil {
		j.EmitDestroy()
		return err
	}
	j.EmitDestroy()
	return nil
}

func goodFlag(j *job) {
	if !j.done {
		j.done = true
		j.EmitDestroy()
	}
}

func (j *job) Close() error {
	if j.done {
		return errors.New("closed")
	}
	j.done = true
	j.EmitDestroy()
	return nil
}

func goodOnce(r *rt.AsyncResource, once *sync.Once) {
	end := func() { once.Do(func() { r.EmitDestroy() }) }
	defer end()
	end()
}

func goodHandler(w http.ResponseWriter, req *http.Request) {
	r := rt.NewAsyncResource("Request", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	defer r.EmitDestroy()
	r.RunInAsyncScope(func() { fmt.Fprintln(w, req.URL) })
}

func goodInScope(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	r.EmitDestroy()
}

func goodInCallback(r *rt.AsyncResource) {
	r.RunInAsyncScope(func() { r.EmitDestroy() })
}

func goodLoopMakes(names []string) {
	for _, name := range names {
		r := rt.NewAsyncResource(name, nil)
		r.EmitBefore()
		r.EmitAfter()
		r.EmitDestroy()
	}
}

func goodList(j *job, rest []*job) {
	j.EmitDestroy()
	for _, x := range rest {
		x.EmitDestroy()
	}
}

func goodManualGoroutine(ctx context.Context) {
	r := rt.NewAsyncResource("Task", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	go func() {
		defer r.EmitDestroy()
		<-ctx.Done()
	}()
}

func goodManualStored(j *job) {
	j.res = rt.NewAsyncResource("Task", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func goodManualSent(ch chan<- *rt.AsyncResource) {
	ch <- rt.NewAsyncResource("Task", &rt.AsyncResourceOptions{RequireManualDestroy: true})
}

func goodManualMaybe(manual bool) {
	r := rt.NewAsyncResource("Task", &rt.AsyncResourceOptions{RequireManualDestroy: manual})
	r.RunInAsyncScope(func() {})
}

func goodReplaced(j *job) {
	j.res.EmitDestroy()
	j.res = rt.NewAsyncResource("next", nil)
	j.res.EmitBefore()
	j.res.EmitAfter()
}

func goodNilled(j *job) {
	if j.res != nil {
		j.res.EmitDestroy()
		j.res = nil
	}
	if j.res != nil {
		j.res.EmitDestroy()
	}
}

func goodPhi(a, b *rt.AsyncResource, first bool) {
	r := a
	if first {
		r = b
	}
	r.EmitDestroy()
	if first {
		a.EmitDestroy()
	} else {
		b.EmitDestroy()
	}
}

// Hooks.

type monitor struct{ live map[rt.ID]*rt.AsyncResource }

func (m *monitor) after(id rt.ID) {
	if r := m.live[id]; r != nil {
		r.EmitDestroy() // want `in a hook's After callback`
	}
}

func newMonitor() *rt.AsyncHook {
	m := &monitor{live: make(map[rt.ID]*rt.AsyncResource)}
	return rt.CreateHook(rt.HookCallbacks{After: m.after})
}

func fieldByField() *rt.AsyncHook {
	var cb rt.HookCallbacks
	cb.Init = func(id rt.ID, typ string, trigger rt.ID, r *rt.AsyncResource) {
		defer r.EmitDestroy() // want `in a hook's Init callback`
	}
	cb.PromiseResolve = func(rt.ID) {}
	return rt.CreateHook(cb)
}
