// Package kept has resources whose scope is opened here and kept: in what is
// returned, in fields, maps and lists, in a context. Others may close it.
package kept

import (
	"context"

	"github.com/asynchooks/asynchooks/rt"
)

type Tx struct {
	res *rt.AsyncResource
}

func Begin(ctx context.Context) (*Tx, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	tx := &Tx{res: rt.NewAsyncResource("TX", nil)}
	tx.res.EmitBefore()
	return tx, nil
}

func (tx *Tx) Commit() error {
	tx.res.EmitAfter()
	tx.res.EmitDestroy()
	return nil
}

type Ty struct {
	res *rt.AsyncResource
}

func BeginTy(ctx context.Context) *Ty {
	tx := &Ty{res: rt.NewAsyncResource("TX", nil)}
	tx.res.EmitBefore()
	return tx
}

func (tx *Ty) Commit() {
	tx.res.EmitAfter()
}

type Tz struct {
	res *rt.AsyncResource
}

func BeginTz(ctx context.Context) *Tz {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return &Tz{r}
}

func (tx *Tz) Commit() {
	tx.res.EmitAfter()
}

type Va struct{ res *rt.AsyncResource }

func BeginVa() Va {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return Va{r}
}

type Emb struct{ *rt.AsyncResource }

func BeginEmb() *Emb {
	q := &Emb{rt.NewAsyncResource("TX", nil)}
	q.EmitBefore()
	return q
}

func BeginEmb2() (*Emb, error) {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return &Emb{r}, nil
}

type Emv struct{ *rt.AsyncResource }

func BeginEmv() (q Emv) {
	q.AsyncResource = rt.NewAsyncResource("TX", nil)
	q.EmitBefore()
	return
}

type Iface interface{ Done() }

type impl struct{ r *rt.AsyncResource }

func (i impl) Done() { i.r.EmitAfter() }

func BeginIface() Iface {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return impl{r}
}

type reg struct {
	m    map[int]*rt.AsyncResource
	l    []*rt.AsyncResource
	cur  *rt.AsyncResource
	deep struct{ cur *rt.AsyncResource }
}

func (g *reg) Start(id int) {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	g.m[id] = r
}
func (g *reg) Stop(id int) { g.m[id].EmitAfter() }
func (g *reg) Push() {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	g.l = append(g.l, r)
}
func (g *reg) Pop() {
	r := g.l[len(g.l)-1]
	g.l = g.l[:len(g.l)-1]
	r.EmitAfter()
}
func (g *reg) Set() {
	g.cur = rt.NewAsyncResource("TX", nil)
	g.cur.EmitBefore()
}
func (g *reg) Unset() { g.cur.EmitAfter(); g.cur = nil }
func (g *reg) SetDeep() {
	g.deep.cur = rt.NewAsyncResource("TX", nil)
	g.deep.cur.EmitBefore()
}
func (g *reg) UnsetDeep() { g.deep.cur.EmitAfter() }

type wrap struct{ in *impl }

func BeginNested() *wrap {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return &wrap{&impl{r}}
}

func BeginTuple() (*rt.AsyncResource, func()) {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return r, func() { r.EmitAfter() }
}

type key struct{}

func BeginCtx(ctx context.Context) context.Context {
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore()
	return context.WithValue(ctx, key{}, r)
}

func EndCtx(ctx context.Context) { ctx.Value(key{}).(*rt.AsyncResource).EmitAfter() }

func Users() {
	tx := BeginTz(context.Background())
	defer tx.Commit()
	v := BeginEmb()
	defer v.EmitAfter()
	ctx := BeginCtx(context.Background())
	defer EndCtx(ctx)
	w := BeginNested()
	defer w.in.Done()
	i := BeginIface()
	defer i.Done()
	r, end := BeginTuple()
	_ = r
	defer end()
}

func UsersBad(n int) {
	tx := BeginTz(context.Background()) // finds pairleak
	if n == 1 {
		return
	}
	tx.Commit()
	v := BeginEmb() // finds pairleak
	if n == 2 {
		return
	}
	v.EmitAfter()
	q, err := BeginEmb2() // finds pairleak
	if err != nil {
		return
	}
	if n == 3 {
		return
	}
	q.EmitAfter()
}

// kept where nobody else gets it
func local(n int) {
	r := rt.NewAsyncResource("TX", nil)
	in := &impl{r}
	in.r.EmitBefore() // finds pairleak
	if n > 0 {
		return
	}
	in.Done()
}

// in a list of its own
func localList(n int) {
	var list []*rt.AsyncResource
	r := rt.NewAsyncResource("TX", nil)
	r.EmitBefore() // finds pairleak
	list = append(list, r)
	_ = len(list)
}

// a result of which one part is not looked at: Commit panics where it is nil
func ignored(ctx context.Context) {
	tx, _ := Begin(ctx)
	tx.Commit()
}

type lease struct{ res *rt.AsyncResource }

// the error of a context that is done is one
func (l *lease) Acquire(ctx context.Context, free <-chan struct{}) error {
	select {
	case <-free:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.res.EmitBefore()
	return nil
}

func (l *lease) AcquireCause(ctx context.Context, free <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-free:
		l.res.EmitBefore()
		return nil
	}
}

func leased(ctx context.Context, l *lease, free <-chan struct{}) error {
	if err := l.Acquire(ctx, free); err != nil {
		return err
	}
	defer l.res.EmitAfter()
	return nil
}

func leasedLost(ctx context.Context, l *lease, free <-chan struct{}) error {
	if err := l.AcquireCause(ctx, free); err != nil { // finds pairleak
		return err
	}
	return nil
}

// what may or may not be done says nothing
func (l *lease) perhaps(ctx context.Context) error {
	l.res.EmitBefore() // finds pairleak
	if l.res.AsyncID() > 3 {
		return ctx.Err()
	}
	l.res.EmitAfter()
	return nil
}

func scoped(r *rt.AsyncResource) func() {
	r.EmitBefore()
	return func() { r.EmitAfter() }
}

// a function that closes, called on one path: nothing to add to
func closer(r *rt.AsyncResource, n int) {
	end := scoped(r) // finds pairclosure
	if n > 3 {
		return
	}
	end()
}

type work struct{ *rt.AsyncResource }

var als rt.AsyncLocalStorage[string]

// each element ends, by a function in a variable
func endAll(queue []work) {
	done := func(w work) { w.EmitDestroy() }
	als.Run("worker", func() {
		for _, w := range queue {
			done(w)
		}
	})
}

func endTwice(queue []work) {
	for _, w := range queue {
		w.EmitDestroy()
		w.EmitDestroy() // finds doubledestroy
	}
}

// the resource and what embeds it are one, as an interface and a type argument
type emitter interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
	EmitDestroy() *rt.AsyncResource
}

func leave[E emitter](e E) { e.EmitAfter() }
func end[E emitter](e E)   { e.EmitDestroy() }

func asInterface(r *rt.AsyncResource) {
	w := &work{r}
	r.EmitBefore()
	var e emitter = w
	e.EmitAfter()
}

func asArgument(r *rt.AsyncResource) {
	w := &work{r}
	r.EmitBefore()
	leave(w)
}

func asArgumentLost(r *rt.AsyncResource, n int) {
	w := &work{r}
	r.EmitBefore() // finds pairleak
	if n > 0 {
		return
	}
	leave(w)
}

func asOther(r, s *rt.AsyncResource) {
	w := &work{s}
	r.EmitBefore()
	emitter(w).EmitAfter() // finds pairmismatch
}

func deferred(r *rt.AsyncResource) {
	r.EmitBefore()
	defer emitter(&work{r}).EmitAfter()
}

// an operation by another name panics no more than by its own
func endsAnother(r, s *rt.AsyncResource) {
	r.EmitBefore()
	end(s)
	r.EmitAfter()
}
