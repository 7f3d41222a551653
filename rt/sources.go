package rt

import "embed"

// sources are the files of this package and of the recorder. The asynchooks
// command has them, and no other program: nothing here uses the variable, so
// that the linker leaves it out.
//
//go:embed *.go *.s trace/*.go trace/*.s trace/auto/*.go trace/internal/format/*.go
var sources embed.FS
