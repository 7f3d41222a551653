//go:build !(amd64 || 386)

package trace

import "sync/atomic"

// publish says how many bytes of the block's payload are good.
//
//go:norace
func publish(b *block, n uint32) { atomic.StoreUint32(used(b), n) }
