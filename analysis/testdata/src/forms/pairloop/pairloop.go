package pairloop

import (
	"bufio"
	"fmt"
	"iter"

	"forms/helper"
	"github.com/asynchooks/asynchooks/rt"
)

type row struct {
	*rt.AsyncResource
	cells []string
}

func badScanner(r *rt.AsyncResource, s *bufio.Scanner) {
	for s.Scan() {
		r.EmitBefore() // want `still open`
		if s.Text() == "" {
			continue
		}
		r.EmitAfter()
	}
}

func badDeferEmbedded(rows []*row) {
	for _, x := range rows {
		x.EmitBefore() // want `still open`
		defer x.EmitAfter()
	}
}

func badDeferLiteral(rows []*row) {
	for i := range rows {
		rows[i].EmitBefore() // want `still open`
		defer func() { rows[i].EmitAfter() }()
	}
}

func badSwitchContinue(r *rt.AsyncResource, in []int) {
	for _, n := range in {
		r.EmitBefore() // want `still open`
		switch {
		case n == 0:
			continue
		case n < 0:
			n = -n
		}
		r.EmitAfter()
	}
}

func badSelect(r *rt.AsyncResource, a, b, quit chan int) {
	for {
		select {
		case <-a:
			r.EmitBefore() // want `still open`
		case <-b:
			r.EmitBefore()
			r.EmitAfter()
		case <-quit:
			return
		}
	}
}

func badHelper(conns []*helper.Conn) {
	for _, c := range conns {
		if err := c.Begin(); err != nil { // want `still open`
			continue
		}
		fmt.Println(c.Type())
	}
}

func badSeq(seq iter.Seq[*row]) {
	for x := range seq {
		x.EmitBefore() // want `still open`
	}
}

func badSeqDefer(seq iter.Seq2[int, *row]) {
	for _, x := range seq {
		x.EmitBefore() // want `still open`
		defer x.EmitAfter()
	}
}

func badMap(m map[string]*rt.AsyncResource) {
	for _, r := range m {
		r.EmitBefore() // want `still open`
	}
}

func badEnter(rs []*rt.AsyncResource) {
	for _, r := range rs {
		defer helper.Enter(r)() // want `still open`
	}
}

func badWhile(r *rt.AsyncResource, more func() bool) {
	for more() {
		r.EmitBefore() // want `still open`
		if more() {
			r.EmitAfter()
		}
	}
}

func badGeneric[T any](r *rt.AsyncResource, xs []T, skip func(T) bool) {
	for _, x := range xs {
		r.EmitBefore() // want `still open`
		if skip(x) {
			continue
		}
		r.EmitAfter()
	}
}

func goodScanner(r *rt.AsyncResource, s *bufio.Scanner) {
	for s.Scan() {
		r.EmitBefore()
		text := s.Text()
		r.EmitAfter()
		if text == "" {
			continue
		}
		fmt.Println(text)
	}
}

func goodLiteral(rows []*row) {
	for _, x := range rows {
		func() {
			x.EmitBefore()
			defer x.EmitAfter()
			fmt.Println(x.cells)
		}()
	}
}

func goodScope(rows []*row) {
	for _, x := range rows {
		x.RunInAsyncScope(func() { fmt.Println(x.cells) })
	}
}

func goodDeferReturn(rows []*row) {
	for _, x := range rows {
		if len(x.cells) > 0 {
			x.EmitBefore()
			defer x.EmitAfter()
			return
		}
	}
}

func goodBreak(rows []*row) {
	var open *row
	for _, x := range rows {
		if len(x.cells) > 0 {
			x.EmitBefore()
			open = x
			break
		}
	}
	if open != nil {
		open.EmitAfter()
	}
}

func goodBeforeLoop(r *rt.AsyncResource, n int) (sum int) {
	r.EmitBefore()
	for i := range n {
		sum += i
	}
	r.EmitAfter()
	return sum
}

func goodReopen(r *rt.AsyncResource, ch chan int) {
	r.EmitBefore()
	for n := range ch {
		r.EmitAfter()
		fmt.Println(n)
		r.EmitBefore()
	}
	r.EmitAfter()
}

func goodSeq(seq iter.Seq[*row]) {
	for x := range seq {
		x.EmitBefore()
		fmt.Println(x.cells)
		x.EmitAfter()
	}
}

func goodHelper(conns []*helper.Conn) {
	for _, c := range conns {
		if err := c.Begin(); err != nil {
			continue
		}
		fmt.Println(c.Type())
		c.End()
	}
}

func goodRetry(r *rt.AsyncResource, try func() error) (err error) {
	for range 3 {
		if err = attempt(r, try); err == nil {
			return nil
		}
	}
	return err
}

func attempt(r *rt.AsyncResource, try func() error) error {
	r.EmitBefore()
	defer r.EmitAfter()
	return try()
}

func goodBatches(r *rt.AsyncResource, xs []int) {
	for i, x := range xs {
		if i%10 == 0 {
			r.EmitBefore()
			fmt.Println("batch", x)
			r.EmitAfter()
		}
	}
}

func goodNested(a, b *rt.AsyncResource, n int) {
	for range n {
		a.EmitBefore()
		for range n {
			b.EmitBefore()
			b.EmitAfter()
		}
		a.EmitAfter()
	}
}
