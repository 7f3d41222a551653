package asyncslog_test

import (
	"log/slog"
	"os"

	"github.com/asynchooks/asynchooks/rt"
	"github.com/asynchooks/asynchooks/rt/asyncslog"
)

var requestID = rt.NewAsyncLocalStorage[string](&rt.AsyncLocalStorageOptions[string]{Name: "request"})

// withoutTime makes the example's lines the same each time.
func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// Each record says which request it belongs to.
func ExampleNewHandler() {
	logger := slog.New(asyncslog.NewHandler(
		slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}),
		&asyncslog.Options{
			Storages: []asyncslog.Storage{asyncslog.Of(requestID)},
			OmitIDs:  true, // they are others each time
		}))
	query := func() { logger.Info("query", "table", "users") }

	logger.Info("serving")
	requestID.Run("r-17", func() {
		done := make(chan bool)
		go func() {
			defer close(done)
			query()
		}()
		<-done
	})
	// Output:
	// level=INFO msg=serving
	// level=INFO msg=query table=users request=r-17
}
