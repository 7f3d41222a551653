package rt

// carrierABI numbers the agreement between this package and the patched
// package runtime. The build refuses a tool that patches for another number.
const carrierABI = 1
