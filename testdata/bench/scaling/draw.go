package main

import (
	"fmt"
	"image/color"
	"os"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A panel is the curves of one series: those with one processor, and then those
// with two, mode by mode.
type panel struct {
	name   string
	curves []curve
}

// colours are the modes'.
var colours = []color.Color{color.Gray{110}, color.RGBA{0, 90, 200, 255}, color.RGBA{210, 60, 0, 255}}

// drawPanels writes the panels to an SVG file, beside and under each other:
// nanoseconds by size, both logarithmic. Two processors are dashed lines.
func drawPanels(file string, panels []panel) (err error) {
	const columns = 2
	rows := (len(panels) + columns - 1) / columns
	plots := make([][]*plot.Plot, rows)
	for i := range plots {
		plots[i] = make([]*plot.Plot, columns)
	}
	for i, p := range panels {
		if plots[i/columns][i%columns], err = p.plot(); err != nil {
			return err
		}
	}
	canvas := vgsvg.New(vg.Length(columns)*18*vg.Centimeter, vg.Length(rows)*11*vg.Centimeter)
	tiles := draw.Tiles{Rows: rows, Cols: columns, PadX: vg.Centimeter, PadY: vg.Centimeter, PadTop: vg.Centimeter / 2, PadBottom: vg.Centimeter / 2, PadLeft: vg.Centimeter / 2, PadRight: vg.Centimeter / 2}
	for i, row := range plot.Align(plots, tiles, draw.New(canvas)) {
		for k, c := range row {
			if plots[i][k] != nil {
				plots[i][k].Draw(c)
			}
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = canvas.WriteTo(f)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

func (p panel) plot() (*plot.Plot, error) {
	pl := plot.New()
	pl.Title.Text = p.name
	pl.Y.Label.Text = "ns"
	pl.X.Scale, pl.Y.Scale = plot.LogScale{}, plot.LogScale{}
	pl.X.Tick.Marker, pl.Y.Tick.Marker = plot.LogTicks{Prec: -1}, plot.LogTicks{Prec: -1}
	pl.Legend.Top, pl.Legend.Left = true, true
	for i, c := range p.curves {
		points := make(plotter.XYs, len(c.points))
		for j, q := range c.points {
			if q.ns <= 0 {
				return nil, fmt.Errorf("%s: %s: %g ns at %d", p.name, c.name, q.ns, q.size)
			}
			points[j].X, points[j].Y = float64(q.size), q.ns
			pl.Y.Max = max(pl.Y.Max, q.ns)
		}
		line, marks, err := plotter.NewLinePoints(points)
		if err != nil {
			return nil, err
		}
		line.Color = colours[i%len(modes)]
		marks.Color = line.Color
		if i >= len(modes) {
			line.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
		}
		pl.Add(line, marks)
		pl.Legend.Add(c.name, line)
	}
	pl.Y.Min = pl.Y.Min / 2
	pl.Y.Max *= 30 // room for the legend
	return pl, nil
}
