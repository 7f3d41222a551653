package main

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// draw writes the curves to an SVG file: nanoseconds by size, both logarithmic.
func draw(file string, curves []curve) error {
	p := plot.New()
	p.Title.Text = "What an event costs while something grows"
	p.X.Label.Text, p.Y.Label.Text = "size", "ns"
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.LogTicks{Prec: 0}, plot.LogTicks{Prec: 0}
	p.Legend.Left, p.Legend.Top = false, true
	for i, c := range curves {
		points := make(plotter.XYs, len(c.points))
		for j, q := range c.points {
			points[j].X, points[j].Y = float64(q.size), q.ns
		}
		line, marks, err := plotter.NewLinePoints(points)
		if err != nil {
			return err
		}
		line.Color = hue(i, len(curves))
		marks.Color = line.Color
		p.Add(line, marks)
		p.Legend.Add(c.name, line)
	}
	p.X.Max *= 300 // room for the legend
	return p.Save(40*vg.Centimeter, 20*vg.Centimeter, file)
}

// hue returns the i-th of n colours.
func hue(i, n int) color.Color {
	h := 6 * float64(i) / float64(n)
	up, down := uint8(200*(h-float64(int(h)))), uint8(200*(1-(h-float64(int(h)))))
	switch int(h) {
	case 0:
		return color.RGBA{200, up, 0, 255}
	case 1:
		return color.RGBA{down, 200, 0, 255}
	case 2:
		return color.RGBA{0, 200, up, 255}
	case 3:
		return color.RGBA{0, down, 200, 255}
	case 4:
		return color.RGBA{up, 0, 200, 255}
	}
	return color.RGBA{200, 0, down, 255}
}
