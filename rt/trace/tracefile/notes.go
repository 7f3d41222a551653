package tracefile

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// A Process is the program that was recorded.
type Process struct {
	PID     int
	Program string   // path
	Args    []string // with the program's name
	Dir     string   // working directory at the start
	Go      string   // version
	System  string   // GOOS/GOARCH
	Mode    string   // as rt.Mode has it
}

// A Conflict is an rt.Conflict.
type Conflict struct {
	File    string
	Line    int
	Func    string
	Storage string
	Count   uint64
}

// A Stack is where a goroutine was at the end.
type Stack struct {
	Goroutine uint64
	State     string  // as in "chan receive", without how long
	Frames    []Frame // innermost first
	CreatedBy Frame
}

// A Frame is a line of a stack.
type Frame struct {
	Func string
	File string
	Line int
}

// readNotes reads lines of JSON. What it does not know is of no use to it.
func (t *Trace) readNotes(data []byte) {
	for line := range bytes.Lines(data) {
		var note struct {
			Process  *Process
			Conflict *Conflict
			Stacks   string
			End      *struct {
				Goroutine uint64
				Nanos     int64
			}
		}
		if json.Unmarshal(line, &note) != nil {
			continue // the last one, not whole yet
		}
		switch {
		case note.Process != nil:
			t.Process = *note.Process
		case note.Conflict != nil:
			t.Conflicts = append(t.Conflicts, *note.Conflict)
		case note.Stacks != "":
			t.Stacks = parseStacks(note.Stacks)
		case note.End != nil:
			t.Ended, t.EndTime, t.EndedOn = true, note.End.Nanos, note.End.Goroutine
		}
	}
}

// parseStacks reads what runtime.Stack prints. The last goroutine may be cut
// off; what there is of it is read.
func parseStacks(text string) []Stack {
	var all []Stack
	for part := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(part, "\n")
		head, ok := strings.CutPrefix(lines[0], "goroutine ")
		number, state, ok2 := strings.Cut(head, " [")
		id, err := strconv.ParseUint(number, 10, 64)
		if !ok || !ok2 || err != nil {
			continue
		}
		state, _, _ = strings.Cut(state, "]")
		state, _, _ = strings.Cut(state, ",")
		s := Stack{Goroutine: id, State: state}
		for i := 1; i+1 < len(lines); i += 2 {
			f := Frame{Func: lines[i]}
			place, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
			if colon := strings.LastIndexByte(place, ':'); colon >= 0 {
				f.File = place[:colon]
				f.Line, _ = strconv.Atoi(place[colon+1:])
			}
			if by, ok := strings.CutPrefix(f.Func, "created by "); ok {
				f.Func, _, _ = strings.Cut(by, " in goroutine ")
				s.CreatedBy = f
				continue
			}
			if paren := strings.LastIndexByte(f.Func, '('); paren > 0 {
				f.Func = f.Func[:paren]
			}
			s.Frames = append(s.Frames, f)
		}
		all = append(all, s)
	}
	return all
}
