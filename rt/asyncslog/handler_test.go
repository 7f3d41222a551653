package asyncslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/slogtest"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncslog"
)

type account struct{ name, password string }

func (a *account) LogValue() slog.Value { return slog.StringValue(a.name) }

var (
	user     = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "user"})
	login    = rt.NewAsyncLocalStorage[*account](&rt.AsyncLocalStorageOptions[*account]{Name: "login"})
	attempts rt.AsyncLocalStorage[int]
)

var storages = []asyncslog.Storage{asyncslog.Of(user), asyncslog.Of(login), asyncslog.Named("attempts", &attempts)}

// records parses what a JSONHandler wrote.
func records(t *testing.T, out []byte) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range bytes.Lines(out) {
		m := map[string]any{}
		if err := json.Unmarshal(line, &m); err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
	return all
}

// The handler keeps to slog's rules, whatever it adds.
func TestSlogtest(t *testing.T) {
	for _, opts := range []*asyncslog.Options{nil, {Storages: storages}, {Storages: storages, Group: "async"}, {OmitIDs: true}} {
		var out bytes.Buffer
		slogtest.Run(t, func(*testing.T) slog.Handler {
			out.Reset()
			return asyncslog.NewHandler(slog.NewJSONHandler(&out, nil), opts)
		}, func(t *testing.T) map[string]any { return records(t, out.Bytes())[0] })
	}
}

// logged is what do logs: lines of a TextHandler, without time and level.
func logged(opts *asyncslog.Options, do func(*slog.Logger)) string {
	var out strings.Builder
	do(slog.New(asyncslog.NewHandler(slog.NewTextHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == slog.LevelKey) {
				return slog.Attr{}
			}
			return a
		},
	}), opts)))
	return strings.TrimSpace(out.String())
}

func TestStores(t *testing.T) {
	opts := &asyncslog.Options{Storages: storages, OmitIDs: true}
	inside := func(do func(*slog.Logger)) string {
		var line string
		user.Run("ada", func() {
			login.Run(&account{"lovelace", "secret"}, func() {
				attempts.Run(2, func() { line = logged(opts, do) })
			})
		})
		return line
	}
	for _, test := range []struct {
		name, got, want string
	}{
		{"none", logged(opts, func(l *slog.Logger) { l.Info("m", "a", 1) }), `msg=m a=1`},
		{"all", inside(func(l *slog.Logger) { l.Info("m", "a", 1) }), `msg=m a=1 user=ada login=lovelace attempts=2`},
		{"attrs", inside(func(l *slog.Logger) { l.With("b", 2).Info("m") }), `msg=m b=2 user=ada login=lovelace attempts=2`},
		{"groups", inside(func(l *slog.Logger) {
			l.With("a", 1).WithGroup("g").With("b", 2).WithGroup("h").With("c", 3, "d", 4).Info("m", "e", 5)
		}), `msg=m a=1 g.b=2 g.h.c=3 g.h.d=4 g.h.e=5 user=ada login=lovelace attempts=2`},
		{"empty group", inside(func(l *slog.Logger) { l.WithGroup("g").With("b", 2).WithGroup("h").Info("m") }), `msg=m g.b=2 user=ada login=lovelace attempts=2`},
		{"exit", func() (line string) {
			user.Run("ada", func() {
				user.Exit(func() { line = logged(opts, func(l *slog.Logger) { l.Info("m") }) })
			})
			return line
		}(), `msg=m`},
	} {
		if test.got != test.want {
			t.Errorf("%s: logged %s, want %s", test.name, test.got, test.want)
		}
	}
	group := &asyncslog.Options{Storages: storages, OmitIDs: true, Group: "async"}
	var got string
	user.Run("ada", func() { got = logged(group, func(l *slog.Logger) { l.WithGroup("g").Info("m", "a", 1) }) })
	if want := `msg=m g.a=1 async.user=ada`; got != want {
		t.Errorf("in a group: logged %s, want %s", got, want)
	}
}

// Two loggers that were made of one do not disturb each other's attributes.
func TestSharedAttrs(t *testing.T) {
	opts := &asyncslog.Options{OmitIDs: true}
	got := logged(opts, func(l *slog.Logger) {
		g := l.WithGroup("g").With("a", 1, "b", 2, "c", 3)
		x, y := g.With("x", 1), g.With("y", 2)
		x.Info("m", "p", 1)
		y.Info("m", "q", 2)
	})
	if want := "msg=m g.a=1 g.b=2 g.c=3 g.x=1 g.p=1\nmsg=m g.a=1 g.b=2 g.c=3 g.y=2 g.q=2"; got != want {
		t.Errorf("logged\n%s\nwant\n%s", got, want)
	}
}

// several passes each record on to several handlers, without copying it.
type several []slog.Handler

func (s several) Enabled(context.Context, slog.Level) bool { return true }
func (s several) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s several) WithGroup(string) slog.Handler            { return s }
func (s several) Handle(ctx context.Context, r slog.Record) error {
	for _, h := range s {
		if err := h.Handle(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// A record that others have a copy of keeps its own attributes.
func TestSharedRecord(t *testing.T) {
	var out bytes.Buffer
	write := slog.NewJSONHandler(&out, nil)
	opts := &asyncslog.Options{Storages: storages, OmitIDs: true}
	l := slog.New(several{asyncslog.NewHandler(write, opts), write, asyncslog.NewHandler(write, opts)})
	user.Run("ada", func() { l.Info("m", "a", 1, "b", 2, "c", 3, "d", 4, "e", 5, "f", 6) })
	if strings.Contains(out.String(), "BUG") {
		t.Errorf("slog found its record modified:\n%s", &out)
	}
	all := records(t, out.Bytes())
	for i, want := range []any{"ada", nil, "ada"} {
		if all[i]["user"] != want {
			t.Errorf("record %d has user %v, want %v", i, all[i]["user"], want)
		}
	}
}

func TestIDs(t *testing.T) {
	var out bytes.Buffer
	l := slog.New(asyncslog.NewHandler(slog.NewJSONHandler(&out, nil), nil))
	r := rt.NewAsyncResource("Job", nil)
	r.RunInAsyncScope(func() { l.WithGroup("g").Info("m", "a", 1) })
	r.EmitDestroy()
	got := records(t, out.Bytes())[0]
	if got[asyncslog.IDKey] != float64(r.AsyncID()) || got[asyncslog.TriggerIDKey] != float64(r.TriggerAsyncID()) {
		t.Errorf("logged %s, want ids %d and %d", &out, r.AsyncID(), r.TriggerAsyncID())
	}
}

func TestMisuse(t *testing.T) {
	for op, do := range map[string]func(){
		"asyncslog.NewHandler": func() { asyncslog.NewHandler(nil, nil) },
		"asyncslog.Of":         func() { asyncslog.Of(&attempts) },
		"asyncslog.Named":      func() { asyncslog.Named("", user) },
	} {
		func() {
			defer func() {
				err, _ := recover().(error)
				var usage *rt.UsageError
				if !errors.As(err, &usage) || usage.Op != op || !strings.HasPrefix(err.Error(), op+": ") {
					t.Errorf("%s panicked with %v, want a UsageError", op, err)
				}
			}()
			do()
		}()
	}
}

func TestEnabled(t *testing.T) {
	h := asyncslog.NewHandler(slog.NewJSONHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelWarn}), nil)
	var got []bool
	for _, level := range []slog.Level{slog.LevelInfo, slog.LevelWarn} {
		got = append(got, h.Enabled(context.Background(), level), h.WithGroup("g").Enabled(context.Background(), level))
	}
	if want := []bool{false, false, true, true}; !slices.Equal(got, want) {
		t.Errorf("enabled: %v, want %v", got, want)
	}
}
