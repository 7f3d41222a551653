package trace

// ticks returns the processor's time stamp counter, in units of eight. It
// takes half as long as the clock does.
func ticks() uint64
