package pairs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"slices"
	"sort"
	"sync"
	"time"

	"cases/lib"
	"github.com/asynchooks/asynchooks/rt"
	"golang.org/x/sync/errgroup"
)

// ---- order

func orderDefers(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	defer b.EmitAfter()
	defer a.EmitAfter() // finds pairorder
	fmt.Println("x")
}

func orderDefersOK(a, b *rt.AsyncResource) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore()
	defer b.EmitAfter()
	fmt.Println("x")
}

func orderMixed(a, b *rt.AsyncResource) {
	a.EmitBefore()
	b.EmitBefore()
	defer b.EmitAfter()
	fmt.Println("x")
	a.EmitAfter() // finds pairorder
}

func orderInIf(a, b *rt.AsyncResource, swap bool) {
	a.EmitBefore()
	b.EmitBefore()
	if swap {
		a.EmitAfter() // finds pairorder
		b.EmitAfter()
	} else {
		b.EmitAfter()
		a.EmitAfter()
	}
}

func orderHelper(a, b *lib.Query) {
	a.Begin()
	b.Begin()
	a.End() // finds pairorder
	b.End()
}

func orderGuard(a, b *rt.AsyncResource) {
	g := lib.NewGuard(a)
	h := lib.NewGuard(b)
	defer h.Release()
	defer g.Release() // finds pairorder
	fmt.Println("x")
}

func orderFields(s *server) {
	s.conn.EmitBefore()
	s.req.EmitBefore()
	s.conn.EmitAfter() // finds pairorder
	s.req.EmitAfter()
}

func orderScope(a, b *rt.AsyncResource) {
	b.EmitBefore()
	a.RunInAsyncScope(func() {
		b.EmitAfter() // finds pairorder
	})
}

func orderFor(a, b *rt.AsyncResource, n int) {
	for range n {
		a.EmitBefore()
		b.EmitBefore()
		a.EmitAfter() // finds pairorder
		b.EmitAfter()
	}
}

func orderCleanupList(a, b *rt.AsyncResource) {
	var cleanup []func()
	defer func() {
		for _, f := range slices.Backward(cleanup) {
			f()
		}
	}()
	a.EmitBefore()
	cleanup = append(cleanup, func() { a.EmitAfter() })
	b.EmitBefore()
	cleanup = append(cleanup, func() { b.EmitAfter() })
}

type server struct {
	conn, req *rt.AsyncResource
	open      bool
	stop      func()
	mu        sync.Mutex
	scopes    map[string]*rt.AsyncResource
}

// ---- extra

func extraTwice(r *rt.AsyncResource, err error) {
	r.EmitBefore()
	if err != nil {
		r.EmitAfter()
	}
	r.EmitAfter() // finds pairextra
}

func extraDefer(r *rt.AsyncResource, err error) error {
	r.EmitBefore()
	defer r.EmitAfter() // finds pairextra
	if err != nil {
		r.EmitAfter()
		return err
	}
	return nil
}

func extraNew() {
	r := rt.NewAsyncResource("X", nil)
	r.EmitAfter() // finds pairextra
}

func extraAfterScope(r *rt.AsyncResource) {
	r.RunInAsyncScope(func() { fmt.Println("x") })
	r.EmitAfter() // finds pairextra
}

func extraInScope() {
	r := rt.NewAsyncResource("X", nil)
	r.RunInAsyncScope(func() {
		defer r.EmitAfter() // finds pairextra
		fmt.Println("x")
	})
}

func extraLoop(r *rt.AsyncResource, xs []int) {
	r.EmitBefore() // finds pairleak
	for range xs {
		r.EmitAfter() // finds pairextra
	}
}

func extraCond(r *rt.AsyncResource, ok bool) {
	if ok {
		r.EmitBefore()
	}
	fmt.Println("x")
	r.EmitAfter() // finds pairextra
}

func extraGuard(r *rt.AsyncResource) {
	g := lib.NewGuard(r)
	g.Release()
	g.Release() // finds pairextra
}

func extraWith(r *rt.AsyncResource) {
	lib.With(r, func() { fmt.Println("x") })
	r.EmitAfter() // finds pairextra
}

func extraCloser(q *lib.Query) {
	end := lib.Scope(q)
	defer end() // finds pairextra
	if q.SQL == "" {
		end()
	}
}

func extraCloserReturn(q *lib.Query) {
	end := lib.Scope(q)
	defer end() // finds pairextra
	if q.SQL == "" {
		end()
		return
	}
}

func extraOnceOK(q *lib.Query) {
	end := lib.OnceScope(q)
	defer end()
	if q.SQL == "" {
		end()
		return
	}
}

func extraNilOK(r *rt.AsyncResource, on bool) {
	var cur *rt.AsyncResource
	if on {
		cur = r.EmitBefore()
	}
	defer func() {
		if cur != nil {
			cur.EmitAfter()
		}
	}()
	fmt.Println("x")
}

func extraReset(r *rt.AsyncResource, xs []int) {
	open := false
	for _, x := range xs {
		if x == 0 && !open {
			r.EmitBefore()
			open = true
		}
		if x == 1 && open {
			r.EmitAfter()
			open = false
		}
	}
	if open {
		r.EmitAfter()
	}
}

// ---- mismatch

func mismatchVar(xs []*rt.AsyncResource) {
	if len(xs) < 2 {
		return
	}
	r := xs[0]
	r.EmitBefore()
	r = xs[1]
	r.EmitAfter() // finds pairmismatch
}

func mismatchNew() {
	r := rt.NewAsyncResource("A", nil)
	r.EmitBefore()
	r = rt.NewAsyncResource("B", nil)
	r.EmitAfter() // finds pairmismatch
}

func mismatchShadow(ok bool) {
	r := rt.NewAsyncResource("A", nil)
	r.EmitBefore()
	if ok {
		r := rt.NewAsyncResource("B", nil)
		fmt.Println(r.Type())
		r.EmitAfter() // finds pairmismatch
		return
	}
	r.EmitAfter()
}

func mismatchField(s *server, next *rt.AsyncResource) {
	s.req.EmitBefore()
	s.req = next
	s.req.EmitAfter() // finds pairmismatch
}

func mismatchFieldOK(s *server, next *rt.AsyncResource) {
	cur := s.req
	cur.EmitBefore()
	s.req = next
	cur.EmitAfter()
}

func mismatchDefer(s *server, next *rt.AsyncResource) {
	s.req.EmitBefore()
	defer s.req.EmitAfter() // the receiver is taken here
	s.req = next
}

func mismatchDeferClosure(s *server, next *rt.AsyncResource) {
	s.req.EmitBefore()
	defer func() { s.req.EmitAfter() }() // finds pairmismatch
	s.req = next
}

func mismatchTypo(a, b *rt.AsyncResource) {
	a.EmitBefore()
	fmt.Println("x")
	b.EmitAfter() // finds pairmismatch
}

func mismatchQuery(q, p *lib.Query) {
	q.Begin()
	defer p.End() // finds pairmismatch
	fmt.Println("x")
}

func mismatchSwap(a, b *rt.AsyncResource) {
	a.EmitBefore()
	a, b = b, a
	a.EmitAfter() // finds pairmismatch
	_ = b
}

func mismatchSwapOK(a, b *rt.AsyncResource) {
	a.EmitBefore()
	a, b = b, a
	b.EmitAfter()
	_ = a
}

// ---- loop

func loopDefer(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore() // finds pairloop
		defer r.EmitAfter()
		fmt.Println(r.Type())
	}
}

func loopDeferFunc(rs []*rt.AsyncResource) {
	for _, r := range rs {
		func() {
			r.EmitBefore()
			defer r.EmitAfter()
			fmt.Println(r.Type())
		}()
	}
}

func loopMap(rs map[string]*rt.AsyncResource) {
	for name, r := range rs {
		r.EmitBefore() // finds pairloop
		if name == "" {
			continue
		}
		r.EmitAfter()
	}
}

func loopWhile(next func() *rt.AsyncResource) {
	for r := next(); r != nil; r = next() {
		r.EmitBefore() // finds pairloop
		fmt.Println(r.Type())
	}
}

func loopChan(ch <-chan *rt.AsyncResource) {
	for r := range ch {
		r.EmitBefore()
		fmt.Println(r.Type())
		r.EmitAfter()
	}
}

func loopGoto(r *rt.AsyncResource, n int) {
	i := 0
again:
	r.EmitBefore() // finds pairloop
	i++
	if i < n {
		goto again
	}
	r.EmitAfter()
}

func loopTwo(rs []*rt.AsyncResource) {
	for _, r := range rs {
		r.EmitBefore()
	}
	fmt.Println("x")
	for _, r := range slices.Backward(rs) {
		r.EmitAfter()
	}
}

func loopGuard(rs []*rt.AsyncResource) {
	for _, r := range rs {
		g := lib.NewGuard(r) // finds pairloop
		defer g.Release()
	}
}

func loopRangeFunc(rs []*rt.AsyncResource) {
	for r := range lib.Each(rs) {
		r.EmitBefore() // finds pairloop
		if r.Type() == "" {
			continue
		}
		r.EmitAfter()
	}
}

func loopRangeFuncOK(rs []*rt.AsyncResource) {
	for r := range lib.Each(rs) {
		r.EmitBefore()
		if r.Type() == "" {
			r.EmitAfter()
			break
		}
		r.EmitAfter()
	}
}

func loopRangeFuncDefer(rs []*rt.AsyncResource) {
	for r := range lib.Each(rs) {
		r.EmitBefore() // finds pairloop
		defer r.EmitAfter()
	}
}

func loopRangeFuncReturn(rs []*rt.AsyncResource) error {
	for r := range lib.Each(rs) {
		r.EmitBefore() // finds pairleak
		if r.Type() == "" {
			return errors.New("empty")
		}
		r.EmitAfter()
	}
	return nil
}

func loopOnce(r *rt.AsyncResource, xs []int) {
	for _, x := range xs {
		if x == 7 {
			r.EmitBefore()
			defer r.EmitAfter()
			break
		}
	}
	fmt.Println("x")
}

func loopNest(a, b *rt.AsyncResource, n, m int) {
	for range n {
		a.EmitBefore()
		for range m {
			b.EmitBefore() // finds pairloop
		}
		a.EmitAfter()
	}
}

func loopHandOverHand(n *node) {
	n.r.EmitBefore()
	for n.next != nil {
		n.r.EmitAfter()
		n = n.next
		n.r.EmitBefore()
	}
	n.r.EmitAfter()
}

type node struct {
	r    *rt.AsyncResource
	next *node
}

// ---- goroutine

func goAfter(r *rt.AsyncResource) {
	r.EmitBefore()
	go func() {
		defer r.EmitAfter() // finds pairgoroutine
		fmt.Println("x")
	}()
}

func goMethod(r *rt.AsyncResource) {
	r.EmitBefore()
	go r.EmitAfter() // finds pairgoroutine
}

func goWorker(r *rt.AsyncResource, wg *sync.WaitGroup) {
	r.EmitBefore()
	wg.Add(1)
	go closeLater(r, wg)
}

func closeLater(r *rt.AsyncResource, wg *sync.WaitGroup) {
	defer wg.Done()
	r.EmitAfter() // finds pairgoroutine
}

func goGroup(ctx context.Context, rs []*rt.AsyncResource) error {
	g, _ := errgroup.WithContext(ctx)
	for _, r := range rs {
		g.Go(func() error {
			r.EmitBefore()
			defer r.EmitAfter()
			return nil
		})
	}
	return g.Wait()
}

func goGroupBad(ctx context.Context, r *rt.AsyncResource) error {
	g, _ := errgroup.WithContext(ctx)
	r.EmitBefore()
	g.Go(func() error {
		r.EmitAfter() // finds pairgoroutine
		return nil
	})
	return g.Wait()
}

func goWaitGroup(r *rt.AsyncResource) {
	var wg sync.WaitGroup
	r.EmitBefore()
	wg.Go(func() {
		r.EmitAfter() // finds pairgoroutine
	})
	wg.Wait()
}

func goTimer(r *rt.AsyncResource) {
	r.EmitBefore()
	time.AfterFunc(time.Second, func() { r.EmitAfter() }) // finds pairgoroutine
}

func goContext(ctx context.Context, r *rt.AsyncResource) {
	r.EmitBefore()
	context.AfterFunc(ctx, func() { r.EmitAfter() }) // finds pairgoroutine
}

func goBefore(r *rt.AsyncResource) {
	done := make(chan bool)
	go func() {
		r.EmitBefore() // finds pairgoroutine
		close(done)
	}()
	<-done
	r.EmitAfter()
}

func goInner(r *rt.AsyncResource) {
	go func() {
		r.EmitBefore() // finds pairleak
		if r.Type() == "x" {
			return
		}
		r.EmitAfter()
	}()
}

func goRT(r *rt.AsyncResource) {
	r.EmitBefore()
	rt.Go(func() { r.EmitAfter() }) // finds pairgoroutine
}

func goMethodValue(q *lib.Query) {
	q.Begin()
	go q.End() // finds pairgoroutine
}

func goWorkers(jobs <-chan *rt.AsyncResource, n int) {
	for range n {
		go func() {
			for r := range jobs {
				r.EmitBefore()
				fmt.Println(r.Type())
				r.EmitAfter()
			}
		}()
	}
}

// ---- closure

func closureDeferMissing(q *lib.Query) {
	defer lib.Scope(q) // finds pairclosure
	fmt.Println("x")
}

func closureDropped(q *lib.Query) {
	lib.Scope(q) // finds pairclosure
	fmt.Println("x")
}

func closureBlank(q *lib.Query) {
	_ = lib.Scope(q) // finds pairclosure
	fmt.Println("x")
}

func closureSome(q *lib.Query) {
	end := lib.Scope(q) // finds pairclosure
	if q.SQL == "" {
		return
	}
	end()
}

func closureLocal(r *rt.AsyncResource) {
	r.EmitBefore() // finds pairclosure
	end := func() { r.EmitAfter() }
	_ = end
}

func closureLocalOK(r *rt.AsyncResource, n int) int {
	r.EmitBefore()
	end := func(v int) int { r.EmitAfter(); return v }
	if n == 0 {
		return end(1)
	}
	return end(n)
}

func closureField(s *server, q *lib.Query) {
	s.stop = lib.Scope(q)
}

func closureReturned(q *lib.Query) func() {
	return lib.Scope(q)
}

func closureEnter(s *rt.AsyncLocalStorage[string]) {
	s.Enter("x") // finds pairclosure
	fmt.Println("x")
}

func closureEnterDefer(s *rt.AsyncLocalStorage[string]) {
	defer s.Enter("x") // finds pairclosure
	fmt.Println("x")
}

func closureEnterOK(s *rt.AsyncLocalStorage[string]) {
	defer s.Enter("x")()
	fmt.Println("x")
}

func closureMethodValue(r *rt.AsyncResource) {
	r.EmitBefore()
	end := r.EmitAfter
	defer end()
	fmt.Println("x")
}

func closureMethodExpr(r *rt.AsyncResource) {
	(*rt.AsyncResource).EmitBefore(r)
	defer (*rt.AsyncResource).EmitAfter(r)
	fmt.Println("x")
}

func closureMethodExprBad(r *rt.AsyncResource) {
	enter := (*rt.AsyncResource).EmitBefore
	enter(r) // finds pairleak
	fmt.Println("x")
}

func closureTable(q *lib.Query) {
	steps := []func(){q.Begin, func() { fmt.Println("x") }, q.End}
	for _, s := range steps {
		s()
	}
}

// ---- yield

func yieldIn(q *lib.Query, rows []int) iter.Seq[int] {
	return func(yield func(int) bool) {
		q.EmitBefore()
		defer q.EmitAfter()
		for _, r := range rows {
			if !yield(r) { // finds pairyield
				return
			}
		}
	}
}

func yieldOut(q *lib.Query, rows []int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, r := range rows {
			q.EmitBefore()
			v := r * r
			q.EmitAfter()
			if !yield(v) {
				return
			}
		}
	}
}

func yield2(q *lib.Query, m map[string]int) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		q.Begin()
		for k, v := range m {
			if !yield(k, v) { // finds pairyield
				break
			}
		}
		q.End()
	}
}

type set struct {
	q *lib.Query
	m map[int]bool
}

func (s *set) All(yield func(int) bool) {
	s.q.EmitBefore()
	for k := range s.m {
		if !yield(k) { // finds pairyield
			s.q.EmitAfter()
			return
		}
	}
	s.q.EmitAfter()
}

func yieldWith(q *lib.Query, xs []int) iter.Seq[int] {
	return func(yield func(int) bool) {
		q.RunInAsyncScope(func() {
			for _, x := range xs {
				if !yield(x) {
					return
				}
			}
		})
	}
}

// ---- unprotected and panic

func unprotectedCallback(r *rt.AsyncResource, f func() error) error {
	r.EmitBefore() // finds unprotected
	err := f()
	r.EmitAfter()
	return err
}

func unprotectedIface(r *rt.AsyncResource, h http.Handler, w http.ResponseWriter, req *http.Request) {
	r.EmitBefore() // finds unprotected
	h.ServeHTTP(w, req)
	r.EmitAfter()
}

func unprotectedIfaceOK(r *rt.AsyncResource, h http.Handler, w http.ResponseWriter, req *http.Request) {
	r.EmitBefore()
	defer r.EmitAfter()
	h.ServeHTTP(w, req)
}

func unprotectedHelper(r *rt.AsyncResource, n int) {
	r.EmitBefore() // finds unprotected
	lib.MustPositive(n)
	r.EmitAfter()
}

func unprotectedCheck(r *rt.AsyncResource, err error) {
	r.EmitBefore() // finds unprotected
	lib.Check(err)
	r.EmitAfter()
}

func unprotectedWriter(r *rt.AsyncResource, w io.Writer) {
	r.EmitBefore()
	fmt.Fprintln(w, "x")
	r.EmitAfter()
}

func unprotectedSort(r *rt.AsyncResource, xs []any) {
	r.EmitBefore() // finds unprotected
	sort.Slice(xs, func(i, j int) bool { return xs[i].(int) < xs[j].(int) })
	r.EmitAfter()
}

func unprotectedSortOK(r *rt.AsyncResource, xs []int) {
	r.EmitBefore()
	sort.Slice(xs, func(i, j int) bool { return xs[i] < xs[j] })
	r.EmitAfter()
}

func panicIn(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	switch n {
	case 0:
		panic("zero") // finds pairpanic
	case 1:
		fmt.Println("one")
	default:
		panic(fmt.Sprintf("bad %d", n)) // finds pairpanic
	}
	r.EmitAfter()
}

func panicBefore(r *rt.AsyncResource, n int) {
	if n < 0 {
		panic("negative")
	}
	r.EmitBefore()
	r.EmitAfter()
}

func panicClosed(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	if n < 0 {
		r.EmitAfter()
		panic("negative")
	}
	r.EmitAfter()
}

func panicNested(a, b *rt.AsyncResource, n int) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore()
	if n < 0 {
		panic("negative") // finds pairpanic
	}
	b.EmitAfter()
}

// ---- directive

//asynchooks:enters q
func directiveOK(q *lib.Query, name string) {
	fmt.Println(name)
	q.EmitBefore()
}

//asynchooks:enters q // finds pairdirective
func directiveFalse(q *lib.Query, name string) {
	if name == "" {
		return
	}
	q.EmitBefore()
}

//asynchooks:exits nobody // finds pairdirective
func directiveName(q *lib.Query) {
	q.EmitAfter() // finds pairextra
}

//asynchooks:exits q
func directiveErr(q *lib.Query, err error) error {
	if err != nil {
		return errors.New("wrapped")
	}
	q.EmitAfter()
	return nil
}

//asynchooks:exits s
func (s *server) Leave() {
	fmt.Println("x")
	s.req.EmitAfter()
}

// ---- generics, embedded, interface

type Task[T any] struct {
	*rt.AsyncResource
	Value T
}

func (t *Task[T]) Run(f func(T)) {
	t.EmitBefore() // finds unprotected
	f(t.Value)
	t.EmitAfter()
}

func (t *Task[T]) RunOK(f func(T)) {
	t.EmitBefore()
	defer t.EmitAfter()
	f(t.Value)
}

func genericLeak[T lib.Scoped](v T, ok bool) {
	v.EmitBefore() // finds pairleak
	if ok {
		return
	}
	v.EmitAfter()
}

func genericUse(q *lib.Query) {
	lib.Start(q)
	defer lib.Stop(q)
	fmt.Println("x")
}

func genericUseLeak(q *lib.Query) {
	lib.Start(q) // finds pairleak
	if q.SQL == "" {
		return
	}
	lib.Stop(q)
}

func ifaceLeak(s lib.Scoped, ok bool) {
	s.EmitBefore() // finds pairleak
	if ok {
		return
	}
	s.EmitAfter()
}

type wrapper struct{ inner lib.Scoped }

func (w wrapper) run(ok bool) {
	w.inner.EmitBefore() // finds pairleak
	if !ok {
		return
	}
	w.inner.EmitAfter()
}

type deep struct{ Task[int] }

func deepOK(d *deep) {
	d.EmitBefore()
	defer d.EmitAfter()
}

func deepMix(d *deep) {
	d.Task.EmitBefore()
	d.AsyncResource.EmitAfter()
}

func init() {
	r := rt.NewAsyncResource("Init", nil)
	r.EmitBefore() // finds pairleak
	fmt.Println("x")
}

// resources in maps and slices

func (s *server) enter(name string) {
	r := s.scopes[name]
	if r == nil {
		r = rt.NewAsyncResource(name, nil)
		s.scopes[name] = r
	}
	r.EmitBefore()
	fmt.Println("x")
	r.EmitAfter()
}

func (s *server) enterLeak(name string) {
	r, ok := s.scopes[name]
	if !ok {
		r = rt.NewAsyncResource(name, nil)
		s.scopes[name] = r
	}
	r.EmitBefore() // finds pairleak
	if name == "" {
		return
	}
	r.EmitAfter()
}

func sliceOK(rs []*rt.AsyncResource) {
	for i := range rs {
		rs[i].EmitBefore()
		fmt.Println(i)
		rs[i].EmitAfter()
	}
}

func sliceLeak(rs []*rt.AsyncResource) {
	for i := range rs {
		rs[i].EmitBefore() // finds pairloop
		if i%2 == 0 {
			continue
		}
		rs[i].EmitAfter()
	}
}

func pooled(p *lib.Pool) {
	r := p.Get()
	defer p.Put(r)
	r.EmitBefore()
	defer r.EmitAfter()
	fmt.Println("x")
}

var pool = sync.Pool{New: func() any { return rt.NewAsyncResource("P", nil) }}

func syncPool(n int) {
	r := pool.Get().(*rt.AsyncResource)
	r.EmitBefore() // finds pairleak
	if n == 0 {
		pool.Put(r)
		return
	}
	r.EmitAfter()
	pool.Put(r)
}

func chanRecv(ch chan *rt.AsyncResource) {
	r := <-ch
	r.EmitBefore()
	defer r.EmitAfter()
	select {
	case ch <- r:
	default:
	}
}

func swapHelper(a, b *rt.AsyncResource) {
	a.EmitBefore()
	lib.Swap(a, b)
	b.EmitAfter()
}

func swapHelperBad(a, b *rt.AsyncResource) {
	a.EmitBefore()
	lib.Swap(a, b) // finds pairleak
	a.EmitAfter()  // finds pairextra
}

func finishHelper(name string) {
	r := rt.NewAsyncResource(name, nil)
	r.EmitBefore()
	defer lib.Finish(r)
	fmt.Println("x")
}
