package rewrite

// Registrations is the table of functions in modules that take callbacks. Those
// of the standard library are points of package gopatch, which are about one
// release each. A row for a package that is not in the build costs nothing.
//
// Some functions need no row. What starts its callback with a go statement, such
// as errgroup's Group.Go and singleflight's Group.DoChan, starts it with the
// caller's stores. A handler or interceptor that is registered once and serves
// many, of grpc or of net/http, must run in the scope of the request that it is
// called for and not in that of its registration. fsnotify's watcher sends its
// events, which carry the scope in which it was made.
var Registrations = []Registration{
	// Every job passes through the chain once, when it is scheduled. What wraps
	// jobs, and the entry, have the one that was given.
	{Path: "github.com/robfig/cron/v3", Recv: "Chain", Func: "Then", Param: Returned, Type: "CronJob"},

	// Subscriptions, those of JetStream included, and the events of a connection.
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "subscribeLocked", Param: "cb", Type: "NATSSubscription"},
	{Path: "github.com/nats-io/nats.go", Recv: "Subscription", Func: "SetClosedHandler", Param: "handler", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "ConnectHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "DisconnectErrHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "DisconnectHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "ReconnectHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "ReconnectErrHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "ClosedHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "DiscoveredServersHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "ErrorHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Func: "LameDuckModeHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetDisconnectHandler", Param: "dcb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetDisconnectErrHandler", Param: "dcb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetReconnectHandler", Param: "rcb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetDiscoveredServersHandler", Param: "dscb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetClosedHandler", Param: "cb", Type: "NATSHandler"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "SetErrorHandler", Param: "cb", Type: "NATSHandler"},

	// Informers.
	{Path: "k8s.io/client-go/tools/cache", Func: "newProcessListener", Param: "handler", Type: "InformerHandler"},
	{Path: "k8s.io/client-go/tools/cache", Func: "newInformer", Param: "options.Handler", Type: "InformerHandler"},
}

// DetachedGoroutines is the table of go statements in modules.
var DetachedGoroutines = []Detached{
	{Path: "github.com/nats-io/nats.go", Recv: "Options", Func: "Connect", Call: "nc.ach.asyncCBDispatcher()"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "processConnectInit", Call: "nc.readLoop()"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "processConnectInit", Call: "nc.flusher()"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "processOpErr", Call: "nc.doReconnect(err, forceReconnect)"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "connect", Call: "nc.doReconnect(err, false)"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "ForceReconnect", Call: "nc.doReconnect(nil, true)"},
	{Path: "github.com/nats-io/nats.go", Recv: "Conn", Func: "subscribeLocked", Call: "nc.waitForMsgs(sub)"},

	// A connection of a server, its pool, and what a client does for whoever comes
	// first: connections, resolvers, balancers.
	{Path: "google.golang.org/grpc", Recv: "Server", Func: "Serve", Call: "func() {"},
	{Path: "google.golang.org/grpc", Recv: "Server", Func: "initServerWorkers", Call: "s.serverWorker()"},
	{Path: "google.golang.org/grpc", Recv: "Server", Func: "serverWorker", Call: "s.serverWorker()"},
	{Path: "google.golang.org/grpc", Recv: "addrConn", Func: "updateAddrs", Call: "ac.resetTransportAndUnlock()"},
	{Path: "google.golang.org/grpc", Recv: "acBalancerWrapper", Func: "Connect", Call: "acbw.ac.connect()"},
	{Path: "google.golang.org/grpc/internal/transport", Func: "NewHTTP2Client", Call: "t.keepalive()"},
	{Path: "google.golang.org/grpc/internal/transport", Func: "NewHTTP2Client", Call: "t.reader(readerErrCh)"},
	{Path: "google.golang.org/grpc/internal/transport", Func: "NewHTTP2Client", Call: "func() {"},
	{Path: "google.golang.org/grpc/internal/grpcsync", Func: "NewCallbackSerializer", Call: "cs.run(ctx)"},
	{Path: "google.golang.org/grpc/internal/resolver/dns", Recv: "dnsBuilder", Func: "Build", Call: "d.watcher()"},
}
