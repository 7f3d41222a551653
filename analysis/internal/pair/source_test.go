package pair_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/asynchooks/asynchooks/analysis/internal/rtapi"
)

const prelude = `package main

import "` + rtapi.Path + `"

var ch chan bool

type emitter interface {
	EmitBefore() *rt.AsyncResource
	EmitAfter() *rt.AsyncResource
	EmitDestroy() *rt.AsyncResource
}

type query struct{ *rt.AsyncResource }
`

// callees are what programs call. One that does not call it has none, since it
// would be judged by itself.
var callees = map[string]string{
	"before":  "func before[E emitter](e E) { e.EmitBefore() }\n\n",
	"after":   "func after[E emitter](e E) { e.EmitAfter() }\n\n",
	"destroy": "func destroy[E emitter](e E) { e.EmitDestroy() }\n\n",
	"seq": `func seq(yield func(int) bool) {
	for <-ch {
		if !yield(0) {
			return
		}
	}
}

`,
	"run": "func run(f func()) { f() }\n\n",
	"try": `type failure struct{}

func (failure) Error() string { return "failed" }

func try(r *rt.AsyncResource) error {
	if <-ch {
		return failure{}
	}
	r.EmitBefore()
	return nil
}

`,
}

// source writes the program in Go. What a statement does does not depend on the
// form that it has: resources are embedded or in interfaces, methods are values or
// called by generic functions, branches are of if, select and switch, loops of
// conditions, iterators and goto, and literals have names.
func (p *program) source() string {
	w := new(writer)
	for _, h := range p.helpers {
		fmt.Fprintf(&w.b, "func %s(r0 *rt.AsyncResource, p0 bool) {\n\tf0 := false\n\tq0 := &query{r0}\n", h.name)
		w.block(h.body, "\t")
		w.b.WriteString("\t_, _ = f0, q0\n}\n\n")
	}
	w.b.WriteString("func program(p0, p1 bool) {\n\tf0, f1 := false, true\n")
	for i := range 3 {
		fmt.Fprintf(&w.b, "\tr%d := rt.NewAsyncResource(\"r%[1]d\", nil)\n\tq%[1]d := &query{r%[1]d}\n", i)
	}
	w.block(p.main, "\t")
	w.b.WriteString("\t_, _, _, _, _, _, _, _ = f0, f1, r0, r1, r2, q0, q1, q2\n}\n")
	text := prelude
	for _, name := range slices.Sorted(maps.Keys(callees)) {
		if regexp.MustCompile(`(^|[^.A-Za-z0-9])` + name + `(\(| \{)`).MatchString(w.b.String()) {
			text += callees[name]
		}
	}
	return text + w.b.String()
}

func condSource(c string) string {
	if c == "?" {
		return "<-ch"
	}
	return c
}

type writer struct {
	b      strings.Builder
	labels int
}

func (w *writer) block(list []stmt, tab string) {
	for i := range list {
		w.stmt(&list[i], tab)
	}
}

var methods = map[string]string{"before": "EmitBefore", "after": "EmitAfter", "destroy": "EmitDestroy", "defer after": "EmitAfter"}

// callee is the declared function that a statement calls, or "".
func (s *stmt) callee() string {
	switch {
	case s.h != nil:
		return s.h.name
	case s.op == "try":
		return "try"
	case s.op == "defer after" && s.form == 2:
		return "after"
	case s.op != "defer after" && methods[s.op] != "" && s.form == 3:
		return s.op
	}
	return ""
}

// callees are the functions that p declares, its helpers among them.
func (p *program) callees() map[string]bool {
	names := make(map[string]bool)
	var look func(list []stmt)
	look = func(list []stmt) {
		for i := range list {
			if name := list[i].callee(); name != "" {
				names[name] = true
			}
			look(list[i].a)
			look(list[i].b)
		}
	}
	look(p.main)
	for _, h := range p.helpers {
		names[h.name] = true
		look(h.body)
	}
	return names
}

// leaves reports whether a block leaves a statement around it by break or
// continue.
func leaves(list []stmt) bool {
	return slices.ContainsFunc(list, func(s stmt) bool {
		return s.op == "break" || s.op == "continue" || (s.op == "if" || s.op == "try") && (leaves(s.a) || leaves(s.b))
	})
}

func (w *writer) stmt(s *stmt, tab string) {
	b := &w.b
	b.WriteString(tab)
	switch s.op {
	case "before", "after", "destroy":
		w.operation(s)
	case "defer after":
		w.deferAfter(s)
	case "if":
		w.branch(s, tab)
	case "for":
		w.loop(s, tab)
	case "try":
		fmt.Fprintf(b, "if err := try(r%d); err == nil {\n", s.res)
		w.block(s.a, tab+"\t")
		b.WriteString(tab + "} else {\n")
		w.block(s.b, tab+"\t")
		b.WriteString(tab + "}\n")
	case "set f0":
		b.WriteString("f0 = true\n")
	case "unset f0":
		b.WriteString("f0 = false\n")
	case "call", "defer":
		open, end := "func() {\n", "}()\n"
		switch {
		case s.form == 3 && s.op == "call":
			open, end = "{\n"+tab+"f := func() {\n", "}\n"+tab+"f()\n"+tab+"}\n"
		case s.form == 4:
			open, end = "run(func() {\n", "})\n"
		}
		if s.op == "defer" {
			b.WriteString("defer ")
		}
		b.WriteString(open)
		w.block(s.a, tab+"\t")
		b.WriteString(tab + end)
	case "panic":
		b.WriteString("panic(1)\n")
	case "helper", "defer helper":
		if s.op == "defer helper" {
			b.WriteString("defer ")
		}
		fmt.Fprintf(b, "%s(r%d, %s)\n", s.h.name, s.res, condSource(s.cond))
	case "nop":
		b.WriteString("_ = p0\n")
	default:
		b.WriteString(s.op + "\n")
	}
}

func (w *writer) operation(s *stmt) {
	m := methods[s.op]
	switch s.form {
	case 1:
		fmt.Fprintf(&w.b, "q%d.%s()\n", s.res, m)
	case 2:
		fmt.Fprintf(&w.b, "{ f := r%d.%s; f() }\n", s.res, m)
	case 3:
		fmt.Fprintf(&w.b, "%s(r%d)\n", s.op, s.res)
	case 4:
		fmt.Fprintf(&w.b, "emitter(r%d).%s()\n", s.res, m)
	case 5:
		fmt.Fprintf(&w.b, "{ var e emitter = q%d; e.%s() }\n", s.res, m)
	default:
		fmt.Fprintf(&w.b, "r%d.%s()\n", s.res, m)
	}
}

func (w *writer) deferAfter(s *stmt) {
	switch s.form {
	case 1:
		fmt.Fprintf(&w.b, "defer q%d.EmitAfter()\n", s.res)
	case 2:
		fmt.Fprintf(&w.b, "defer after(r%d)\n", s.res)
	case 3:
		fmt.Fprintf(&w.b, "defer emitter(r%d).EmitAfter()\n", s.res)
	case 4:
		fmt.Fprintf(&w.b, "defer func() { r%d.EmitAfter() }()\n", s.res)
	default:
		fmt.Fprintf(&w.b, "defer r%d.EmitAfter()\n", s.res)
	}
}

func (w *writer) branch(s *stmt, tab string) {
	first, second := "if "+condSource(s.cond)+" {\n", "} else {\n"
	if !leaves(s.a) && !leaves(s.b) {
		switch {
		case s.form == 1 && s.cond == "?":
			first, second = "select {\n"+tab+"case <-ch:\n", "default:\n"
		case s.form == 2:
			first, second = "switch {\n"+tab+"case "+condSource(s.cond)+":\n", "default:\n"
		}
	}
	w.b.WriteString(first)
	w.block(s.a, tab+"\t")
	w.b.WriteString(tab + second)
	w.block(s.b, tab+"\t")
	w.b.WriteString(tab + "}\n")
}

func (w *writer) loop(s *stmt, tab string) {
	switch {
	case s.form == 1 || s.form == 2:
		w.b.WriteString("for range seq {\n")
		w.block(s.a, tab+"\t")
	case s.form == 3 && !leaves(s.a):
		w.labels++
		label := fmt.Sprintf("again%d", w.labels)
		fmt.Fprintf(&w.b, "%s:\n%sif <-ch {\n", label, tab)
		w.block(s.a, tab+"\t")
		fmt.Fprintf(&w.b, "%s\tgoto %s\n", tab, label)
	default:
		w.b.WriteString("for <-ch {\n")
		w.block(s.a, tab+"\t")
	}
	w.b.WriteString(tab + "}\n")
}
