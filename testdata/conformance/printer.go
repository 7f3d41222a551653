package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// out prints a line. It may be called in hooks.
func out(words ...any) {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = text(w)
	}
	rt.Debugf("%s\n", strings.Join(texts, " "))
}

// text is how the recorded lines have a value.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return "undefined"
	case string:
		return v
	case error:
		if u := (*rt.UsageError)(nil); errors.As(v, &u) {
			return "UsageError[" + u.Op + "]"
		}
		return v.Error()
	}
	switch reflect.TypeOf(v).Kind() {
	case reflect.Func:
		return "function"
	case reflect.Struct, reflect.Map, reflect.Slice:
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(data)
	}
	return fmt.Sprint(v)
}

// labels are the names that ids have in lines.
var labels = struct {
	sync.Mutex
	of    map[rt.ID]string
	count map[string]int
}{of: map[rt.ID]string{0: "none", 1: "root"}, count: map[string]int{}}

// tag gives the id a label, unless it has one.
func tag(id rt.ID, typ string) {
	labels.Lock()
	defer labels.Unlock()
	if labels.of[id] == "" {
		labels.count[typ]++
		labels.of[id] = fmt.Sprintf("%s#%d", typ, labels.count[typ])
	}
}

// label returns the label of the id, "other" if it has none.
func label(id rt.ID) string {
	labels.Lock()
	defer labels.Unlock()
	if l := labels.of[id]; l != "" {
		return l
	}
	return "other"
}

// known reports whether the id was tagged.
func known(id rt.ID) bool { return id > 1 && label(id) != "other" }

// made returns a new resource, tagged.
func made(typ string) *rt.AsyncResource {
	r := rt.NewAsyncResource(typ, nil)
	tag(r.AsyncID(), typ)
	return r
}

// here describes the current scope.
func here() string {
	return "exec=" + label(rt.ExecutionAsyncID()) + " trig=" + label(rt.TriggerAsyncID())
}

// store returns the storage's store, or the text that stands for none.
func store[T any](s *rt.AsyncLocalStorage[T]) any {
	if v, ok := s.GetStore(); ok {
		return v
	}
	return "undefined"
}

// attempt calls fn and prints whether it panicked, with what.
func attempt(what string, fn func()) {
	defer func() {
		if v := recover(); v != nil {
			out(what, "threw", v)
		}
	}()
	fn()
	out(what, "ok")
}
