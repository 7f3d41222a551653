package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The test is the measured program itself, if it is told so.
func TestMain(m *testing.M) {
	if os.Getenv("PROCESS_TEST_SERVE") == "" {
		os.Exit(m.Run())
	}
	err := Serve(os.Stdin, os.Stdout, map[string]Op{
		"count, and more": func(n int) string { return fmt.Sprint("counted to ", n) },
		"allocate":        Timed(func(n int) { allocate(n) }),
		"cost":            func(n int) string { return fmt.Sprint(10*n, n) },
		"past":            func(n int) string { return "-1 0" },
		"exit":            func(n int) string { os.Exit(n); return "" },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

var kept [][]byte

// allocate makes n blocks which are all live together.
func allocate(n int) {
	kept = make([][]byte, n)
	for i := range kept {
		kept[i] = make([]byte, 32)
	}
}

func start(t *testing.T) *Process {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "PROCESS_TEST_SERVE=1")
	cmd.Stderr = io.Discard
	p, err := Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAsk(t *testing.T) {
	p := start(t)
	if got, err := p.Ask("count, and more", 12); got != "counted to 12" || err != nil {
		t.Errorf("count: %q, %v", got, err)
	}
	if _, err := p.Ask("unheard of", 1); !errors.Is(err, ErrNone) {
		t.Errorf("an operation that is not there: %v", err)
	}
	if got, err := p.Time("cost", 7); got != (Cost{70, 7}) || err != nil {
		t.Errorf("cost: %v, %v", got, err)
	}
	for _, op := range []string{"count, and more", "past"} {
		if got, err := p.Time(op, 1); err == nil {
			t.Errorf("the time of %q, which answers something else: %v", op, got)
		}
	}
	if _, err := p.Time("unheard of", 1); !errors.Is(err, ErrNone) {
		t.Errorf("the time of an operation that is not there: %v", err)
	}
	got, err := p.Time("allocate", 1000)
	if err != nil || got.Nanoseconds <= 0 || got.Allocations < 1001 || got.Allocations > 1100 {
		t.Errorf("1,001 allocations: %v, %v", got, err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

func TestEnded(t *testing.T) {
	p := start(t)
	if answer, err := p.Ask("exit", 3); !errors.Is(err, io.ErrUnexpectedEOF) || !strings.Contains(err.Error(), `"exit"`) {
		t.Errorf("a program that ends: %q, %v", answer, err)
	}
	var exit *exec.ExitError
	if err := p.Stop(); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("stopped: %v, want exit status 3", err)
	}
	if _, err := Start(exec.Command("./no such program")); err == nil {
		t.Error("started what does not exist")
	}
}

func TestServeRefuses(t *testing.T) {
	var out bytes.Buffer
	if err := Serve(strings.NewReader("count 1\n"), &out, nil); err == nil || out.Len() > 0 {
		t.Errorf("an operation without quotes: %v, and answers %q", err, &out)
	}
}

func TestTurns(t *testing.T) {
	var order []string
	do := func(name string) func() (string, error) {
		return func() (string, error) {
			order = append(order, name)
			return fmt.Sprint(name, len(order)), nil
		}
	}
	got, err := Turns(3, do("a"), do("b"), do("c"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(order, ""), "abccbaabc"; got != want {
		t.Errorf("order %s, want %s", got, want)
	}
	want := [][]string{{"a1", "a6", "a7"}, {"b2", "b5", "b8"}, {"c3", "c4", "c9"}}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("results %v, want %v", got[i], want[i])
		}
	}
	failure := errors.New("broken")
	if _, err := Turns(2, do("a"), func() (string, error) { return "", failure }); !errors.Is(err, failure) {
		t.Errorf("a measurement that fails: %v", err)
	}
}

func TestCalibrate(t *testing.T) {
	tests := []struct {
		each float64 // nanoseconds for one
		want int
	}{
		{10, 1000},
		{1e9, 1},
		{10_000, 1},
		{3000, 3},
	}
	for _, tt := range tests {
		got, err := Calibrate(10_000, func(n int) (float64, error) { return tt.each * float64(n), nil })
		if got != tt.want || err != nil {
			t.Errorf("%g ns each, 10 µs: %d times, %v; want %d", tt.each, got, err, tt.want)
		}
	}
	if n, err := Calibrate(1000, func(int) (float64, error) { return 0, nil }); err == nil {
		t.Errorf("an operation that takes no time: %d times", n)
	}
	failure := errors.New("broken")
	if _, err := Calibrate(1000, func(int) (float64, error) { return 0, failure }); !errors.Is(err, failure) {
		t.Errorf("an operation that fails: %v", err)
	}
}
