//go:build amd64 || 386

package trace

// publish says how many bytes of the block's payload are good. These processors
// make stores visible in order, so a plain one will do for what reads the block
// meanwhile.
//
//go:norace
func publish(b *block, n uint32) { *used(b) = n }
