package reduce

import "math"

// fitCurve finds a and b such that 1/(1+a x^(2b)) best approximates, in least
// squares over 300 distances in [0, 3 spread], the wanted similarity: 1 up to
// minDist, then exp(-(x-minDist)/spread). See McInnes, Healy & Melville 2018,
// definition 11. It uses the Levenberg-Marquardt algorithm.
func fitCurve(minDist, spread float64) (a, b float64) {
	const points = 300
	var x, y [points]float64
	for i := range points {
		x[i] = 3 * spread * float64(i) / (points - 1)
		y[i] = 1
		if x[i] >= minDist {
			y[i] = math.Exp(-(x[i] - minDist) / spread)
		}
	}
	loss := func(a, b float64) float64 {
		var s float64
		for i := range points {
			r := 1/(1+a*math.Pow(x[i], 2*b)) - y[i]
			s += r * r
		}
		return s
	}
	a, b = 1, 1
	best, damping := loss(a, b), 1e-3
	for range 500 {
		// Normal equations [2, 2] of the linearised problem.
		var aa, ab, bb, ra, rb float64
		for i := 1; i < points; i++ { // the slope at x = 0 is 0
			p := math.Pow(x[i], 2*b)
			f := 1 / (1 + a*p)
			da := -f * f * p
			db := -f * f * a * p * 2 * math.Log(x[i])
			r := f - y[i]
			aa, ab, bb = aa+da*da, ab+da*db, bb+db*db
			ra, rb = ra+da*r, rb+db*r
		}
		if damping > 1e12 {
			break
		}
		m, n := aa*(1+damping), bb*(1+damping)
		det := m*n - ab*ab
		stepA, stepB := (n*ra-ab*rb)/det, (m*rb-ab*ra)/det
		na, nb := a-stepA, b-stepB
		if l := loss(na, nb); na > 0 && nb > 0 && l <= best {
			done := math.Abs(stepA) <= 1e-13*a && math.Abs(stepB) <= 1e-13*b
			a, b, best, damping = na, nb, l, damping/10
			if done {
				break
			}
			continue
		}
		damping *= 10
	}
	return a, b
}
