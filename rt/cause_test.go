package rt

import "testing"

// kept counts the links that a chain keeps alive.
func (c *cause) kept() (n int) {
	for ; c != nil; c = c.next {
		n++
	}
	return n
}

// A chain that grows without end keeps no more than some links, and tells as many
// as are promised.
func TestLongChain(t *testing.T) {
	var chain *cause
	for id := ID(2); id < 10_000; id++ {
		r := namedResource("Hop")
		r.id = id
		chain = r.because(chain)
		if n := chain.kept(); n > 2*maxCauses {
			t.Fatalf("after %d hops, %d links are kept", id, n)
		}
		list := chain.list(nil, chain)
		want := min(int(id)-1, maxCauses)
		if len(list) < want {
			t.Fatalf("after %d hops, %d causes are told", id, len(list))
		}
		for i, c := range list[:want] {
			if c.ID != id-ID(i) {
				t.Fatalf("cause %d of %d is %d", i, id, c.ID)
			}
		}
		if rooted := list[len(list)-1].ID == Root; rooted != (id-1 <= maxCauses) {
			t.Fatalf("after %d hops, the chain of %d ends in the root: %v", id, len(list), rooted)
		}
	}
}

func TestParseStacks(t *testing.T) {
	const text = `goroutine 7 [running]:
main.now()
	/app/main.go:10 +0x1d
created by main.main in goroutine 1
	/app/main.go:3 +0x2

goroutine 1 [select (no cases), 5 minutes]:
main.main()
	/app/main.go:4 +0x11

goroutine 9 [chan receive (leaked), 12 minutes, locked to thread]:
main.(*pool).work(0xc000012345, {0x1, 0x2})
	/app/pool with space.go:20 +0x33
main.start.func1(...)
	/app/pool with space.go:30
created by main.start in goroutine 8
	/app/pool with space.go:31 +0x44

not a goroutine
goroutine x [running]:
`
	all := parseStacks(text)
	if len(all) != 3 {
		t.Fatalf("%d goroutines in %+v", len(all), all)
	}
	if g := all[0]; g.number != 7 || !g.caller || g.calls != nil || g.parent != 1 || g.at != (Site{"/app/main.go", 3, "main.main"}) || g.state != "running" {
		t.Errorf("%+v", g)
	}
	if g := all[1]; g.id != Root || g.state != "select (no cases)" || g.blocked != 5*60e9 || g.caller || len(g.calls) != 1 {
		t.Errorf("%+v", g)
	}
	if g := all[2]; !g.leaked || g.state != "chan receive" || g.blocked != 12*60e9 || g.parent != 8 || len(g.calls) != 2 ||
		g.calls[0] != (Site{"/app/pool with space.go", 20, "main.(*pool).work"}) || g.calls[1] != (Site{"/app/pool with space.go", 30, "main.start.func1"}) {
		t.Errorf("%+v", g)
	}
	if all := parseStacks("goroutine 3 ["); len(all) != 0 {
		t.Errorf("a cut trace gives %+v", all)
	}
}
