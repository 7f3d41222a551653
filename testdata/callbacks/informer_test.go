package callbacks

import (
	"context"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/cache"
)

func TestInformer(t *testing.T) {
	e := record(t, "InformerHandler")
	w := watch.NewFake()
	lw := &cache.ListWatch{
		ListFunc:  func(metav1.ListOptions) (runtime.Object, error) { return &metav1.PartialObjectMetadataList{}, nil },
		WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return w, nil },
	}
	informer := cache.NewSharedInformer(lw, &metav1.PartialObjectMetadata{}, 0)
	added := make(chan string, 1)
	store.Run("handler", func() {
		if _, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{AddFunc: func(any) { added <- get() }}); err != nil {
			t.Fatal(err)
		}
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool)
	store.Run("run", func() {
		go func() {
			defer close(done)
			informer.RunWithContext(ctx)
		}()
	})
	store.Run("writer", func() {
		w.Add(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	})
	same(t, <-added, "handler")
	e.want(t, "init", "before", "after")
	cancel()
	<-done
}

// TestInformerOfOne: an informer that has one handler, which is in its options.
func TestInformerOfOne(t *testing.T) {
	e := record(t, "InformerHandler")
	w := watch.NewFake()
	added := make(chan string, 1)
	var informer cache.Controller
	store.Run("handler", func() {
		_, informer = cache.NewInformerWithOptions(cache.InformerOptions{
			ListerWatcher: &cache.ListWatch{
				ListFunc:  func(metav1.ListOptions) (runtime.Object, error) { return &metav1.PartialObjectMetadataList{}, nil },
				WatchFunc: func(metav1.ListOptions) (watch.Interface, error) { return w, nil },
			},
			ObjectType: &metav1.PartialObjectMetadata{},
			Handler:    cache.ResourceEventHandlerFuncs{AddFunc: func(any) { added <- get() }},
		})
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan bool)
	store.Run("run", func() {
		go func() {
			defer close(done)
			informer.RunWithContext(ctx)
		}()
	})
	store.Run("writer", func() {
		w.Add(&metav1.PartialObjectMetadata{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	})
	same(t, <-added, "handler")
	e.want(t, "init", "before", "after")
	cancel()
	<-done
}
