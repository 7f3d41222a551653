package pair_test

import "fmt"

const (
	maxPaths      = 20000
	maxIterations = 4
)

// interpret runs all paths of a program and says what is wrong on one of them,
// or "". ok is false if there are too many paths, or nothing is wrong and a
// helper is never called: then it is judged by itself.
func interpret(p *program) (bad string, ok bool) {
	m := &machine{called: make(map[string]bool)}
	for n := 0; ; n++ {
		if n == maxPaths {
			return "", false
		}
		m.reset()
		m.known = map[string]bool{}
		m.runMain(p)
		if m.bad != "" {
			return m.bad, true
		}
		if !m.next() {
			return "", len(m.called) == len(p.callees())
		}
	}
}

// A machine runs one path at a time. Choices that the program does not make
// are taken from a list that counts through all of them.
type machine struct {
	choices []bool
	at      int
	known   map[string]bool // p0, p1
	stack   []opened
	dead    map[int]bool
	bad     string
	called  map[string]bool // helpers
	log     []string        // the events
}

type opened struct {
	res  int
	site *stmt
}

// frame is a call of a function or literal.
type frame struct {
	vars   map[string]*bool
	res    []int
	defers []func() control
	depth  int
}

type control int

const (
	normal control = iota
	returned
	broke
	continued
	panicked
	stopped // the path is wrong
)

func (m *machine) reset() {
	m.at = 0
	m.stack = nil
	m.dead = make(map[int]bool)
}

// next moves on to the next list of choices.
func (m *machine) next() bool {
	m.choices = m.choices[:m.at]
	for len(m.choices) > 0 {
		last := len(m.choices) - 1
		if !m.choices[last] {
			m.choices[last] = true
			return true
		}
		m.choices = m.choices[:last]
	}
	return false
}

func (m *machine) choose() bool {
	if m.at == len(m.choices) {
		m.choices = append(m.choices, false)
	}
	m.at++
	return m.choices[m.at-1]
}

func (m *machine) fail(format string, args ...any) control {
	if m.bad == "" {
		m.bad = fmt.Sprintf(format, args...)
	}
	return stopped
}

func (m *machine) runMain(p *program) {
	no, yes := false, true
	p0, p1 := m.choose(), m.choose()
	f := &frame{vars: map[string]*bool{"f0": &no, "f1": &yes, "p0": &p0, "p1": &p1}, res: []int{0, 1, 2}}
	switch c := m.call(f, p.main); {
	case c == stopped || m.bad != "":
	case len(m.stack) > 0 && c != panicked:
		m.fail("r%d stays open", m.stack[len(m.stack)-1].res)
	}
}

// call runs a function's body and its deferred calls.
func (m *machine) call(f *frame, body []stmt) control {
	f.depth = len(m.stack)
	c := m.block(f, body)
	for len(f.defers) > 0 && c != stopped {
		d := f.defers[len(f.defers)-1]
		f.defers = f.defers[:len(f.defers)-1]
		if dc := d(); dc == stopped || dc == panicked {
			c = dc
		}
	}
	if c == panicked && len(m.stack) > f.depth {
		return m.fail("a panic leaves r%d open", m.stack[len(m.stack)-1].res)
	}
	if c == returned {
		c = normal
	}
	return c
}

func (m *machine) block(f *frame, list []stmt) control {
	for i := range list {
		if c := m.stmt(f, &list[i]); c != normal {
			return c
		}
	}
	return normal
}

func (m *machine) eval(f *frame, c string) bool {
	if c == "?" {
		return m.choose()
	}
	if c[0] == '!' {
		return !*f.vars[c[1:]]
	}
	return *f.vars[c]
}

func (m *machine) stmt(f *frame, s *stmt) control {
	if name := s.callee(); name != "" {
		m.called[name] = true
	}
	switch s.op {
	case "before":
		r := f.res[s.res]
		if m.dead[r] {
			return m.fail("r%d is used after its end", r)
		}
		m.stack = append(m.stack, opened{res: r, site: s})
		m.note("before", r)
	case "after":
		return m.after(f.res[s.res])
	case "defer after":
		r := f.res[s.res]
		f.defers = append(f.defers, func() control { return m.after(r) })
	case "destroy":
		r := f.res[s.res]
		if m.dead[r] {
			return m.fail("r%d ends twice", r)
		}
		m.dead[r] = true
		m.note("destroy", r)
	case "try":
		if m.choose() {
			return m.block(f, s.b)
		}
		r := f.res[s.res]
		if m.dead[r] {
			return m.fail("r%d is used after its end", r)
		}
		m.stack = append(m.stack, opened{res: r, site: s})
		m.note("before", r)
		return m.block(f, s.a)
	case "scope":
		return m.scope(f, s)
	case "if":
		if m.eval(f, s.cond) {
			return m.block(f, s.a)
		}
		return m.block(f, s.b)
	case "for":
		return m.loop(f, s)
	case "set f0":
		*f.vars["f0"] = true
	case "unset f0":
		*f.vars["f0"] = false
	case "call":
		return m.call(&frame{vars: f.vars, res: f.res}, s.a)
	case "defer":
		f.defers = append(f.defers, func() control { return m.call(&frame{vars: f.vars, res: f.res}, s.a) })
	case "panic":
		return panicked
	case "return":
		return returned
	case "break":
		return broke
	case "continue":
		return continued
	case "helper", "defer helper":
		no := false
		p0 := m.eval(f, s.cond)
		run := func() control {
			return m.call(&frame{vars: map[string]*bool{"f0": &no, "p0": &p0}, res: []int{f.res[s.res]}}, s.h.body)
		}
		if s.op == "helper" {
			return run()
		}
		f.defers = append(f.defers, run)
	}
	return normal
}

func (m *machine) after(r int) control {
	n := len(m.stack)
	if n == 0 {
		return m.fail("r%d is not open", r)
	}
	if top := m.stack[n-1].res; top != r {
		return m.fail("r%d is open, not r%d", top, r)
	}
	m.stack = m.stack[:n-1]
	m.note("after", r)
	return normal
}

func (m *machine) note(event string, r int) { m.log = append(m.log, fmt.Sprint(event, " r", r)) }

// scope runs a function in the scope of a resource, which ends with it.
func (m *machine) scope(f *frame, s *stmt) control {
	r := f.res[s.res]
	if m.dead[r] {
		return m.fail("r%d is used after its end", r)
	}
	depth := len(m.stack)
	m.stack = append(m.stack, opened{res: r, site: s})
	m.note("before", r)
	c := m.call(&frame{vars: f.vars, res: f.res}, s.a)
	if c == stopped {
		return c
	}
	if len(m.stack) != depth+1 {
		return m.fail("the scope of r%d does not end with its function", r)
	}
	m.stack = m.stack[:depth]
	m.note("after", r)
	return c
}

// loop runs a loop up to maxIterations times. At the end of an iteration no
// statement may have left two scopes open.
func (m *machine) loop(f *frame, s *stmt) control {
	depth := len(m.stack)
	for range maxIterations {
		if !m.choose() {
			return normal
		}
		switch c := m.block(f, s.a); c {
		case broke:
			return normal
		case returned, panicked, stopped:
			return c
		}
		for i := depth; i < len(m.stack); i++ {
			for j := depth; j < i; j++ {
				if m.stack[i].site == m.stack[j].site {
					return m.fail("the loop opens r%d again and again", m.stack[i].res)
				}
			}
		}
	}
	return normal
}
