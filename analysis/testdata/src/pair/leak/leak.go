// Package leak has scopes that stay open, and scopes that do not.
package leak

import (
	"errors"
	"fmt"
	"os"

	"github.com/asynchooks/asynchooks/rt"
)

var errBad = errors.New("bad")

func work()      {}
func try() error { return nil }
func cond() bool { return len(os.Args) > 1 }
func newRes() *rt.AsyncResource {
	return rt.NewAsyncResource("T", nil)
}

func badNever(r *rt.AsyncResource) {
	r.EmitBefore() // want `the scope of r is not closed`
	work()
}

func badLocal() {
	r := rt.NewAsyncResource("T", nil)
	r.EmitBefore() // want `not closed`
	work()
}

func badEarlyReturn(r *rt.AsyncResource) error {
	r.EmitBefore() // want `not closed`
	if err := try(); err != nil {
		return err
	}
	r.EmitAfter()
	return nil
}

func badSwitch(r *rt.AsyncResource, n int) int {
	r.EmitBefore() // want `not closed`
	switch n {
	case 1:
		r.EmitAfter()
		return 1
	case 2:
		return 2
	default:
		r.EmitAfter()
	}
	return 0
}

func badElse(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	if cond() {
		r.EmitAfter()
	} else {
		work()
	}
}

func badConditionalDefer(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	if cond() {
		defer r.EmitAfter()
	}
	work()
}

func badSelect(r *rt.AsyncResource, a, b chan int) {
	r.EmitBefore() // want `not closed`
	select {
	case <-a:
		r.EmitAfter()
	case <-b:
	}
}

func badSecond(a, b *rt.AsyncResource) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore() // want `not closed`
	work()
}

func badBreak(r *rt.AsyncResource) {
	for i := 0; i < 10; i++ {
		r.EmitBefore() // want `not closed`
		if cond() {
			break
		}
		r.EmitAfter()
	}
}

func badGoto(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	if cond() {
		goto end
	}
	r.EmitAfter()
end:
	work()
}

func badChain() {
	rt.NewAsyncResource("T", nil).EmitBefore() // want `not closed`
}

func helperOpen(r *rt.AsyncResource) { r.EmitBefore() }

func badHelper() {
	r := newRes()
	helperOpen(r) // want `opened by helperOpen is not closed`
	work()
}

func badLabel(r *rt.AsyncResource) {
outer:
	for {
		for {
			r.EmitBefore() // want `not closed`
			if cond() {
				break outer
			}
			r.EmitAfter()
		}
	}
}

func badDeferredArgs(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	defer func(x *rt.AsyncResource) {
		if x == nil {
			x.EmitAfter()
		}
	}(r)
}

func badNotNil(r *rt.AsyncResource, err error) {
	r.EmitBefore() // want `not closed`
	if err == nil {
		r.EmitAfter()
	}
}

// Good ones.

func goodDefer(r *rt.AsyncResource) {
	r.EmitBefore()
	defer r.EmitAfter()
	work()
}

func goodPlain(r *rt.AsyncResource) {
	r.EmitBefore()
	x := 1
	_ = x
	r.EmitAfter()
}

func goodBothBranches(r *rt.AsyncResource) error {
	r.EmitBefore()
	if err := try(); err != nil {
		r.EmitAfter()
		return err
	}
	r.EmitAfter()
	return nil
}

func goodCorrelated(r *rt.AsyncResource, on bool) {
	if on {
		r.EmitBefore()
	}
	work()
	if on {
		r.EmitAfter()
	}
}

func goodFlag(r *rt.AsyncResource) {
	opened := false
	if cond() {
		r.EmitBefore()
		opened = true
	}
	work()
	if opened {
		r.EmitAfter()
	}
}

func goodNil(r *rt.AsyncResource) {
	if r != nil {
		r.EmitBefore()
		defer r.EmitAfter()
	}
	work()
}

func goodNilTwice(r *rt.AsyncResource) {
	if r != nil {
		r.EmitBefore()
	}
	work()
	if r == nil {
		return
	}
	r.EmitAfter()
}

func begin() (*rt.AsyncResource, error) {
	if cond() {
		return nil, errBad
	}
	r := rt.NewAsyncResource("T", nil)
	r.EmitBefore()
	return r, nil
}

func goodErrorCorrelated() error {
	r, err := begin()
	if err != nil {
		return err
	}
	defer r.EmitAfter()
	return nil
}

func badErrorCorrelated() error {
	r, err := begin() // want `opened by begin is not closed`
	if err != nil {
		return err
	}
	if r.AsyncID() == 7 {
		return fmt.Errorf("seven")
	}
	r.EmitAfter()
	return nil
}

func goodExit(r *rt.AsyncResource) {
	r.EmitBefore()
	if cond() {
		os.Exit(1)
	}
	r.EmitAfter()
}

func goodDeferClosure(r *rt.AsyncResource) (err error) {
	r.EmitBefore()
	defer func() {
		if err != nil {
			fmt.Println(err)
		}
		r.EmitAfter()
	}()
	return try()
}

func goodDeferFlag(r *rt.AsyncResource) {
	opened := false
	defer func() {
		if opened {
			r.EmitAfter()
		}
	}()
	if cond() {
		r.EmitBefore()
		opened = true
	}
	work()
}

func goodLoop(r *rt.AsyncResource) {
	for i := 0; i < 3; i++ {
		r.EmitBefore()
		if cond() {
			r.EmitAfter()
			continue
		}
		r.EmitAfter()
	}
}

func goodForever(r *rt.AsyncResource, ch chan int) {
	for {
		select {
		case <-ch:
			r.EmitBefore()
			r.EmitAfter()
		}
	}
}

func goodAlias(r *rt.AsyncResource) {
	s := r
	s.EmitBefore()
	r.EmitAfter()
}

func goodAliasResult(r *rt.AsyncResource) {
	defer r.EmitBefore().EmitAfter()
}

func goodNamedCloser(r *rt.AsyncResource) {
	r.EmitBefore()
	done := func() { r.EmitAfter() }
	if cond() {
		done()
		return
	}
	done()
}

func goodSwitchTwice(r *rt.AsyncResource, n int) {
	switch n {
	case 1, 2:
		r.EmitBefore()
	}
	work()
	switch n {
	case 1, 2:
		r.EmitAfter()
	}
}

func goodLen(r *rt.AsyncResource, xs []int) {
	if len(xs) > 0 {
		r.EmitBefore()
	}
	if len(xs) != 0 {
		r.EmitAfter()
	}
}

func goodOnce(r *rt.AsyncResource) {
	for i := 0; i < 2; i++ {
		if i == 0 {
			continue
		}
	}
	r.EmitBefore()
	for i := 0; i < 1; i++ {
		r.EmitAfter()
		return
	}
}

func goodCleanup(r *rt.AsyncResource, t interface{ Cleanup(func()) }) {
	r.EmitBefore()
	t.Cleanup(func() { r.EmitAfter() })
}

type server struct {
	res  *rt.AsyncResource
	open bool
}

func (s *server) start() { s.res.EmitBefore(); s.open = true }
func (s *server) stop() {
	if s.open {
		s.res.EmitAfter()
		s.open = false
	}
}

func (s *server) goodRun() {
	s.start()
	defer s.stop()
	work()
}

func (s *server) badRun() {
	s.start() // want `opened by start is not closed`
	work()
}

// Begin is one half of a pair, and so is End.
func (s *server) Begin(name string) {
	s.res = rt.NewAsyncResource(name, nil)
	fmt.Println("begin", name)
	s.res.EmitBefore()
}

func (s *server) End() {
	fmt.Println("end")
	s.res.EmitAfter()
}

func goodMethods(s *server) {
	s.Begin("x")
	defer s.End()
}

func Open(r *rt.AsyncResource)  { r.EmitBefore() }
func Close(r *rt.AsyncResource) { r.EmitAfter() }

func Exported(r *rt.AsyncResource) {
	r.EmitBefore() // want `not closed`
	fmt.Println()
}

// TryExported leaves the scope open if it returns true.
func TryExported(r *rt.AsyncResource) bool {
	r.EmitBefore()
	if fmt.Sprint() != "" {
		r.EmitAfter()
		return false
	}
	return true
}

// Outside closes the caller's scope for the time of a call.
func Outside(r *rt.AsyncResource) {
	r.EmitAfter()
	fmt.Println()
	r.EmitBefore()
}

func ExportedError(r *rt.AsyncResource) error {
	r.EmitBefore() // want `not closed`
	if cond() {
		return errBad
	}
	r.EmitAfter()
	return nil
}
