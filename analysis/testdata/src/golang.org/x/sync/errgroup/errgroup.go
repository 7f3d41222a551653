// Package errgroup has the names of the real package and little of its work.
package errgroup

import "context"

type Group struct{ err error }

func WithContext(ctx context.Context) (*Group, context.Context) { return new(Group), ctx }

func (g *Group) Go(f func() error)         { go f() }
func (g *Group) TryGo(f func() error) bool { go f(); return true }
func (g *Group) Wait() error               { return g.err }
func (g *Group) SetLimit(n int)            {}
