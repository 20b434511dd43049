package reports

import (
	"math"
	"slices"
	"strconv"
)

// htmlPlot is the measurements of one unit on one scale.
type htmlPlot struct {
	Unit string
	Max  string // the end of the scale
	Bars []htmlBar
}

type htmlBar struct {
	Name, Value, Case string
	From, Length      string // on a scale from 0 to 100
	Below             bool   // the value is negative: the bar runs to the left
}

// plotsOf draws measurements of the same unit to the same scale, so that bars
// under one another can be compared. A unit alone needs no plot, but has its number.
func plotsOf(list []Measurement) []htmlPlot {
	var units []string
	for _, m := range list {
		if !slices.Contains(units, m.Unit) {
			units = append(units, m.Unit)
		}
	}
	var plots []htmlPlot
	for _, unit := range units {
		plots = append(plots, plotOf(unit, list))
	}
	return plots
}

func plotOf(unit string, list []Measurement) htmlPlot {
	low, high := 0.0, 0.0
	for _, m := range list {
		if m.Unit == unit && finite(m.Value) {
			low, high = math.Min(low, m.Value), math.Max(high, m.Value)
		}
	}
	low, high = -scaleEnd(-low), scaleEnd(high)
	reach := high - low
	if reach == 0 {
		reach = 1
	}
	plot := htmlPlot{Unit: shorten(oneLine(unit), 24), Max: number(high)}
	for _, m := range list {
		if m.Unit != unit {
			continue
		}
		bar := htmlBar{
			Name: shorten(oneLine(m.Name), paperText), Value: number(m.Value), Case: m.Case, Below: m.Value < 0, From: "0", Length: "0",
		}
		if finite(m.Value) {
			bar.From = percent((math.Min(m.Value, 0) - low) / reach)
			bar.Length = percent(math.Abs(m.Value) / reach)
		}
		plot.Bars = append(plot.Bars, bar)
	}
	return plot
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// scaleEnd is the next round number: 1, 2, 2.5, 5 or 10 times a power of ten.
func scaleEnd(v float64) float64 {
	if v <= 0 {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, step := range []float64{1, 2, 2.5, 5, 10} {
		if v <= step*power*(1+1e-9) {
			return step * power
		}
	}
	return v
}

func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) }
