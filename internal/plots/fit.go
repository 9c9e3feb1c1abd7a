package main

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/plotter"
)

// exponent returns b of y = a x^b by least squares of log y on log x.
func exponent(points plotter.XYs) float64 {
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = math.Log(p.X), math.Log(p.Y)
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	return slope
}
