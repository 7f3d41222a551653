package rt

import (
	"runtime"
	"strconv"
	"strings"
	"time"
)

// stockAlive returns the goroutines as stack traces tell of them.
func stockAlive() []aliveGoroutine {
	size := 64 << 10
	for {
		buf := make([]byte, size)
		if n := runtime.Stack(buf, true); n < size {
			return parseStacks(string(buf[:n]))
		}
		size *= 2
	}
}

// parseStacks parses stack traces as package runtime prints them. What it does
// not understand it leaves out. The goroutine that took them comes first.
func parseStacks(text string) (all []aliveGoroutine) {
	for trace := range strings.SplitSeq(text, "\n\n") {
		if g, ok := parseStack(strings.TrimSpace(trace)); ok {
			if len(all) == 0 {
				g.calls, g.caller = nil, true // they lead to here
			}
			all = append(all, g)
		}
	}
	return all
}

func parseStack(trace string) (g aliveGoroutine, ok bool) {
	header, rest, _ := strings.Cut(trace, "\n")
	header, ok = strings.CutPrefix(header, "goroutine ")
	number, status, found := strings.Cut(header, " [")
	n, err := strconv.ParseUint(number, 10, 64)
	status, _, closed := strings.Cut(status, "]")
	if !ok || !found || !closed || err != nil {
		return g, false
	}
	g.number = n
	if n == 1 {
		g.id = Root
	}
	for i, part := range strings.Split(status, ", ") {
		minutes, isTime := strings.CutSuffix(part, " minutes")
		switch {
		case i == 0:
			g.state, g.leaked = strings.CutSuffix(part, " (leaked)")
		case isTime:
			m, _ := strconv.ParseInt(minutes, 10, 64)
			g.blocked = m * int64(time.Minute)
		}
	}
	lines := strings.Split(rest, "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		name, created := strings.CutPrefix(lines[i], "created by ")
		site := siteOfTrace(name, lines[i+1], created)
		if created {
			_, parent, _ := strings.Cut(name, " in goroutine ")
			g.parent, _ = strconv.ParseUint(parent, 10, 64)
			g.at = site
			break
		}
		g.calls = append(g.calls, site)
	}
	return g, true
}

// siteOfTrace returns the site of two lines of a trace: function and arguments,
// file and line.
func siteOfTrace(name, at string, created bool) Site {
	if created {
		name, _, _ = strings.Cut(name, " in goroutine ")
	} else if i := strings.LastIndexByte(name, '('); i > 0 {
		name = name[:i]
	}
	at = strings.TrimSpace(at)
	if i := strings.LastIndex(at, " +0x"); i > 0 {
		at = at[:i]
	}
	colon := strings.LastIndexByte(at, ':')
	if colon < 0 {
		return Site{Func: name}
	}
	line, _ := strconv.Atoi(at[colon+1:])
	return Site{File: at[:colon], Line: line, Func: name}
}
