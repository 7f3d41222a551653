module example.com/compare/libraries

go 1.26.0

require (
	example.com/compare/cells v0.0.0
	github.com/jtolds/gls v4.20.0+incompatible
	github.com/timandy/routine v1.1.6
)

require github.com/gopherjs/gopherjs v1.21.0 // indirect

replace example.com/compare/cells => ../cells
