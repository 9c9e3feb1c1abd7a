package probe

import (
	"math"
	"testing"
)

func TestCalibrationErrorByHand(t *testing.T) {
	rows := [][]float64{{0.9, 0.1}, {0.2, 0.8}, {0.55, 0.45}, {0.45, 0.55}}
	// Bins of a tenth: 0.9 came true, 0.8 did not, of two of 0.55 one did.
	if got, want := CalibrationError(rows, []int{0, 0, 0, 0}, 10), (0.1+0.8+0.1)/4; math.Abs(got-want) > 1e-12 {
		t.Errorf("the error is %v, want %v", got, want)
	}
	if got := CalibrationError([][]float64{{1, 0}}, []int{0}, 1); got != 0 {
		t.Errorf("certain and right: %v, want 0", got)
	}
	for name, got := range map[string]float64{
		"no bins":         CalibrationError(rows, []int{0, 0, 0, 0}, 0),
		"negative bins":   CalibrationError(rows, []int{0, 0, 0, 0}, -1),
		"too many bins":   CalibrationError(rows, []int{0, 0, 0, 0}, math.MaxInt),
		"no rows":         CalibrationError(nil, nil, 10),
		"fewer labels":    CalibrationError(rows, []int{0}, 10),
		"no classes":      CalibrationError([][]float64{{}}, []int{0}, 10),
		"not a number":    CalibrationError([][]float64{{math.NaN()}}, []int{0}, 10),
		"below and above": CalibrationError([][]float64{{-3, -2}, {2, 1}}, []int{0, 0}, 10),
	} {
		if !math.IsNaN(got) {
			t.Errorf("%s: %v, want NaN", name, got)
		}
	}
}
