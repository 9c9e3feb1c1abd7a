package eval

import (
	"math"
	"testing"
)

// TestInformationWhereDigitsCancel compares with values of 40 digits, of
// labellings that share next to nothing or are nearly as fine as the points:
// summed as usual, the terms there leave seven digits.
func TestInformationWhereDigitsCancel(t *testing.T) {
	t.Parallel()
	label := func(n int, f func(i int) int) []int {
		l := make([]int, n)
		for i := range l {
			l[i] = f(i)
		}
		return l
	}
	for _, c := range []struct {
		name             string
		truth, labels    []int
		mi, nmi, hom     float64
		ami              float64
		amiTolerance     float64 // relative
		labelsA, labelsB int
	}{
		{
			"rare labels", label(1000, func(i int) int { return max(0, i-989) }), label(1000, func(i int) int { return max(0, i*7919%1000-989) }),
			0.000101011818763794104, 0.00127818753460945078, 0.00127818753460945078, -0.0100951496525840084, 1e-11, 11, 11,
		},
		{
			"many labels", label(600, func(i int) int { return (i*i*31 + i*17) % 401 }), label(600, func(i int) int { return (i*i*13 + 7*i) % 307 }),
			3.9176620178671422, 0.759975393713351904, 0.742419137933732099, -0.00211517472224118026, 1e-11, 201, 154,
		},
		{
			"independent but for a point", label(901, func(i int) int { return i % 900 / 30 }), label(901, func(i int) int { return i % 900 % 30 }),
			0.000392764368482720334, 0.000115478864061143959, 0.000115478864061143959, -0.19149778584550036, 1e-11, 30, 30,
		},
	} {
		got, err := Compare(c.truth, c.labels)
		if err != nil {
			t.Fatal(err)
		}
		counts, a, b, err := Contingency(c.truth, c.labels)
		if err != nil || len(a) != c.labelsA || len(b) != c.labelsB {
			t.Fatalf("%s: %d and %d labels, %v", c.name, len(a), len(b), err)
		}
		if rows, cols := counts.Dims(); rows != c.labelsA || cols != c.labelsB {
			t.Errorf("%s: table [%d, %d]", c.name, rows, cols)
		}
		for _, v := range []struct {
			score             string
			got, want, within float64
		}{
			{"MI", got.MI, c.mi, 1e-13}, {"NMI", got.NMI, c.nmi, 1e-12}, {"homogeneity", got.Homogeneity, c.hom, 1e-12}, {"AMI", got.AMI, c.ami, c.amiTolerance},
		} {
			if math.Abs(v.got-v.want) > v.within*math.Abs(v.want) {
				t.Errorf("%s: %s is %.17g, want %.17g", c.name, v.score, v.got, v.want)
			}
		}
	}
}

// TestVMeasureOfNothing: with beta 0 only completeness would count; where that
// is 0 there is nothing to divide by.
func TestVMeasureOfNothing(t *testing.T) {
	t.Parallel()
	for _, beta := range []float64{0, 0.5, 1} {
		if v, err := VMeasure([]int{0, 0, 0}, []int{0, 1, 2}, beta); err != nil || v != 0 {
			t.Errorf("beta %v: one class in three clusters: %v, %v, want 0", beta, v, err)
		}
		if v, err := VMeasure([]int{0, 1, 2}, []int{0, 0, 0}, beta); err != nil || v != 0 {
			t.Errorf("beta %v: three classes in one cluster: %v, %v, want 0", beta, v, err)
		}
	}
}
