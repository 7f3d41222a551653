// Package tells has conditions that tell whether a scope is open, and names for one
// resource, as programs have them.
package tells

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

var ch chan bool

var errFull = errors.New("full")

type server struct {
	res   *rt.AsyncResource
	inner struct {
		deep struct{ res *rt.AsyncResource }
	}
}

func (s *server) acquire() error {
	select {
	case <-ch:
		return errFull
	default:
	}
	s.res.EmitBefore()
	return nil
}

func (s *server) release() { s.res.EmitAfter() }

// what says yes of an error alone
func (s *server) Errors() error {
	err := s.acquire()
	if err == io.EOF {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, errFull) {
		return nil
	}
	var pe *os.PathError
	if errors.As(err, &pe) || os.IsNotExist(err) {
		return nil
	}
	if !errors.Is(err, os.ErrExist) {
		if err != nil {
			return err
		}
		s.release()
	}
	return nil
}

// fields of one struct in another
func (s *server) Deep() {
	s.inner.deep.res.EmitBefore()
	s.res.EmitAfter() // finds pairmismatch
}

// numbers
func Numbers(r *rt.AsyncResource, n int, u uint, list []int) {
	if n > 3 {
		r.EmitBefore()
	}
	if n >= 4 {
		r.EmitAfter()
	}
	if u > 0 {
		r.EmitBefore()
	}
	if u != 0 {
		r.EmitAfter()
	}
	if len(list) >= 1 {
		r.EmitBefore()
	}
	if len(list) == 0 {
		return
	}
	r.EmitAfter()
}

func Between(r *rt.AsyncResource, n int) {
	if n == 5 {
		r.EmitBefore()
	}
	if n < 5 || n > 5 {
		return
	}
	r.EmitAfter()
}

func Fewer(r *rt.AsyncResource, n int) {
	if n > 0 {
		r.EmitBefore() // finds pairleak
	}
	n--
	if n > 0 {
		r.EmitAfter()
	}
}

func More(r *rt.AsyncResource, n int) {
	if n > 0 {
		r.EmitBefore()
	}
	n++
	if n > 0 {
		r.EmitAfter() // finds pairextra
	}
}

func Narrower(r *rt.AsyncResource, n int) {
	if n < 5 {
		r.EmitBefore() // finds pairleak
	}
	if n < 4 {
		r.EmitAfter()
	}
}

// a value that is copied into a method
type scope interface {
	enter()
	leave()
}

type byValue struct{ r *rt.AsyncResource }

func (s byValue) enter() { s.r.EmitBefore() }
func (s byValue) leave() { s.r.EmitAfter() }

func values() {
	var s scope = byValue{rt.NewAsyncResource("r", nil)}
	s.enter()
	s.leave()
	s.enter() // finds pairleak
	if <-ch {
		return
	}
	s.leave()
}

// what is embedded in what is embedded
type query struct{ *rt.AsyncResource }
type batch struct {
	name string
	query
}

type emitter interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
}

func open[E emitter](e E)    { e.EmitBefore() }
func closeOf[E emitter](e E) { e.EmitAfter() }

func embedded() {
	r := rt.NewAsyncResource("r", nil)
	b := &batch{"b", query{r}}
	open(b)
	r.EmitAfter()
	var e emitter = b
	e.EmitBefore()
	closeOf(r)
	open(b) // finds pairleak
	if <-ch {
		return
	}
	closeOf(b)
}

// a group that runs what it is given
type group struct{ wg sync.WaitGroup }

func (g *group) run(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		_ = f()
	}()
}

func grouped(r *rt.AsyncResource) {
	var g group
	r.EmitBefore()
	g.run(func() error {
		r.EmitAfter() // finds pairgoroutine
		return nil
	})
	g.wg.Wait()
}

// a closer that is dropped, and nothing else
func enter(r *rt.AsyncResource) func() {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

func Drops(r *rt.AsyncResource) {
	enter(r) // finds pairclosure
}

// nothing happens after the program has ended
func inside(r, q *rt.AsyncResource) {
	r.RunInAsyncScope(func() { q.EmitBefore() }) // finds pairleak
	q.EmitAfter()
}

// lives that end on some paths
func ends(b bool) {
	r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // finds manualleak
	if b {
		return
	}
	r.EmitDestroy()
}

func endsWithFlag(b bool) {
	r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	if b {
		r.EmitDestroy()
	}
	Numbers(nil, 0, 0, nil)
	if !b {
		r.EmitDestroy()
	}
}

func endsInLiteral(b bool) {
	r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	end := func() { r.EmitDestroy() }
	if b {
		end()
		return
	}
	defer end()
}

func endsElsewhere(f func(*rt.AsyncResource)) {
	r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	if ch == nil {
		f(r)
		return
	}
	r.EmitDestroy()
}

func endsLater(b bool) func() {
	r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true})
	if b {
		return func() { r.EmitDestroy() }
	}
	r.EmitDestroy()
	return nil
}

func endsEmbedded() {
	q := &query{rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true})} // finds manualleak
	q.RunInAsyncScope(func() {})
}

func endsInLoop(n int) {
	for i := range n {
		r := rt.NewAsyncResource("r", &rt.AsyncResourceOptions{RequireManualDestroy: true}) // finds manualleak
		if i == 3 {
			continue
		}
		r.EmitDestroy()
	}
}

func use(r, q *rt.AsyncResource) {
	values()
	embedded()
	grouped(r)
	inside(r, q)
	ends(true)
	endsWithFlag(true)
	endsInLiteral(true)
	endsElsewhere(nil)
	endsLater(true)
	endsEmbedded()
	endsInLoop(5)
}
