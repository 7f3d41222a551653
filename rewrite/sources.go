package rewrite

import "embed"

// sources are the files that decide what the compiler is given: of this package,
// of the patches and of the build. The asynchooks command takes its id from them
// (package toolid), and no other program has them: nothing here uses the
// variable, so that the linker leaves it out.
//
//go:embed *.go gopatch/*.go gopatch/releases/releases.go gopatch/source
//go:embed build/compile.go build/linename.go build/patch.go build/rewrite.go build/abi.go build/mark.go build/options.go build/record.go
//go:embed build/importcfg/importcfg.go build/toolscan/toolscan.go sitescan/sitescan.go build/toolexec.go
var sources embed.FS
