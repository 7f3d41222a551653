package callbacks

import (
	"testing"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/singleflight"
)

func TestErrgroup(t *testing.T) {
	var g errgroup.Group
	g.SetLimit(2)
	got := make(chan string, 2)
	store.Run("go", func() { g.Go(func() error { got <- get(); return nil }) })
	store.Run("try", func() { g.TryGo(func() error { got <- get(); return nil }) })
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	a, b := <-got, <-got
	if a > b {
		a, b = b, a
	}
	same(t, a, "go")
	same(t, b, "try")
}

func TestSingleflight(t *testing.T) {
	var g singleflight.Group
	store.Run("do", func() {
		v, _, _ := g.Do("key", func() (any, error) { return get(), nil })
		same(t, v.(string), "do")
	})
	store.Run("chan", func() {
		r := <-g.DoChan("key", func() (any, error) { return get(), nil })
		same(t, r.Val.(string), "chan")
		same(t, get(), "chan")
	})
}
