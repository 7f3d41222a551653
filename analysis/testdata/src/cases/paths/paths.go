package paths

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"cases/lib"
	"github.com/asynchooks/asynchooks/rt"
)

var errSkip = errors.New("skip")

// early return by error among several
func copyFile(r *rt.AsyncResource, dst, src string) (n int64, err error) {
	r.EmitBefore() // finds pairleak
	in, err := os.Open(src)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(dst)
	if err != nil {
		r.EmitAfter()
		return 0, err
	}
	n, err = io.Copy(out, in)
	out.Close()
	r.EmitAfter()
	return n, err
}

// the same, right
func copyFileOK(r *rt.AsyncResource, dst, src string) (n int64, err error) {
	r.EmitBefore()
	in, err := os.Open(src)
	if err != nil {
		r.EmitAfter()
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(dst)
	if err != nil {
		r.EmitAfter()
		return 0, err
	}
	n, err = io.Copy(out, in)
	out.Close()
	r.EmitAfter()
	return n, err
}

// switch without default closes in all cases but one
func dispatch(r *rt.AsyncResource, kind string) int {
	r.EmitBefore() // finds pairleak
	switch kind {
	case "a":
		r.EmitAfter()
		return 1
	case "b", "c":
		r.EmitAfter()
		return 2
	}
	return 0
}

// fallthrough reaches the close
func fall(r *rt.AsyncResource, n int) {
	r.EmitBefore()
	switch {
	case n > 10:
		fmt.Println("big")
		fallthrough
	case n > 5:
		fmt.Println("middle")
		fallthrough
	default:
		r.EmitAfter()
	}
}

// fallthrough skipped by a break
func fallBreak(r *rt.AsyncResource, n int) {
	r.EmitBefore() // finds pairleak
	switch {
	case n > 10:
		if n == 11 {
			break
		}
		fallthrough
	default:
		r.EmitAfter()
	}
}

// correlated flag
func flagged(r *rt.AsyncResource, verbose bool) {
	entered := false
	if verbose {
		r.EmitBefore()
		entered = true
	}
	fmt.Println("work")
	if entered {
		r.EmitAfter()
	}
}

// correlated flag with the wrong sense
func flaggedWrong(r *rt.AsyncResource, verbose bool) {
	entered := false
	if verbose {
		r.EmitBefore() // finds pairleak
		entered = true
	}
	fmt.Println("work")
	if !entered {
		r.EmitAfter() // finds pairextra
	}
}

// nil check correlation
func maybe(q *lib.Query) {
	if q != nil {
		q.EmitBefore()
	}
	fmt.Println("work")
	if q != nil {
		q.EmitAfter()
	}
}

// nil check with different resource
func maybeOther(q, p *lib.Query) {
	if q != nil {
		q.EmitBefore() // finds pairleak
	}
	fmt.Println("work")
	if p != nil && q == nil {
		fmt.Println("p")
	}
}

// helper with error
func withOpen(q *lib.Query, ctx context.Context) error {
	if err := lib.Open(q, ctx); err != nil {
		return err
	}
	defer q.EmitAfter()
	return ctx.Err()
}

// helper with error; later error forgets
func withOpenLeak(q *lib.Query, ctx context.Context) error {
	if err := lib.Open(q, ctx); err != nil { // finds pairleak
		return err
	}
	if _, err := strconv.Atoi(q.SQL); err != nil {
		return err
	}
	q.EmitAfter()
	return nil
}

// ignores the error: closes what was perhaps not opened
func withOpenIgnored(q *lib.Query, ctx context.Context) {
	_ = lib.Open(q, ctx)
	q.EmitAfter() // finds pairextra
}

// TryOpen
func try(q *lib.Query) {
	if !lib.TryOpen(q) {
		return
	}
	defer q.End()
	fmt.Println(q.SQL)
}

// TryOpen inverted
func tryInverted(q *lib.Query) {
	if lib.TryOpen(q) { // finds pairleak
		return
	}
	q.End() // finds pairextra
}

// resource and error
func acquired(name string) error {
	r, err := lib.Enter(name)
	if err != nil {
		return err
	}
	defer r.EmitAfter()
	fmt.Println(name)
	return nil
}

// resource and error, not closed
func acquiredLeak(name string) error {
	r, err := lib.Enter(name) // finds pairleak
	if err != nil {
		return err
	}
	fmt.Println(r.AsyncID())
	return nil
}

// shadowed err
func shadow(q *lib.Query, ctx context.Context) (err error) {
	if err := lib.Open(q, ctx); err != nil {
		return err
	}
	defer func() { q.EmitAfter() }()
	if _, err := fmt.Sscan(q.SQL, new(int)); err != nil {
		return err
	}
	return
}

// http handler
func handler(w http.ResponseWriter, req *http.Request) {
	r := rt.NewAsyncResource("Handler", nil)
	r.EmitBefore() // finds pairleak
	if req.Method != http.MethodPost {
		http.Error(w, "no", http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		http.Error(w, err.Error(), 500)
		r.EmitAfter()
		return
	}
	w.Write(body)
	r.EmitAfter()
}

// handler literal
func mux() *http.ServeMux {
	m := http.NewServeMux()
	m.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		r := rt.NewAsyncResource("Handler", nil)
		r.EmitBefore()
		defer r.EmitAfter()
		if req.URL.Path != "/" {
			http.NotFound(w, req)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	m.HandleFunc("/bad", func(w http.ResponseWriter, req *http.Request) {
		r := rt.NewAsyncResource("Handler", nil)
		r.EmitBefore() // finds pairleak
		if req.URL.Path != "/bad" {
			http.NotFound(w, req)
			return
		}
		r.EmitAfter()
	})
	return m
}

// loop with continue
func lines(r *rt.AsyncResource, rd io.Reader) {
	sc := bufio.NewScanner(rd)
	for sc.Scan() {
		r.EmitBefore() // finds pairloop
		if strings.HasPrefix(sc.Text(), "#") {
			continue
		}
		fmt.Println(sc.Text())
		r.EmitAfter()
	}
}

// loop with break leaves one open
func until(r *rt.AsyncResource, rd io.Reader) {
	sc := bufio.NewScanner(rd)
	for sc.Scan() {
		r.EmitBefore() // finds pairleak
		if sc.Text() == "" {
			break
		}
		r.EmitAfter()
	}
	fmt.Println("done")
}

// break, closed after the loop by a flag
func untilFlag(r *rt.AsyncResource, rd io.Reader) {
	sc := bufio.NewScanner(rd)
	open := false
	for sc.Scan() {
		r.EmitBefore()
		open = true
		if sc.Text() == "" {
			break
		}
		r.EmitAfter()
		open = false
	}
	if open {
		r.EmitAfter()
	}
}

// goto cleanup
func gotoCleanup(r *rt.AsyncResource, a, b string) (err error) {
	var n int
	r.EmitBefore()
	if n, err = strconv.Atoi(a); err != nil {
		goto done
	}
	if _, err = strconv.Atoi(b); err != nil {
		goto done
	}
	fmt.Println(n)
done:
	r.EmitAfter()
	return err
}

// goto past the cleanup
func gotoPast(r *rt.AsyncResource, a, b string) (err error) {
	r.EmitBefore() // finds pairleak
	if _, err = strconv.Atoi(a); err != nil {
		goto out
	}
	_, err = strconv.Atoi(b)
	r.EmitAfter()
out:
	return err
}

// labelled continue
func labels(r *rt.AsyncResource, grid [][]int) {
outer:
	for _, row := range grid {
		r.EmitBefore() // finds pairloop
		for _, c := range row {
			if c < 0 {
				continue outer
			}
		}
		r.EmitAfter()
	}
}

// labelled continue, right
func labelsOK(r *rt.AsyncResource, grid [][]int) {
outer:
	for _, row := range grid {
		r.EmitBefore()
		for _, c := range row {
			if c < 0 {
				r.EmitAfter()
				continue outer
			}
		}
		r.EmitAfter()
	}
}

// labelled break out of a select in a loop
func pump(r *rt.AsyncResource, in <-chan int, done <-chan struct{}) {
	r.EmitBefore()
loop:
	for {
		select {
		case <-done:
			break loop
		case v, ok := <-in:
			if !ok {
				break loop
			}
			fmt.Println(v)
		}
	}
	r.EmitAfter()
}

// return from a select case
func pumpLeak(r *rt.AsyncResource, in <-chan int, done <-chan struct{}) {
	r.EmitBefore() // finds pairleak
	for {
		select {
		case <-done:
			return
		case v, ok := <-in:
			if !ok {
				r.EmitAfter()
				return
			}
			fmt.Println(v)
		}
	}
}

// named result changed in a defer
func named(q *lib.Query) (err error) {
	q.EmitBefore()
	defer func() {
		q.EmitAfter()
		if err != nil {
			err = fmt.Errorf("query %s: %w", q.SQL, err)
		}
	}()
	if q.SQL == "" {
		return errSkip
	}
	return nil
}

// deferred close only on error
func onlyOnError(q *lib.Query) (err error) {
	q.EmitBefore() // finds pairleak
	defer func() {
		if err != nil {
			q.EmitAfter()
		}
	}()
	if q.SQL == "" {
		return errSkip
	}
	return nil
}

// deferred close on error, explicit else
func onErrorAndElse(q *lib.Query) (err error) {
	q.EmitBefore()
	defer func() {
		if err != nil {
			q.EmitAfter()
		}
	}()
	if q.SQL == "" {
		return errSkip
	}
	q.EmitAfter()
	return nil
}

// success keeps the scope for the caller (constructor style, unexported, closed by the caller)
func begin(q *lib.Query) (err error) {
	q.EmitBefore()
	defer func() {
		if err != nil {
			q.EmitAfter()
		}
	}()
	if q.SQL == "" {
		return errSkip
	}
	return nil
}

func useBegin(q *lib.Query) error {
	if err := begin(q); err != nil {
		return err
	}
	defer q.EmitAfter()
	fmt.Println(q.SQL)
	return nil
}

// os.Exit is no return
func fatal(r *rt.AsyncResource) {
	r.EmitBefore()
	if len(os.Args) > 3 {
		fmt.Fprintln(os.Stderr, "usage")
		os.Exit(2)
	}
	r.EmitAfter()
}

// two resources, one leaks
func two(a, b *rt.AsyncResource, n int) {
	a.EmitBefore()
	defer a.EmitAfter()
	b.EmitBefore() // finds pairleak
	if n == 0 {
		return
	}
	b.EmitAfter()
}

// variable assigned in both branches
func pick(a, b *rt.AsyncResource, first bool) {
	r := a
	if !first {
		r = b
	}
	r.EmitBefore()
	fmt.Println("x")
	r.EmitAfter()
}

// created in a branch
func lazily(on bool) {
	var r *rt.AsyncResource
	if on {
		r = rt.NewAsyncResource("Lazy", nil)
		r.EmitBefore()
	}
	fmt.Println("x")
	if r != nil {
		r.EmitAfter()
	}
}

// created in a branch, forgotten
func lazilyLeak(on bool) {
	var r *rt.AsyncResource
	if on {
		r = rt.NewAsyncResource("Lazy", nil)
		r.EmitBefore() // finds pairleak
	}
	fmt.Println("x", r != nil)
}

// chained calls
func chain() {
	r := rt.NewAsyncResource("Chain", nil).EmitBefore()
	fmt.Println("x")
	r.EmitAfter().EmitDestroy()
}

// chained, lost
func chainLost() {
	rt.NewAsyncResource("Chain", nil).EmitBefore() // finds pairleak
	fmt.Println("x")
}

// defer with chained enter
func deferChain(r *rt.AsyncResource) {
	defer r.EmitBefore().EmitAfter()
	fmt.Println("x")
}

// infinite loop never returns
func forever(r *rt.AsyncResource) {
	r.EmitBefore()
	for {
		fmt.Println("x")
	}
}

// retry loop
func retry(r *rt.AsyncResource, f func() error) (err error) {
	for i := 0; i < 3; i++ {
		r.EmitBefore()
		func() {
			defer r.EmitAfter()
			err = f()
		}()
		if err == nil {
			return nil
		}
	}
	return err
}

// switch on type
func byType(v any) {
	switch v := v.(type) {
	case *lib.Query:
		v.EmitBefore() // finds pairleak
		if v.SQL == "x" {
			return
		}
		v.EmitAfter()
	case *rt.AsyncResource:
		v.EmitBefore()
		fmt.Println(v.Type())
		v.EmitAfter()
	}
}

// guard value
func guarded(r *rt.AsyncResource) {
	g := lib.NewGuard(r)
	defer g.Release()
	fmt.Println("x")
}

// guard dropped
func guardLost(r *rt.AsyncResource) {
	lib.NewGuard(r) // finds pairleak
	fmt.Println("x")
}

// guard not released on one path
func guardPath(r *rt.AsyncResource, n int) {
	g := lib.NewGuard(r) // finds pairleak
	if n == 0 {
		return
	}
	g.Release()
}

// recover makes it return
func recovered(r *rt.AsyncResource, s string) (n int, err error) {
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
	}()
	r.EmitBefore()
	if s == "" {
		panic("empty") // finds pairpanic
	}
	n = len(s)
	r.EmitAfter()
	return n, nil
}

// recover closes
func recoveredOK(r *rt.AsyncResource, s string) (n int, err error) {
	r.EmitBefore()
	defer func() {
		if x := recover(); x != nil {
			err = fmt.Errorf("%v", x)
		}
		r.EmitAfter()
	}()
	if s == "" {
		panic("empty")
	}
	return len(s), nil
}

// closes only when it panicked
func onlyPanic(r *rt.AsyncResource, s string) {
	r.EmitBefore() // finds pairleak
	defer func() {
		if x := recover(); x != nil {
			r.EmitAfter()
			panic(x)
		}
	}()
	lib.MustPositive(len(s))
}
