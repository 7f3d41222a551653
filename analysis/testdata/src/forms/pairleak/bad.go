package pairleak

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http"
	"sync"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type query struct {
	*rt.AsyncResource
	text string
}

type pool struct {
	mu   sync.Mutex
	free []*query
	cur  *query
}

func badHandler(w http.ResponseWriter, req *http.Request) {
	r := rt.NewAsyncResource("Request", nil)
	r.EmitBefore() // want `not closed`
	if req.Method != http.MethodPost {
		http.Error(w, "method", http.StatusMethodNotAllowed)
		return
	}
	var v struct{ Name string }
	if err := json.NewDecoder(req.Body).Decode(&v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		r.EmitAfter()
		return
	}
	io.WriteString(w, v.Name)
	r.EmitAfter()
}

func badQuery(ctx context.Context, db *sql.DB, q *query) (*sql.Rows, error) {
	q.EmitBefore() // want `not closed`
	rows, err := db.QueryContext(ctx, q.text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		q.EmitAfter()
		return nil, nil
	case err != nil:
		return nil, err
	}
	q.EmitAfter()
	return rows, nil
}

func badSelectDone(ctx context.Context, r *rt.AsyncResource, work <-chan int) int {
	for {
		select {
		case <-ctx.Done():
			return 0
		case n, ok := <-work:
			r.EmitBefore() // want `not closed`
			if !ok {
				return -1
			}
			if n > 3 {
				r.EmitAfter()
				return n
			}
			r.EmitAfter()
		}
	}
}

func badPool(p *pool) *query {
	p.mu.Lock()
	defer p.mu.Unlock()
	q := p.cur
	q.EmitBefore() // want `not closed`
	for i, f := range p.free {
		if f == q {
			p.free = append(p.free[:i], p.free[i+1:]...)
			return f
		}
	}
	q.EmitAfter()
	return nil
}

func badImported(c *helper.Conn, n int) error {
	if err := c.Begin(); err != nil { // want `opened by Begin is not closed`
		return err
	}
	if n < 0 {
		return errors.New("negative")
	}
	c.End()
	return nil
}

func badTypeSwitch(r *rt.AsyncResource, v any) string {
	r.EmitBefore() // want `not closed`
	switch v := v.(type) {
	case string:
		r.EmitAfter()
		return v
	case error:
		return v.Error()
	case nil:
		r.EmitAfter()
	default:
		r.EmitAfter()
	}
	return ""
}

func badGenericPair[K comparable, V any](m map[K]V, k K, r *rt.AsyncResource) (v V, ok bool) {
	r.EmitBefore() // want `not closed`
	if v, ok = m[k]; !ok {
		return
	}
	r.EmitAfter()
	return
}

func badRecovered(r *rt.AsyncResource, f func()) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("recovered")
			r.EmitAfter()
		}
	}()
	r.EmitBefore() // want `not closed`
	f()
	return nil
}

func badBreakLabel(r *rt.AsyncResource, in chan []byte) (n int) {
loop:
	for b := range in {
		r.EmitBefore() // want `not closed`
		for _, c := range b {
			switch c {
			case 0:
				break loop
			case '\n':
				n++
			}
		}
		r.EmitAfter()
	}
	return n
}

func badShadow(ctx context.Context) {
	r := rt.NewAsyncResource("outer", nil)
	r.EmitBefore() // want `not closed`
	{
		r := rt.NewAsyncResource("inner", nil)
		r.EmitBefore()
		defer r.EmitAfter()
	}
}

func badOppositeFlag(r *rt.AsyncResource, verbose bool) {
	if verbose {
		r.EmitBefore() // want `not closed`
	}
	_ = r.Type()
	if !verbose {
		r.EmitAfter() // want `no open`
	}
}

func badPromotedThrough(o struct{ *query }) {
	o.EmitBefore() // want `not closed`
	if o.text == "" {
		return
	}
	o.query.EmitAfter()
}

func badOnce(r *rt.AsyncResource, once *sync.Once) {
	once.Do(func() {
		r.EmitBefore() // want `not closed`
	})
}

func badTry(r *rt.AsyncResource) {
	if !helper.Try(r) { // want `opened by Try is not closed`
		return
	}
	_ = r.Type()
}

type step func(*query) bool

var steps = []step{
	func(q *query) bool {
		q.EmitBefore() // want `not closed`
		if q.text == "" {
			return false
		}
		q.EmitAfter()
		return true
	},
}

type queue struct {
	res   *rt.AsyncResource
	items []int
	hook  func()
}

func (q *queue) badStored() {
	q.hook = func() {
		res := rt.NewAsyncResource("hook", nil)
		res.EmitBefore() // want `not closed`
		if len(q.items) == 0 {
			return
		}
		res.EmitAfter()
	}
}

func badNilCheck(r *rt.AsyncResource) {
	if r == nil {
		r = rt.NewAsyncResource("default", nil)
	}
	r.EmitBefore() // want `not closed`
	if r.Object() == nil {
		return
	}
	r.EmitAfter()
}

func badFallthrough(r *rt.AsyncResource, n int) {
	r.EmitBefore() // want `not closed`
	switch n {
	case 0:
		fallthrough
	case 1:
		n++
	case 2:
		r.EmitAfter()
		return
	default:
		n--
	}
}

func badRecoverOnly(r *rt.AsyncResource, f func()) {
	r.EmitBefore() // want `not closed`
	defer func() {
		if recover() != nil {
			r.EmitAfter()
		}
	}()
	f()
}

// That its caller ends the program on an error is no excuse.
func badForExit(r *rt.AsyncResource, n int) error {
	r.EmitBefore() // want `not closed`
	if n > 3 {
		return errors.New("big")
	}
	r.EmitAfter()
	return nil
}

func exits(n int) {
	if err := badForExit(rt.NewAsyncResource("x", nil), n); err != nil {
		log.Fatal(err)
	}
}
