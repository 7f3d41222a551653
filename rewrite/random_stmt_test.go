package rewrite_test

import (
	"fmt"
	"strings"
)

// stmts writes a list of statements, on lines of their own or on one.
func (g *generator) stmts(b body) string {
	g.depth++
	defer func() { g.depth-- }()
	list := []string{g.stmt(b)}
	for range g.choose(4) {
		list = append(list, g.stmt(b))
	}
	return strings.Join(list, g.pick("\n", "\n", "\n", "; "))
}

// deepest is how deep statements nest.
const deepest = 6

// stmt writes a statement.
func (g *generator) stmt(b body) string {
	plain := []func(body) string{g.say, g.say, g.add, g.exit, g.exit, g.deferred}
	nesting := []func(body) string{
		g.branch, g.cases, g.rangeLoop, g.rangeLoop, g.rangeLoop, g.endless, g.endless, g.selectLoop, g.selectLoop, g.selectLoop,
		g.literal, g.spawn, g.spawn, g.sent, g.sent, g.gotos, g.callback, g.generic, g.iterator, g.shadow, g.counted, g.once,
	}
	if g.depth > deepest || g.choose(3) == 0 {
		return plain[g.choose(len(plain))](b)
	}
	return nesting[g.choose(len(nesting))](b)
}

func (g *generator) say(body) string {
	return fmt.Sprintf("kit.Say(x, %d)", g.number())
}

func (g *generator) add(body) string {
	return g.pick("x++", "x += x%5 + 1", "x += sum(3, 5)", "x = x*2 + 1")
}

func (g *generator) condition() string {
	return fmt.Sprintf("x%%%d == %d", g.number(), g.choose(3))
}

// exit leaves something, mostly on a condition.
func (g *generator) exit(b body) string {
	ways := []string{"panic(x)"}
	ways = append(ways, strings.TrimSpace("return "+b.returns))
	if b.returns != "" {
		ways = append(ways, fmt.Sprintf("return same(%s)", b.returns))
	}
	if b.goroutine {
		ways = append(ways, "kit.Exit()")
	}
	for i, t := range b.targets {
		last := i == len(b.targets)-1
		for _, how := range []string{"break", "continue"} {
			if how == "continue" && !t.loop {
				continue
			}
			ways = append(ways, fmt.Sprintf("%s %s", how, t.label))
			if last {
				ways = append(ways, how)
			}
		}
	}
	way := ways[g.choose(len(ways))]
	for _, t := range b.targets {
		t.used = t.used || strings.HasSuffix(way, " "+t.label)
	}
	if g.choose(5) == 4 {
		return way
	}
	return fmt.Sprintf("if %s { %s }", g.condition(), way)
}

func (g *generator) deferred(b body) string {
	if b.undelayed {
		return g.say(b)
	}
	switch g.choose(3) {
	case 0:
		// A deferred call's caller is at the return or at the closing brace, as the
		// compiler likes; the literal's line is its own.
		return fmt.Sprintf(`defer func(x int) { kit.Say("deferred", %d, x) }(x)`, g.number())
	case 1:
		return fmt.Sprintf(`defer func() { %s }()`, g.stmts(body{}))
	}
	return `defer func() { if r := recover(); r != nil { kit.Say("recovered", r) } }()`
}

func (g *generator) branch(b body) string {
	s := fmt.Sprintf("if %s {\n%s\n}", g.condition(), g.stmts(b))
	if g.choose(2) == 1 {
		s += fmt.Sprintf(" else {\n%s\n}", g.stmts(b))
	}
	return s
}

func (g *generator) cases(b body) string {
	t := &target{label: g.name("L")}
	inner := b.with(t)
	s := fmt.Sprintf("switch x %% 3 {\ncase 0: %s\n", g.stmts(inner))
	if g.choose(3) == 2 {
		s += "fallthrough\n"
	}
	s += fmt.Sprintf("case 1:\n%s\n", g.stmts(inner))
	if g.choose(2) == 1 {
		s += fmt.Sprintf("default:\n%s\n", g.stmts(inner))
	}
	return t.labelled(s + "}")
}

// labelled puts the label in front of the statement if it is used.
func (t *target) labelled(s string) string {
	if t.used {
		return t.label + ": " + s
	}
	return s
}

// channel is an expression of a channel with a few messages.
func (g *generator) channel() string {
	switch g.choose(5) {
	case 0:
		return fmt.Sprintf("kit.Chan(%d, %d, %d)", g.number(), g.number(), g.number())
	case 1:
		return fmt.Sprintf("full(%d, %d)", g.number(), g.number())
	case 2:
		return fmt.Sprintf("kit.Chan(x, x+%d)", g.number())
	case 3:
		return fmt.Sprintf("(<-full(kit.Chan(%d, x)))", g.number())
	}
	return "full[int]()"
}

func (g *generator) rangeLoop(b body) string {
	t := &target{label: g.name("L"), loop: true}
	v := g.name("v")
	head, use := fmt.Sprintf("%s := range", v), "x += "+v
	switch g.choose(4) {
	case 1:
		head, use = "range", "x++"
	case 2:
		head, use = "x = range", "kit.Scope(x)"
	}
	return t.labelled(fmt.Sprintf("for %s %s { tick(); %s\n%s\n}", head, g.channel(), use, g.stmts(b.with(t))))
}

func (g *generator) endless(b body) string {
	t := &target{label: g.name("L"), loop: true}
	ch, v := g.name("ch"), g.name("v")
	inner := b.with(t)
	receive := fmt.Sprintf("%s, ok := <-%s\nif !ok { break }\nx += %[1]s", v, ch)
	switch g.choose(4) {
	case 1:
		receive = fmt.Sprintf("var %s, ok = (<-%s)\nif !ok { break }\nx += %[1]s", v, ch)
	case 2:
		receive = fmt.Sprintf("x = <-%s\nif x == 0 { break }", ch)
	case 3:
		receive = fmt.Sprintf("%s; <-%s; if tick(); x > 40 { break }\nx++", g.say(inner), ch)
	}
	again := ""
	if g.choose(4) == 3 {
		again = fmt.Sprintf("\n<-%s\n%s", ch, g.stmts(inner))
	}
	return fmt.Sprintf("{ %s := %s\n%s }", ch, g.channel(), t.labelled(fmt.Sprintf("for { tick()\n%s\n%s%s\n}", receive, g.stmts(inner), again)))
}

func (g *generator) selectLoop(b body) string {
	t, s := &target{label: g.name("L"), loop: true}, &target{label: g.name("L")}
	ch, v := g.name("ch"), g.name("v")
	t.used = true
	inLoop := b.with(t)
	inCase := inLoop.with(s)
	text := fmt.Sprintf("case %s, ok := <-%s:\nif !ok { break %s }\nx += %[1]s\n%[4]s\n", v, ch, t.label, g.stmts(inCase))
	switch g.choose(4) {
	case 1:
		text += fmt.Sprintf("case <-never: %s\n", g.stmts(inCase))
	case 2:
		text = fmt.Sprintf("case x = <-never:\n%s\n", g.stmts(inCase)) + text
	case 3:
		text += "case never <- x:\n"
	}
	before, behind := "", ""
	if g.choose(3) == 2 {
		before = g.stmts(inLoop) + "\n"
	}
	if g.choose(3) == 2 {
		behind = "\n" + g.stmts(inLoop)
	}
	loop := fmt.Sprintf("for { tick()\n%s%s%s\n}", before, s.labelled("select {\n"+text+"}"), behind)
	return fmt.Sprintf("{ %s := %s\n%s }", ch, g.channel(), t.labelled(loop))
}

// once is a receive or select that handles nothing.
func (g *generator) once(b body) string {
	switch g.choose(3) {
	case 0:
		return "x += <-" + g.channel()
	case 1:
		s := &target{label: g.name("L")}
		return s.labelled(fmt.Sprintf("select {\ncase x = <-full(%d):\n%s\ncase <-never:\n}", g.number(), g.stmts(b.with(s))))
	}
	return fmt.Sprintf("x += (<-full(%d)) * (<-full(%d))", g.number(), g.number())
}

func (g *generator) literal(b body) string {
	return fmt.Sprintf("x = func() int {\n%s\nreturn x\n}()", g.stmts(body{returns: "x", goroutine: b.goroutine}))
}

// spawn starts a goroutine and waits for it.
func (g *generator) spawn(b body) string {
	inner := g.stmts(body{goroutine: true})
	switch g.choose(4) {
	case 0:
		done := g.name("done")
		return fmt.Sprintf("{ %s := make(chan int, 1)\ngo func() { defer func() { recover(); %[1]s <- x }()\n%s\n}()\nx += <-%[1]s }", done, inner)
	case 1:
		return fmt.Sprintf("group(func() { defer func() { recover() }()\n%s\n})", inner)
	case 2:
		return fmt.Sprintf("later(func() { defer func() { recover() }()\n%s\n})", inner)
	}
	return fmt.Sprintf("afterContext(func() { defer func() { recover() }()\n%s\n})", inner)
}

// sent sends a function and calls it where it was received.
func (g *generator) sent(b body) string {
	fs := g.name("fs")
	typ, value, call := "func(int) int", fmt.Sprintf("func(n int) int {\n%s\nreturn n + x\n}", g.stmts(body{returns: "x", goroutine: b.goroutine})), "(x)"
	switch g.choose(5) {
	case 1:
		value = "adder(x).add"
	case 2:
		typ, value, call = "func(...int) int", "adder(2).all", "(x, 1)"
	case 3:
		typ, value, call = "func() (int, error)", "func() (int, error) { return x, nil }", "()"
	case 4:
		typ, value, call = "func()", fmt.Sprintf("func() {\n%s\n}", g.stmts(body{goroutine: b.goroutine})), "()"
	}
	use := fmt.Sprintf("x += (<-%s)%s", fs, call)
	switch {
	case typ == "func()":
		use = fmt.Sprintf("(<-%s)()", fs)
	case strings.Contains(typ, "error"):
		use = fmt.Sprintf("n, err := (<-%s)(); kit.Say(n, err)", fs)
	}
	return fmt.Sprintf("{ %s := make(chan %s, 1); %[1]s <- %[3]s\n%[4]s }", fs, typ, value, use)
}

func (g *generator) gotos(b body) string {
	l := g.name("G")
	if g.choose(2) == 0 {
		return fmt.Sprintf("{ if %s { goto %s }\n%s\n%[2]s: kit.Say(x) }", g.condition(), l, g.stmts(b))
	}
	return fmt.Sprintf("{ %s: tick()\n%s\nif x++; x < %d { goto %[1]s } }", l, g.stmts(b), 10+g.number())
}

// callback calls a function whose panics are caught.
func (g *generator) callback(b body) string {
	return fmt.Sprintf("x += caught(func() int {\n%s\nreturn x\n})", g.stmts(body{returns: "x", goroutine: b.goroutine}))
}

func (g *generator) generic(b body) string {
	v := g.name("v")
	return fmt.Sprintf("x += each(%s, func(%s int) bool { tick()\n%s\nreturn %[2]s%%2 == 1 })", g.channel(), v, g.stmts(body{returns: v + " == 3", goroutine: b.goroutine}))
}

// iterator writes a loop over an iterator. Where calls are deferred, a scope that a
// return leaves is open until they have run, and so while the iterator ends: such
// a loop is not over upTo, which would notice.
func (g *generator) iterator(b body) string {
	t := &target{label: g.name("L"), loop: true}
	v := g.name("v")
	over := fmt.Sprintf("upTo(%d)", g.number())
	if g.choose(2) == 1 {
		over = fmt.Sprintf("messages(%s)", g.channel())
	} else {
		b.undelayed = true
	}
	return t.labelled(fmt.Sprintf("for %s := range %s { tick(); x += %[1]s\n%[3]s\n}", v, over, g.stmts(b.with(t))))
}

func (g *generator) counted(b body) string {
	t := &target{label: g.name("L"), loop: true}
	i := g.name("i")
	switch g.choose(3) {
	case 0:
		return t.labelled(fmt.Sprintf("for %s := range %d { tick(); x += %[1]s\n%[3]s\n}", i, g.number(), g.stmts(b.with(t))))
	case 1:
		return t.labelled(fmt.Sprintf("for %s := 0; %[1]s < %d; %[1]s++ { tick()\n%[3]s\n}", i, g.number(), g.stmts(b.with(t))))
	}
	return t.labelled(fmt.Sprintf("for x < %d { tick(); x++\n%s\n}", 10+g.number(), g.stmts(b.with(t))))
}

// shadow declares names that insertions could need.
func (g *generator) shadow(b body) string {
	return fmt.Sprintf("{ type any int; type uintptr string; true, len, append, runtime, unsafe, rt := any(x), 2, uintptr(\"\"), 4, 5, 6; _, _, _, _, _, _ = true, len, append, runtime, unsafe, rt\n%s }", g.stmts(b))
}
