package callbacks

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"
)

// TestFsnotify: events carry the scope in which the watcher was made.
func TestFsnotify(t *testing.T) {
	dir := t.TempDir()
	var w *fsnotify.Watcher
	store.Run("watcher", func() {
		var err error
		if w, err = fsnotify.NewWatcher(); err != nil {
			t.Fatal(err)
		}
	})
	defer w.Close()
	if err := w.Add(dir); err != nil {
		t.Fatal(err)
	}
	store.Run("writer", func() {
		if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	})
	for range w.Events {
		same(t, get(), "watcher")
		break
	}
	same(t, get(), "none")
}
