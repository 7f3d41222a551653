package rt

// An ID identifies an async resource. IDs are unique in the process and never
// reused; along a chain of causes they grow. 0: no resource, as for what a
// thread that C started does. 1: the root, that is package initialisation and
// main.
type ID uint64

// Root is the ID of package initialisation and main.
const Root ID = 1

// ExecutionAsyncID returns the ID of the resource that is executing: of the
// innermost open scope on this goroutine, or else of the goroutine itself.
// (executionAsyncId in spec/.)
func ExecutionAsyncID() ID {
	oweIDs()
	return executingID()
}

// executingID is ExecutionAsyncID where ids are owed already.
func executingID() ID {
	if s := loadScope(); s != nil {
		return s.id
	}
	id, _ := ownIDs()
	return id
}

// TriggerAsyncID returns the ID of the resource that caused the one which is
// executing. (triggerAsyncId in spec/.)
func TriggerAsyncID() ID {
	oweIDs()
	if s := loadScope(); s != nil {
		return s.trigger
	}
	_, trigger := ownIDs()
	return trigger
}

// CurrentID is the name that Node.js 8.1.2 had for [ExecutionAsyncID].
//
// Deprecated: use ExecutionAsyncID.
func CurrentID() ID { return ExecutionAsyncID() }

// TriggerID is the name that Node.js 8.1.2 had for [TriggerAsyncID].
//
// Deprecated: use TriggerAsyncID.
func TriggerID() ID { return TriggerAsyncID() }

// rootResource is the resource of package initialisation and main.
var rootResource = &AsyncResource{id: Root, builtin: true}

// ExecutionAsyncResource returns the resource that is executing. It is never
// nil: the root has an empty one. (executionAsyncResource in spec/.)
func ExecutionAsyncResource() *AsyncResource {
	oweIDs()
	return executing()
}

// executing is ExecutionAsyncResource where ids are owed already.
func executing() *AsyncResource {
	s := loadScope()
	for s != nil && s.kind == scopeEnter {
		s = s.prev
	}
	if s != nil && s.kind != scopeOwn {
		return s.resource()
	}
	return ownResource()
}

// ownResource returns the resource of the goroutine itself. It is made when it
// is first asked for.
func ownResource() *AsyncResource {
	if r := loadResource(); r != nil {
		return r
	}
	id, trigger := ownIDs()
	switch id {
	case Root:
		return rootResource
	case 0:
		return &AsyncResource{builtin: true} // of no one: nothing to keep it on
	}
	kind := kindGoroutine
	if isTimer() {
		kind = kindTimer + timerAfterFunc
	}
	r := &AsyncResource{id: id, trigger: trigger, kind: kind, pc: ownSite(), frame: loadFrame(), builtin: true}
	storeResource(r)
	return r
}
