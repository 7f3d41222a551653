module example.com/compare/cells

go 1.26.0
