package tracefile

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Text returns an event as a line of text, without its end:
//
//	0.001234567 g7 init 5 Goroutine trigger 1 exec 4 /src/main.go:12 main.main
//	0.001300000 g8 before 5
//
// A type, file or function that is not one word is quoted as in Go.
func (t *Trace) Text(e Event) string {
	s := fmt.Sprintf("%d.%09d g%d %s %d", e.Time/1e9, e.Time%1e9, e.Goroutine, e.Kind, e.ID)
	if e.Kind == Init {
		site := t.sites[e.Site]
		s += fmt.Sprintf(" %s trigger %d exec %d %s:%d %s", word(site.Type), e.Trigger, e.Exec, word(site.File), site.Line, word(site.Func))
	}
	return s
}

// word returns a text as one word.
func word(s string) string {
	switch {
	case s == "":
		return "unknown"
	case strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == '"' || r == 0x7f }):
		return strconv.Quote(s)
	}
	return s
}

// WriteText writes each event as a line.
func (t *Trace) WriteText(w io.Writer) error {
	for e := range t.Events() {
		if _, err := io.WriteString(w, t.Text(e)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// ParseText reads what WriteText writes; tests have their traces like that. Empty
// lines, and those that begin with #, are skipped.
func ParseText(r io.Reader) (*Trace, error) {
	t := &Trace{sites: make([]Site, 1), events: []Event{}}
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		e, err := t.parseLine(line)
		if err != nil {
			return nil, fmt.Errorf("read trace: line %d: %w: %s", n, err, line)
		}
		t.events = append(t.events, e)
	}
	return t, lines.Err()
}

func (t *Trace) parseLine(line string) (e Event, err error) {
	w := &words{rest: line}
	seconds, fraction, _ := strings.Cut(w.next(), ".")
	e.Time = int64(w.number(seconds)*1e9 + w.number(fraction))
	e.Goroutine = w.number(strings.TrimPrefix(w.next(), "g"))
	kind := w.next()
	e.Kind = Kind(max(slices.Index(kindNames[:], kind), 0))
	e.ID = w.number(w.next())
	if e.Kind == 0 || kind == "" {
		return e, fmt.Errorf("%q is no kind of event", kind)
	}
	if e.Kind == Init {
		site := Site{Type: w.next()}
		w.expect("trigger")
		e.Trigger = w.number(w.next())
		w.expect("exec")
		e.Exec = w.number(w.next())
		place := w.next()
		if quoted, number, ok := strings.Cut(place, "\":"); ok {
			file, err := strconv.Unquote(quoted + "\"")
			if err != nil {
				return e, err
			}
			site.File, site.Line = file, int(w.number(number))
		} else if colon := strings.LastIndexByte(place, ':'); colon >= 0 {
			site.File, site.Line = place[:colon], int(w.number(place[colon+1:]))
		}
		site.Func = w.next()
		if e.Site = slices.Index(t.sites, site); e.Site < 0 {
			e.Site = len(t.sites)
			t.sites = append(t.sites, site)
		}
	}
	return e, w.err
}

// words reads a line word by word.
type words struct {
	rest string
	err  error
}

func (w *words) next() string {
	if quoted, err := strconv.QuotedPrefix(w.rest); err == nil {
		after := w.rest[len(quoted):]
		if !strings.HasPrefix(after, ":") { // of a place, the number follows
			w.rest = strings.TrimPrefix(after, " ")
			text, err := strconv.Unquote(quoted)
			if err != nil {
				w.err = err
			}
			return text
		}
		number, rest, _ := strings.Cut(after, " ")
		w.rest = rest
		return quoted + number
	}
	word, rest, _ := strings.Cut(w.rest, " ")
	w.rest = rest
	return word
}

func (w *words) number(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		w.err = err
	}
	return n
}

func (w *words) expect(want string) {
	if got := w.next(); got != want {
		w.err = fmt.Errorf("%q where %q is expected", got, want)
	}
}
