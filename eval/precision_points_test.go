package eval

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestPrecisionOfPoints compares with values made of fractions and of numbers of
// 60 digits (testdata/precision.py), of points for which scikit-learn's own
// scores are right in one to eight digits, or in none: distances as |x|² + |y|²
// - 2x·y, and means of numbers whose common part is large, lose the rest.
func TestPrecisionOfPoints(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/precision.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name   string
		X      [][]float64
		Labels []int
		Values map[string]float64
	}
	if err := json.Unmarshal(raw, &cases); err != nil || len(cases) == 0 {
		t.Fatal(len(cases), err)
	}
	for _, c := range cases {
		x := mat.NewDense(len(c.X), len(c.X[0]), nil)
		for i, row := range c.X {
			x.SetRow(i, row)
		}
		for name, want := range c.Values {
			var got float64
			within := 1e-13
			switch name {
			case "calinski_harabasz":
				got, err = CalinskiHarabasz(x, c.Labels)
			case "davies_bouldin":
				got, err = DaviesBouldin(x, c.Labels)
			default:
				m, e := ParseMetric(name)
				if e != nil {
					t.Fatal(e)
				}
				got, err = Silhouette(x, c.Labels, m)
				if name == "cosine" {
					// Vectors of length 1 are rounded in the sixteenth digit;
					// these here differ from each other in the eighth and ninth.
					within = 5e-8
				}
			}
			if err != nil {
				t.Errorf("%s: %s: %v", c.Name, name, err)
			} else if !(math.Abs(got-want) <= within*math.Abs(want)) {
				t.Errorf("%s: %s is %.17g, want %.17g", c.Name, name, got, want)
			}
		}
	}
}
