package profile

import (
	"math"

	"github.com/seed-56ee9438/cohort/result"
)

// moments is a running count, sum and sum of squares.
type moments struct{ n, sum, squares, low, high float64 }

func (m *moments) add(x float64) {
	if m.n == 0 {
		m.low, m.high = x, x
	}
	m.low, m.high = min(m.low, x), max(m.high, x)
	m.n++
	m.sum += x
	m.squares += x * x
}

func (m *moments) mean() float64 { return m.sum / m.n }

// variance returns the sample variance, 0 for fewer than two values.
func (m *moments) variance() float64 {
	if m.n < 2 {
		return 0
	}
	return max(0, (m.squares-m.sum*m.sum/m.n)/(m.n-1))
}

// estimate returns the mean with its 95 % interval by the normal approximation.
// extra is an additional variance of each value, beyond the observed one.
func (m *moments) estimate(extra float64) *result.Estimate {
	if m.n == 0 {
		return nil
	}
	half := 1.96 * math.Sqrt((m.variance()+extra)/m.n)
	return &result.Estimate{Mean: m.mean(), Low: m.mean() - half, High: m.mean() + half, N: int(m.n)}
}

// scale returns the least and the greatest of all values: as much of their scale
// as is known.
func scale(all []moments) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range all {
		if m := &all[i]; m.n > 0 {
			low, high = min(low, m.low), max(high, m.high)
		}
	}
	return low, high
}

// within cuts e's interval to the scale of its values: a mean is never beyond it.
func within(e *result.Estimate, low, high float64) *result.Estimate {
	if e != nil {
		e.Low, e.High = max(e.Low, low), min(e.High, high)
	}
	return e
}
