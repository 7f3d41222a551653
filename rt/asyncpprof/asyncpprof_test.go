package asyncpprof_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"regexp"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncpprof"
)

var (
	tenant = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "tenant"})
	shard  rt.AsyncLocalStorage[int]
	labels = asyncpprof.New(asyncpprof.Of(tenant), asyncpprof.Named("shard", &shard))
)

var label = regexp.MustCompile(`"([^"]+)":"([^"]*)"`)

// shown returns the labels that a profile shows of the goroutine that do is called
// on, but for that of package rt's own.
func shown(t *testing.T) map[string]string {
	t.Helper()
	var out bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&out, 1); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for record := range strings.SplitSeq(out.String(), "\n\n") {
		if !strings.Contains(record, "asyncpprof_test.shown+") {
			continue
		}
		for _, m := range label.FindAllStringSubmatch(record, -1) {
			if m[1] != asyncpprof.IDKey {
				all[m[1]] = m[2]
			}
		}
	}
	return all
}

func expect(t *testing.T, want map[string]string) {
	t.Helper()
	if got := shown(t); !maps.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}

func TestDo(t *testing.T) {
	pprof.Do(context.Background(), pprof.Labels("handler", "list", "tenant", "?"), func(ctx context.Context) {
		expect(t, map[string]string{"handler": "list", "tenant": "?"})
		tenant.Run("acme", func() {
			expect(t, map[string]string{"handler": "list", "tenant": "?"})
			shard.Run(7, func() {
				labels.Do(func() {
					expect(t, map[string]string{"handler": "list", "tenant": "acme", "shard": "7"})
					if store, ok := tenant.GetStore(); !ok || store != "acme" {
						t.Errorf("the store is %q, %v", store, ok)
					}
					done := make(chan bool)
					go func() {
						defer close(done)
						expect(t, map[string]string{"handler": "list", "tenant": "acme", "shard": "7"})
					}()
					<-done
				})
			})
			expect(t, map[string]string{"handler": "list", "tenant": "?"})
			labels.Do(func() { expect(t, map[string]string{"handler": "list", "tenant": "acme"}) })
		})
		expect(t, map[string]string{"handler": "list", "tenant": "?"})
	})
	expect(t, map[string]string{})
	if store, ok := tenant.GetStore(); ok {
		t.Errorf("afterwards the store is %q", store)
	}
}

func TestPanic(t *testing.T) {
	func() {
		defer func() { recover() }()
		tenant.Run("acme", func() { labels.Do(func() { panic("thrown") }) })
	}()
	expect(t, map[string]string{})
}

func TestWithID(t *testing.T) {
	r := rt.NewAsyncResource("Job", nil)
	defer r.EmitDestroy()
	r.RunInAsyncScope(func() {
		labels.WithID().Do(func() {
			var out bytes.Buffer
			if err := pprof.Lookup("goroutine").WriteTo(&out, 1); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), `"async_id":"`) {
				t.Errorf("no id in\n%s", &out)
			}
		})
	})
}

func TestMisuse(t *testing.T) {
	for _, do := range []func(){
		func() { asyncpprof.Of(&shard) },
		func() { asyncpprof.Named("", tenant) },
		func() { labels.Do(nil) },
		func() { rt.RunWithLabels([]string{"key"}, func() {}) },
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				var usage *rt.UsageError
				if !errors.As(err, &usage) {
					t.Errorf("panicked with %v, want a UsageError", err)
				}
			}()
			do()
		}()
	}
}
