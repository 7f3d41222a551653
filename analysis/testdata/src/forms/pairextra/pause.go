package pairextra

import (
	"errors"
	"os"
	"sync"

	"github.com/asynchooks/asynchooks/rt"
)

// A stream leaves the scope that its callers are in while it waits.
type stream struct {
	*rt.AsyncResource
	n   int
	sig chan bool
}

func (s *stream) wait() error {
	s.EmitAfter()
	defer s.EmitBefore()
	select {
	case <-s.sig:
	default:
		return errors.New("closed")
	}
	return nil
}

func (s *stream) fill(n int) error {
	for s.n < n {
		if err := s.wait(); err != nil {
			return err
		}
	}
	return nil
}

func (s *stream) header(n int) (int, error) {
	if n > 3 {
		return 0, s.fill(n)
	}
	if err := s.fill(n); err != nil {
		return 0, err
	}
	if s.n == 5 {
		return 5, os.ErrClosed
	}
	return s.n, nil
}

func goodWait(s *stream) error {
	s.EmitBefore()
	defer s.EmitAfter()
	if _, err := s.header(2); err != nil {
		return err
	}
	_, err := s.header(4)
	return err
}

func badWait(s *stream) error {
	s.EmitBefore()
	s.EmitAfter()
	_, err := s.header(2) // want `no open|closed already`
	return err
}

func goodOnceLocal(r *rt.AsyncResource, early bool) {
	var once sync.Once
	r.EmitBefore()
	end := func() { once.Do(func() { r.EmitAfter() }) }
	defer end()
	if early {
		end()
	}
}

func goodOnceFunc(r *rt.AsyncResource, early bool) {
	r.EmitBefore()
	end := sync.OnceFunc(func() { r.EmitAfter() })
	defer end()
	if early {
		end()
	}
}

type closing struct {
	*rt.AsyncResource
	once sync.Once
}

func (c *closing) end() { c.once.Do(func() { c.EmitAfter() }) }

func goodOnceField(c *closing, early bool) {
	c.EmitBefore()
	defer c.end()
	if early {
		c.end()
	}
}

func badNotOnce(c *closing, early bool) {
	c.EmitBefore()
	defer c.end()
	if early {
		c.end()
		c.EmitBefore()
		c.EmitAfter()
		c.EmitAfter() // want `no open|closed already`
	}
}
