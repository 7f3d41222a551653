package report

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"io"
)

// partSize is how many resources are in a part of the data of an HTML report,
// which the page decodes when it needs one.
const partSize = 1 << 14

// parts returns how many parts there are.
func (r *Report) parts() int { return (len(r.Resources) + partSize - 1) / partSize }

// writePart writes a part: in base64, compressed with deflate, columns one after
// another. Each is a sequence of uvarints, one for each resource, and in the last
// three for each run:
//
//	id minus the one before                  of the first: the id
//	site
//	index minus parent's index, zigzag       0: no parent
//	index of the root, plus 1, minus the last one, zigzag
//	index of the first child minus index     0: none
//	index of the next sibling minus index    0: none
//	Init minus the one before, zigzag        times of nanoseconds, from 0
//	Before minus Init, plus 1                0: never; if Init is not known, from 0
//	Destroy minus Init, plus 1               0: never
//	runs
//	run time
//	goroutine that made it
//	run: start minus the one before, zigzag
//	run: duration, twice, plus 1 if it had not ended
//	run: goroutine
//
// Where Init is not known its column has the largest time again, and the flag
// column, which comes after all, says so: 1. 2: an execution id other than the
// trigger follows in the same column.
func (r *Report) writePart(w io.Writer, n int) error {
	first := n * partSize
	all := r.Resources[first:min(first+partSize, len(r.Resources))]
	c := &columns{}
	each := func(f func(i int64, res *Resource)) {
		for k := range all {
			f(int64(first+k), &all[k])
		}
	}
	var id uint64
	each(func(_ int64, res *Resource) { c.add(res.ID - id); id = res.ID })
	each(func(_ int64, res *Resource) { c.add(uint64(res.Site)) })
	each(func(i int64, res *Resource) {
		if res.Parent == None {
			c.add(0)
		} else {
			c.signed(i - int64(res.Parent))
		}
	})
	var root int64
	each(func(_ int64, res *Resource) { c.signed(int64(res.Root) + 1 - root); root = int64(res.Root) + 1 })
	later := func(i int64, other int32) uint64 {
		if other == None {
			return 0
		}
		return uint64(int64(other) - i)
	}
	each(func(i int64, res *Resource) { c.signed(int64(later(i, res.Child))) })
	each(func(i int64, res *Resource) { c.signed(int64(later(i, res.Next))) })
	var at int64
	each(func(_ int64, res *Resource) {
		if t := since(res.Init); t != at && res.Init != Never {
			c.signed(t - at)
			at = t
		} else {
			c.add(0)
		}
	})
	after := func(res *Resource, t int64) uint64 {
		if t == Never {
			return 0
		}
		return uint64(max(t-since(res.Init), 0)) + 1
	}
	each(func(_ int64, res *Resource) { c.add(after(res, res.Before)) })
	each(func(_ int64, res *Resource) { c.add(after(res, res.Destroy)) })
	each(func(_ int64, res *Resource) { c.add(uint64(res.RunsN)) })
	each(func(_ int64, res *Resource) { c.add(uint64(res.RunTime)) })
	each(func(_ int64, res *Resource) { c.add(uint64(res.Goroutine)) })
	runs := func(f func(run *Run)) {
		each(func(_ int64, res *Resource) {
			for k := range res.RunsN {
				f(&r.Runs[res.Run+k])
			}
		})
	}
	var start int64
	runs(func(run *Run) { c.signed(run.Start - start); start = run.Start })
	runs(func(run *Run) {
		d := uint64(max(run.End-run.Start, 0)) << 1
		if run.Open {
			d |= 1
		}
		c.add(d)
	})
	runs(func(run *Run) { c.add(uint64(run.Goroutine)) })
	each(func(_ int64, res *Resource) {
		switch {
		case res.Init == Never:
			c.add(1)
		case res.Exec != res.Trigger:
			c.add(2)
			c.add(res.Exec)
		default:
			c.add(0)
		}
	})
	return c.write(w)
}

// since is a time, or 0 for one that is not known.
func since(t int64) int64 {
	if t == Never {
		return 0
	}
	return t
}

type columns struct{ data []byte }

func (c *columns) add(v uint64) { c.data = binary.AppendUvarint(c.data, v) }

func (c *columns) signed(v int64) { c.data = binary.AppendVarint(c.data, v) }

func (c *columns) write(w io.Writer) error {
	var buf bytes.Buffer
	z, err := flate.NewWriter(&buf, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := z.Write(c.data); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	e := base64.NewEncoder(base64.StdEncoding, w)
	if _, err := e.Write(buf.Bytes()); err != nil {
		return err
	}
	return e.Close()
}
