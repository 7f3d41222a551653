package callbacks

import (
	"runtime"
	"testing"

	"github.com/nats-io/nats.go"
)

// natsHandlers register a callback by one function each, and return what calls it.
var natsHandlers = map[string]func(fn func()) (fire func()){
	".ConnectHandler": func(fn func()) func() {
		return conn(nats.ConnectHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.ConnectedCB(nil) })
	},
	".DisconnectErrHandler": func(fn func()) func() {
		return conn(nats.DisconnectErrHandler(func(*nats.Conn, error) { fn() }), func(o *nats.Options) { o.DisconnectedErrCB(nil, nil) })
	},
	".DisconnectHandler": func(fn func()) func() {
		return conn(nats.DisconnectHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.DisconnectedCB(nil) })
	},
	".ReconnectHandler": func(fn func()) func() {
		return conn(nats.ReconnectHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.ReconnectedCB(nil) })
	},
	".ReconnectErrHandler": func(fn func()) func() {
		return conn(nats.ReconnectErrHandler(func(*nats.Conn, error) { fn() }), func(o *nats.Options) { o.ReconnectErrCB(nil, nil) })
	},
	".ClosedHandler": func(fn func()) func() {
		return conn(nats.ClosedHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.ClosedCB(nil) })
	},
	".DiscoveredServersHandler": func(fn func()) func() {
		return conn(nats.DiscoveredServersHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.DiscoveredServersCB(nil) })
	},
	".ErrorHandler": func(fn func()) func() {
		return conn(nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) { fn() }), func(o *nats.Options) { o.AsyncErrorCB(nil, nil, nil) })
	},
	".LameDuckModeHandler": func(fn func()) func() {
		return conn(nats.LameDuckModeHandler(func(*nats.Conn) { fn() }), func(o *nats.Options) { o.LameDuckModeHandler(nil) })
	},
	"Conn.SetDisconnectHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetDisconnectHandler(func(*nats.Conn) { fn() })
		return func() { c.Opts.DisconnectedCB(c) }
	},
	"Conn.SetDisconnectErrHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetDisconnectErrHandler(func(*nats.Conn, error) { fn() })
		return func() { c.Opts.DisconnectedErrCB(c, nil) }
	},
	"Conn.SetReconnectHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetReconnectHandler(func(*nats.Conn) { fn() })
		return func() { c.Opts.ReconnectedCB(c) }
	},
	"Conn.SetDiscoveredServersHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetDiscoveredServersHandler(func(*nats.Conn) { fn() })
		return func() { c.Opts.DiscoveredServersCB(c) }
	},
	"Conn.SetClosedHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetClosedHandler(func(*nats.Conn) { fn() })
		return func() { c.Opts.ClosedCB(c) }
	},
	"Conn.SetErrorHandler": func(fn func()) func() {
		c := new(nats.Conn)
		c.SetErrorHandler(func(*nats.Conn, *nats.Subscription, error) { fn() })
		return func() { c.Opts.AsyncErrorCB(c, nil, nil) }
	},
}

// conn is what applies an option, and calls its callback.
func conn(opt nats.Option, call func(*nats.Options)) func() {
	o := new(nats.Options)
	if err := opt(o); err != nil {
		panic(err)
	}
	return func() { call(o) }
}

// TestNATSHandlers: each callback runs in the scope of its registration, twice,
// and its resource ends when nothing refers to it.
func TestNATSHandlers(t *testing.T) {
	for name, register := range natsHandlers {
		t.Run(name, func(t *testing.T) {
			e := record(t, "NATSHandler")
			var fire func()
			store.Run("registration", func() { fire = register(func() { same(t, get(), "registration") }) })
			store.Run("other", func() {
				fire()
				same(t, get(), "other")
				fire()
			})
			fire = nil
			e.collect("destroy")
			e.want(t, "init", "before", "after", "before", "after", "destroy")
		})
	}
}

// collect collects garbage until an event has come.
func (e *events) collect(name string) {
	for {
		runtime.GC()
		e.mu.Lock()
		n := len(e.names)
		last := e.names[n-1]
		e.mu.Unlock()
		if last == name {
			return
		}
		runtime.Gosched()
	}
}
