package pair

import (
	"strings"

	"golang.org/x/tools/go/ssa"
)

// escapes reports whether a resource that was made here, or something that it was
// put into, is kept where other functions get it from: in what is returned, in a
// map or list, in memory that was there before. They may close its scope.
func (e *Engine) escapes(t *Term) bool {
	t = strip(t)
	if !isNew(t) {
		return false
	}
	for x, id := range e.ids {
		if v, ok := x.(ssa.Value); ok && id == t.Str {
			return newEscape().of(v)
		}
	}
	return false
}

// An escape follows a value, and what holds it, through the instructions that
// use it.
type escape struct {
	seen map[ssa.Value]bool
	work []ssa.Value
}

func newEscape() *escape { return &escape{seen: make(map[ssa.Value]bool)} }

func (s *escape) add(v ssa.Value) {
	if !s.seen[v] {
		s.seen[v] = true
		s.work = append(s.work, v)
	}
}

func (s *escape) of(v ssa.Value) bool {
	s.add(v)
	for len(s.work) > 0 {
		v := s.work[len(s.work)-1]
		s.work = s.work[:len(s.work)-1]
		if v.Referrers() == nil {
			continue
		}
		for _, instr := range *v.Referrers() {
			if s.use(v, instr) {
				return true
			}
		}
	}
	return false
}

// use follows v through one instruction, and reports whether others get it there.
func (s *escape) use(v ssa.Value, instr ssa.Instruction) bool {
	switch instr := instr.(type) {
	case *ssa.Return, *ssa.MapUpdate, *ssa.Send:
		return true
	case *ssa.MakeInterface, *ssa.ChangeInterface, *ssa.ChangeType, *ssa.Convert, *ssa.Phi, *ssa.Slice:
		s.add(instr.(ssa.Value))
	case *ssa.UnOp:
		s.add(instr) // the content of a variable, or a copy of a struct
	case *ssa.Store:
		if instr.Val != v {
			return false
		}
		base := instr.Addr
		for {
			switch x := base.(type) {
			case *ssa.FieldAddr:
				base = x.X
				continue
			case *ssa.IndexAddr:
				base = x.X
				continue
			}
			break
		}
		if _, ok := base.(*ssa.Alloc); !ok {
			return true
		}
		s.add(base)
	case ssa.CallInstruction:
		return s.call(v, instr)
	}
	return false
}

func (s *escape) call(v ssa.Value, instr ssa.CallInstruction) bool {
	c := instr.Common()
	result, _ := instr.(*ssa.Call)
	if b, ok := c.Value.(*ssa.Builtin); ok {
		if b.Name() == "append" && result != nil {
			s.add(result)
		}
		return false
	}
	fn := c.StaticCallee()
	if fn == nil {
		return false
	}
	for i, arg := range c.Args {
		if arg == v && i < len(fn.Params) && len(fn.Blocks) > 0 {
			s.add(fn.Params[i])
		}
	}
	obj := calleeObj(fn)
	if obj == nil || !isStd(obj.Pkg()) || obj.Pkg() == nil {
		return false
	}
	switch path := obj.Pkg().Path(); {
	case path == "context" && result != nil:
		s.add(result)
	case path == "sync", path == "sync/atomic", strings.HasPrefix(path, "container/"):
		return true
	}
	return false
}
