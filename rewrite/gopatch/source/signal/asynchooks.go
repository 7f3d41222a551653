//go:build ignore

// This file is added to package os/signal of an instrumented build. The
// functions are in package runtime.

package signal

import "unsafe"

// asynchooks_registration is the resource of a channel given to Notify.
type asynchooks_registration unsafe.Pointer

//go:linkname asynchooks_register
func asynchooks_register() asynchooks_registration

//go:linkname asynchooks_unregister runtime.async_unregisterAfter
func asynchooks_unregister(asynchooks_registration)

//go:linkname asynchooks_sendAs
func asynchooks_sendAs(asynchooks_registration)

//go:linkname asynchooks_detach runtime.async_detach
func asynchooks_detach()

//go:linkname asynchooks_hold runtime.async_hold
func asynchooks_hold() unsafe.Pointer

//go:linkname asynchooks_release runtime.async_release
func asynchooks_release(unsafe.Pointer)
