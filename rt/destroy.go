package rt

import "sync"

// destroyed is what Destroy needs of a resource: no reference to it, since it
// may be collected.
type destroyed struct {
	id    ID
	typ   string
	pc    uintptr
	depth uint32
}

func (r *AsyncResource) destroyed() destroyed {
	return destroyed{r.id, r.typ(), r.pc, uint32(r.depth)}
}

// destroys is the queue of Destroys that are not delivered yet. They are
// delivered one after another, on a goroutine that is there while the queue is
// not empty.
var destroys struct {
	sync.Mutex
	queue     []destroyed
	queued    uint64 // ever
	delivered uint64 // ever
	running   bool
	flushes   []flush // in order
}

// A flush waits until so many have been delivered. It is woken through a mutex,
// which unlike a channel or a condition can be used across synctest bubbles.
type flush struct {
	until uint64
	wake  *sync.Mutex
}

// queueDestroy queues a Destroy, unless no enabled hook would hear of it.
func queueDestroy(d destroyed) {
	if l := hooks.list.Load(); l == nil || !l.hasDestroy {
		return
	}
	guard := holdEvents()
	defer guard.release()
	destroys.Lock()
	defer destroys.Unlock()
	destroys.queue = append(destroys.queue, d)
	destroys.queued++
	if !destroys.running {
		destroys.running = true
		startDeliverer(deliver)
	}
}

// deliver delivers what is queued, until nothing is left.
func deliver() {
	setOwnIDs(0, 0)
	storeFrame(nil)
	storeGuard(false)
	empty := false
	defer func() {
		if !empty { // a callback called Goexit
			deliveredOne()
			startDeliverer(deliver)
		}
	}()
	for {
		d, ok := nextDestroy()
		if !ok {
			empty = true
			return
		}
		storeDepth(0)
		if l := hooks.list.Load(); l != nil {
			l.fireDestroyed(d)
		}
		deliveredOne()
	}
}

func nextDestroy() (d destroyed, ok bool) {
	destroys.Lock()
	defer destroys.Unlock()
	if len(destroys.queue) == 0 {
		destroys.queue = nil
		destroys.running = false
		return d, false
	}
	d = destroys.queue[0]
	destroys.queue[0] = destroyed{}
	destroys.queue = destroys.queue[1:]
	return d, true
}

func deliveredOne() {
	destroys.Lock()
	defer destroys.Unlock()
	destroys.delivered++
	for len(destroys.flushes) > 0 && destroys.flushes[0].until <= destroys.delivered {
		destroys.flushes[0].wake.Unlock()
		destroys.flushes = destroys.flushes[1:]
	}
}

// Flush waits until every Destroy that is queued now is delivered; one that a
// delivered callback queues belongs to the next Flush. In a Destroy callback it
// would wait for itself: there it panics with a [*UsageError].
func Flush() {
	if inDestroy() {
		misuse("Flush", 0, "called in a Destroy callback, which it would wait for; call it from outside of hooks")
	}
	guard := holdEvents()
	defer guard.release()
	destroys.Lock()
	if destroys.delivered == destroys.queued {
		destroys.Unlock()
		return
	}
	wake := new(sync.Mutex)
	wake.Lock()
	destroys.flushes = append(destroys.flushes, flush{destroys.queued, wake})
	destroys.Unlock()
	wake.Lock()
}
