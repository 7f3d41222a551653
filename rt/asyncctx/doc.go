// Package asyncctx goes between context.Context, which functions hand on, and
// the storages of package rt, which follow what runs because of what.
//
// Whole contexts: [Capture] puts all stores and ids of the goroutine into a
// context.Context, and [Run] runs a function with what a context.Context carries.
// A queue whose jobs have a context needs no more than that.
//
// Single values: a [Bridge] pairs keys of context values with storages. Code that
// sets stores can then call a library that reads ctx.Value, by [Bridge.Context]
// or [Bridge.Live]; code that reads stores can be called by one that sets values
// in its context, by [Bridge.Run].
//
// The context.Context itself: [With] makes one current for a function and all
// that it starts, and [Current] finds it, deadline and cancellation included,
// where no parameter brings it.
package asyncctx
