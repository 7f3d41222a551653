package alive

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// shownMembers is how many members of a group the text names.
const shownMembers = 8

// WriteText writes the report for people to read. It returns the writer's error.
func (r *Report) WriteText(w io.Writer) error {
	var b strings.Builder
	goroutines, others, leaks := 0, 0, 0
	for _, g := range r.Groups {
		n := len(g.Members)
		if g.Members[0].Goroutine != 0 {
			goroutines += n
		} else {
			others += n
		}
		if g.Verdict != Active {
			leaks += n
		}
	}
	fmt.Fprintf(&b, "%d goroutines, %d timers and other resources", goroutines, others)
	if r.Searched {
		fmt.Fprintf(&b, "; %d will not go away by themselves", leaks)
	} else {
		b.WriteString("; leaks were not looked for")
	}
	if r.Mode == "none" {
		b.WriteString("\nThis program is not instrumented: ids, timers, ages and the causes that have ended are not known.")
	}
	b.WriteString("\n")
	for i := range r.Groups {
		b.WriteString("\n")
		r.Groups[i].text(&b)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// String returns what WriteText writes of the group.
func (g *Group) String() string {
	var b strings.Builder
	g.text(&b)
	return b.String()
}

func (g *Group) text(b *strings.Builder) {
	if g.Verdict != Active {
		fmt.Fprintf(b, "%s: ", g.Verdict)
	}
	fmt.Fprintf(b, "%d × %s made at %s\n", len(g.Members), g.Type, g.Site)
	for i, m := range g.Members {
		switch {
		case i == 0:
			b.WriteString("    ")
		case i == shownMembers:
			b.WriteString(", …")
		case i > shownMembers:
			continue
		default:
			b.WriteString(", ")
		}
		if i < shownMembers {
			b.WriteString(m.String())
		}
	}
	if g.State != "" {
		fmt.Fprintf(b, "; %s", g.State)
		if g.Blocked > 0 {
			fmt.Fprintf(b, " for %s", round(g.Blocked))
		}
	}
	switch {
	case g.Period > 0:
		fmt.Fprintf(b, "; every %s", g.Period)
	case g.Fires != 0:
		fmt.Fprintf(b, "; fires in %s", round(g.Fires))
	}
	if g.Age > 0 {
		fmt.Fprintf(b, "; made %s ago", round(g.Age))
	}
	b.WriteString("\n")
	for _, c := range g.Stack {
		fmt.Fprintf(b, "    in %s\n", c)
	}
	for _, c := range g.Causes {
		fmt.Fprintf(b, "    because of %s\n", c)
	}
	if n := len(g.Causes); n == 0 || g.Causes[n-1].ID != 1 {
		b.WriteString("    because of what is not known any more\n")
	}
}

func (m Member) String() string {
	switch {
	case m.Goroutine == 0:
		return fmt.Sprint("id ", m.ID)
	case m.ID == 0:
		return fmt.Sprint("goroutine ", m.Goroutine)
	}
	return fmt.Sprintf("id %d (goroutine %d)", m.ID, m.Goroutine)
}

// round leaves three digits of a duration.
func round(d time.Duration) time.Duration {
	for unit := time.Duration(1); ; unit *= 10 {
		if d.Abs() < 1000*unit {
			return d.Round(unit)
		}
	}
}
