package pair

import (
	"slices"
	"strings"
)

// A Summary is what a function does, as its callers need to know it. It is
// exported as a fact.
type Summary struct {
	Outcomes []Outcome
	Unknown  bool // too much for the engine: assume nothing

	Soft, Hard string // see danger
	Given      []int
}

func (s *Summary) withDanger(d *danger) *Summary {
	s.Soft, s.Hard, s.Given = d.soft, d.hard, d.given
	return s
}

// isDangerous reports whether a call may panic, or call what it is given.
func (s *Summary) isDangerous() bool { return s.Soft != "" || s.Hard != "" || len(s.Given) > 0 }

// An Outcome is one way in which a function returns.
type Outcome struct {
	Conds   []Cond
	Events  []Event
	Stores  []Store
	Results []*Term // nil: anything
	Panics  bool    // it does not return, it panics

	at site // of the panic
}

// A Cond is a condition on the arguments.
type Cond struct {
	T     *Term
	Truth bool

	must bool // of a finding: only where this is known to hold
}

// A Store is what a cell of the caller's holds in the end.
type Store struct {
	Addr, Val *Term
}

// nothing is the summary of a function without effect.
var nothing = &Summary{Outcomes: []Outcome{{}}}

// matters reports whether callers behave differently for knowing s.
func (s *Summary) matters() bool {
	if s.Unknown {
		return true
	}
	for _, o := range s.Outcomes {
		if len(o.Events) > 0 {
			return true
		}
		for _, r := range o.Results {
			if r != nil && r.closes() {
				return true
			}
		}
	}
	return false
}

// touches reports whether a call may leave a scope open or close one, whatever
// functions it is given. What only calls those is of no interest by itself.
func (s *Summary) touches() bool {
	for _, o := range s.Outcomes {
		if o.Panics && !o.passesOn() {
			return true
		}
		for _, e := range o.Events {
			if e.Op != Call && e.Op != Spawn {
				return true
			}
		}
		for _, r := range o.Results {
			if r != nil && r.closes() {
				return true
			}
		}
	}
	return false
}

// closes reports whether t is a function that opens or closes scopes.
func (t *Term) closes() bool {
	s := t.summary()
	return s != nil && s.hasEvents()
}

func (s *Summary) hasEvents() bool {
	for _, o := range s.Outcomes {
		for _, e := range o.Events {
			if e.Op != Use {
				return true
			}
		}
	}
	return false
}

// summary of a function value, or nil.
func (t *Term) summary() *Summary {
	if t.Kind != KFunc {
		return nil
	}
	if t.fn != nil {
		return t.fn.sum
	}
	return t.Sum
}

// effectKey identifies what an outcome does.
func (o *Outcome) effectKey() string {
	k := eventsKey(o.Events) + "|" + o.storesKey()
	if o.Panics {
		k += "|panics"
	}
	return k
}

// passesOn reports whether o is that a function which is given panics.
func (o *Outcome) passesOn() bool {
	return slices.ContainsFunc(o.Events, func(e Event) bool { return e.Op == Call && e.Class == panicking })
}

// panics reports whether there is a way to panic.
func (s *Summary) panics() bool {
	return slices.ContainsFunc(s.Outcomes, func(o Outcome) bool { return o.Panics })
}

func eventsKey(es []Event) string {
	var b strings.Builder
	for _, e := range es {
		b.WriteString(e.key())
		b.WriteByte(';')
	}
	return b.String()
}

func (o *Outcome) storesKey() string {
	var b strings.Builder
	for _, s := range o.Stores {
		b.WriteString(s.Addr.Key() + "=" + s.Val.Key() + ";")
	}
	return b.String()
}

func (o *Outcome) resultsKey() string {
	var b strings.Builder
	for _, r := range o.Results {
		if r != nil {
			b.WriteString(r.Key())
		}
		b.WriteByte(';')
	}
	return b.String()
}

func (o *Outcome) condsKey() string {
	var ss []string
	for _, c := range o.Conds {
		s := c.T.Key()
		if !c.Truth {
			s = "!" + s
		}
		ss = append(ss, s)
	}
	slices.Sort(ss)
	return strings.Join(ss, ";")
}

// reduce merges outcomes that callers need not tell apart: where all that return
// have the same events and stores, what decides between them is of no interest.
func (s *Summary) reduce() {
	var normal, panics []Outcome
	for _, o := range s.Outcomes {
		if o.Panics {
			panics = append(panics, o)
		} else {
			normal = append(normal, o)
		}
	}
	normal = collapse(normal)
	if len(normal) > 4*maxOutcomes {
		s.Outcomes, s.Unknown = nil, true
		return
	}
	s.Outcomes = append(mergeAll(normal), mergeAll(panics)...)
	if len(s.Outcomes) > maxOutcomes+maxPanics {
		s.Outcomes, s.Unknown = nil, true
	}
}

// collapse makes one of outcomes that all have the same effect.
func collapse(list []Outcome) []Outcome {
	if len(list) < 2 {
		return list
	}
	one := list[0]
	one.Results = slices.Clone(one.Results)
	one.Conds = nil
	effect := one.effectKey()
	for i := range list[1:] {
		o := &list[i+1]
		if o.effectKey() != effect {
			return list
		}
		for j := range one.Results {
			if one.Results[j] != nil && (o.Results[j] == nil || o.Results[j].Key() != one.Results[j].Key()) {
				one.Results[j] = nil
			}
		}
	}
	return []Outcome{one}
}

// mergeAll makes one of two outcomes that differ in the truth of one condition
// alone, until there are none.
func mergeAll(out []Outcome) []Outcome {
	for again := true; again; {
		again = false
		for i := range out {
			for j := i + 1; j < len(out) && !again; j++ {
				if m, ok := mergeConds(&out[i], &out[j]); ok {
					out[i] = m
					out = slices.Delete(out, j, j+1)
					again = true
				}
			}
			if again {
				break
			}
		}
	}
	return out
}

func mergeConds(a, b *Outcome) (Outcome, bool) {
	if a.effectKey() != b.effectKey() || a.resultsKey() != b.resultsKey() {
		return Outcome{}, false
	}
	truth := make(map[string]bool)
	for _, c := range b.Conds {
		truth[c.T.Key()] = c.Truth
	}
	var keep []Cond
	diff := 0
	for _, c := range a.Conds {
		switch t, ok := truth[c.T.Key()]; {
		case ok && t == c.Truth:
			keep = append(keep, c)
		case ok:
			diff++
		default:
			diff += 2
		}
	}
	if len(a.Conds) != len(b.Conds) || diff > 1 {
		// One that asks less covers the other.
		if len(keep) == len(a.Conds) {
			return *a, true
		}
		if len(keep) == len(b.Conds) {
			return *b, true
		}
		return Outcome{}, false
	}
	m := *a
	m.Conds = keep
	return m, true
}
