//go:build !race

// Under the race detector sync.Pool drops what it is given at random, and
// log/slog keeps its buffers in one: allocations cannot be compared there.

package asyncslog_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/asynchooks/asynchooks/rt/asyncslog"
)

func TestNoAllocations(t *testing.T) {
	ctx := context.Background()
	for _, opts := range []*asyncslog.Options{nil, {Storages: storages}} {
		plain := slog.New(slog.NewJSONHandler(io.Discard, nil))
		l := slog.New(asyncslog.NewHandler(slog.NewJSONHandler(io.Discard, nil), opts))
		log := func(l *slog.Logger) float64 {
			return testing.AllocsPerRun(100, func() { l.LogAttrs(ctx, slog.LevelInfo, "m", slog.String("a", "b")) })
		}
		user.Run("ada", func() {
			attempts.Run(3000, func() {
				if with, without := log(l), log(plain); with != without {
					t.Errorf("options %+v: %v allocations, want %v as without the handler", opts, with, without)
				}
			})
		})
	}
}
