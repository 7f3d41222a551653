//go:build ignore

// This file is added to package runtime of an instrumented build. It prints, under
// the stack traces of a crash, what caused the goroutines that they show. It runs
// where the process is about to end, on a system stack, and allocates nothing.

package runtime

import (
	"internal/runtime/atomic"
	"internal/stringslite"
	"unsafe"
)

// An asyncCause is the head of an rt.cause: a link of a chain that was kept.
type asyncCause struct {
	id   uint64
	typ  string
	pc   uintptr
	next *asyncCause
	cut  bool
}

// asyncCauses is whether crashes print causes, as package rt was told.
var asyncCauses atomic.Bool

// AsyncPrintCauses sets that.
func AsyncPrintCauses(on bool) { asyncCauses.Store(on) }

// asyncWantCauses reports whether causes are printed: also in a program without
// package rt, if the environment says so.
func asyncWantCauses() bool {
	return !asyncOff && (asyncCauses.Load() || asyncListed(gogetenv("ASYNCHOOKS"), "causes"))
}

// asyncListed reports whether the comma-separated list has the word.
func asyncListed(list, word string) bool {
	for list != "" {
		item, rest, _ := stringslite.Cut(list, ",")
		if item == word {
			return true
		}
		list = rest
	}
	return false
}

// asyncCrash prints what caused gp, or all goroutines, whose stacks Go has
// printed.
func asyncCrash(gp *g, all bool) {
	level, everyone, _ := gotraceback()
	if level <= 0 || !asyncWantCauses() {
		return
	}
	all = all || everyone
	if asyncShown(gp) {
		asyncPrintCauses(gp)
	}
	if !all {
		return
	}
	forEachGRace(func(other *g) {
		if other != gp && asyncShown(other) {
			asyncPrintCauses(other)
		}
	})
}

// asyncShown reports whether gp is one of the program's, other than the root.
func asyncShown(gp *g) bool {
	switch readgstatus(gp) &^ _Gscan {
	case _Gidle, _Gdead, _Gdeadextra:
		return false
	}
	return (gp.m == nil || gp != gp.m.g0 && gp != gp.m.gsignal) && gp.async.ID != 0 && !isSystemGoroutine(gp, false)
}

func asyncPrintCauses(gp *g) {
	a := &gp.async
	if a.ID == 1 && a.Scope == nil {
		return // the root has no cause
	}
	print("\ncauses of goroutine ", gp.goid, ":\n")
	own := true // it is the goroutine itself that executes
	for s := (*asyncScope)(a.Scope); s != nil && s.prev != nil; s = s.prev {
		if s.id != a.ID && s.id != 0 {
			if c := asyncCauseOf(s.resource); c != nil {
				c.print()
				return
			}
			// Of no record, as of a message while no chains are kept.
			asyncPrintCause(s.id, "resource", 0)
			own = false
		}
	}
	if c := asyncCauseOf(a.Resource); c != nil {
		if !own {
			print("handled by\n")
		}
		c.print()
		return
	}
	if a.ID == 1 {
		print("root\n")
		return
	}
	typ, site := "Goroutine", gp.gopc
	if at := a.origin; at != nil {
		typ, site = "AfterFunc", at.site()
	}
	if !own {
		print("handled by\n")
	}
	asyncPrintCause(a.ID, typ, site)
	a.path.print(a.Trigger)
}

// asyncCauseOf returns the chain that was kept of a resource of rt's, if any.
func asyncCauseOf(res unsafe.Pointer) *asyncCause {
	if res == nil || asyncEvents == nil {
		return nil
	}
	more := *(*unsafe.Pointer)(unsafe.Add(res, asyncEvents.MoreAt))
	if more == nil {
		return nil
	}
	return *(**asyncCause)(unsafe.Add(more, asyncEvents.CauseAt))
}

func (c *asyncCause) print() {
	last := c
	for n := 0; c != nil && n < 32; n++ {
		asyncPrintCause(c.id, c.typ, c.pc)
		last, c = c, c.next
	}
	if c == nil && !last.cut {
		print("root\n")
		return
	}
	print("…\n")
}

// print prints what is known of the ancestors of a goroutine with this trigger.
func (p *asyncPath) print(trigger uint64) {
	if trigger != 1 && (p.scoped&1 != 0 || p.hops == 0 || p.sites[0] == 0) {
		asyncPrintCause(trigger, "resource", 0)
		trigger = 0
	}
	if p.hops == 0 {
		print("root\n")
		return
	}
	for i := range min(int(p.hops), asyncHops) {
		if p.sites[i] == 0 {
			break
		}
		asyncPrintCause(trigger, "Goroutine", uintptr(p.sites[i])+firstmoduledata.text)
		trigger = 0
		if p.scoped>>(i+1)&1 != 0 {
			asyncPrintCause(0, "resource", 0)
		}
	}
	if p.hops <= asyncHops {
		print("root\n")
	} else {
		print("…\n")
	}
}

// asyncPrintCause prints a link of a chain, as stack traces print a call.
func asyncPrintCause(id uint64, typ string, pc uintptr) {
	print(typ)
	if id != 0 {
		print(" ", id)
	}
	f := findfunc(pc)
	if pc == 0 || !f.valid() {
		print("\n")
		return
	}
	u, uf := newInlineUnwinder(f, pc-1)
	print(", made in ")
	printFuncName(u.srcFunc(uf).name())
	file, line := u.fileLine(uf)
	print("\n\t", file, ":", line, "\n")
}
