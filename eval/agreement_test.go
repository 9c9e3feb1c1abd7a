package eval

import (
	"encoding/json"
	"errors"
	"math"
	prng "math/rand/v2"
	"os"
	"testing"
)

// near reports whether got is within 1e-9 of want, relative or, around zero,
// absolute to rounding.
func near(got, want float64) bool {
	return math.Abs(got-want) <= max(1e-9*math.Abs(want), 1e-13)
}

func TestAgreementAgainstReference(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/agreement.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			Truth, Labels []int
			Agreement
			Half        float64            `json:"v_measure_beta_half"`
			NMIs        map[string]float64 `json:"nmi"`
			AMIs        map[string]float64 `json:"ami"`
			Contingency [][]float64
		}
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 10 {
		t.Fatalf("%d cases", len(file.Cases))
	}
	for i, c := range file.Cases {
		got, err := Compare(c.Truth, c.Labels)
		if err != nil {
			t.Fatal(err)
		}
		half, err := VMeasure(c.Truth, c.Labels, 0.5)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []struct {
			name      string
			got, want float64
		}{
			{"ARI", got.ARI, c.ARI}, {"Rand", got.Rand, c.Rand}, {"MI", got.MI, c.MI}, {"FMI", got.FowlkesMallows, c.FowlkesMallows},
			{"homogeneity", got.Homogeneity, c.Homogeneity}, {"completeness", got.Completeness, c.Completeness},
			{"V", got.VMeasure, c.VMeasure}, {"V 0.5", half, c.Half},
			{"NMI", got.NMI, c.NMIs["arithmetic"]}, {"AMI", got.AMI, c.AMIs["arithmetic"]},
		} {
			if !near(v.got, v.want) {
				t.Errorf("case %d %s: got %.17g, want %.17g", i, v.name, v.got, v.want)
			}
		}
		for _, a := range []Average{Arithmetic, Geometric, Min, Max} {
			nmi, err := NMI(c.Truth, c.Labels, a)
			if err != nil || !near(nmi, c.NMIs[a.String()]) {
				t.Errorf("case %d NMI %v: got %.17g, %v, want %.17g", i, a, nmi, err, c.NMIs[a.String()])
			}
			ami, err := AMI(c.Truth, c.Labels, a)
			if err != nil || !near(ami, c.AMIs[a.String()]) {
				t.Errorf("case %d AMI %v: got %.17g, %v, want %.17g", i, a, ami, err, c.AMIs[a.String()])
			}
		}
		if c.Contingency == nil {
			continue
		}
		counts, _, _, err := Contingency(c.Truth, c.Labels)
		if err != nil {
			t.Fatal(err)
		}
		for a, row := range c.Contingency {
			for b, want := range row {
				if counts.At(a, b) != want {
					t.Errorf("case %d contingency (%d, %d): got %v, want %v", i, a, b, counts.At(a, b), want)
				}
			}
		}
	}
}

// checkPairs compares everything that pairs of points decide with a count of
// all pairs, and tests what must hold of the others.
func checkPairs(t *testing.T, truth, labels []int) {
	t.Helper()
	var want PairCounts
	for i := range truth {
		for j := range i {
			switch a, b := truth[i] == truth[j], labels[i] == labels[j]; {
			case a && b:
				want.Both++
			case a:
				want.TruthOnly++
			case b:
				want.LabelOnly++
			default:
				want.Neither++
			}
		}
	}
	got, err := Pairs(truth, labels)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Fatalf("pairs of %v and %v: got %v, want %v", truth, labels, got, want)
	}
	all, err := Compare(truth, labels)
	if err != nil {
		t.Fatal(err)
	}
	swapped, err := Compare(labels, truth)
	if err != nil {
		t.Fatal(err)
	}
	total := want.Both + want.TruthOnly + want.LabelOnly + want.Neither
	if total > 0 && !near(all.Rand, (want.Both+want.Neither)/total) {
		t.Errorf("Rand %v, want %v", all.Rand, (want.Both+want.Neither)/total)
	}
	// The definition of the adjusted index: (index - expected) / (max - expected).
	if sa, sb := want.Both+want.TruthOnly, want.Both+want.LabelOnly; total > 0 && (sa+sb)/2 != sa*sb/total {
		ari := (want.Both - sa*sb/total) / ((sa+sb)/2 - sa*sb/total)
		if math.Abs(all.ARI-ari) > 1e-9 {
			t.Errorf("ARI of %v and %v: %v, want %v", truth, labels, all.ARI, ari)
		}
	}
	if !near(all.ARI, swapped.ARI) || !near(all.NMI, swapped.NMI) || math.Abs(all.AMI-swapped.AMI) > 1e-9 || !near(all.FowlkesMallows, swapped.FowlkesMallows) ||
		!near(all.Homogeneity, swapped.Completeness) || !near(all.MI, swapped.MI) {
		t.Errorf("not symmetric: %+v and %+v", all, swapped)
	}
	if !near(all.VMeasure, all.NMI) && all.NMI > 1e-12 {
		t.Errorf("V-measure %v differs from NMI %v", all.VMeasure, all.NMI)
	}
	for name, v := range map[string]float64{"ARI": all.ARI, "Rand": all.Rand, "NMI": all.NMI, "AMI": all.AMI, "homogeneity": all.Homogeneity,
		"completeness": all.Completeness, "V": all.VMeasure, "FMI": all.FowlkesMallows, "purity": all.Purity} {
		if math.IsNaN(v) || v > 1+1e-9 || v < -1-1e-9 {
			t.Errorf("%s of %v and %v is %v", name, truth, labels, v)
		}
	}
}

func TestPairsByCounting(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(5, 6))
	for range 300 {
		n, ka, kb := 1+r.IntN(40), 1+r.IntN(12), 1+r.IntN(12)
		a, b := make([]int, n), make([]int, n)
		for i := range a {
			a[i], b[i] = r.IntN(ka)-1, r.IntN(kb)*1000-1
		}
		checkPairs(t, a, b)
		if got, err := Compare(a, a); err != nil || got.ARI != 1 || !near(got.AMI, 1) || !near(got.NMI, 1) || got.Purity != 1 {
			t.Fatalf("%v with itself: %+v, %v", a, got, err)
		}
	}
}

// TestExpectedMutualInformation shuffles one labelling many times: the mean
// AMI must vanish.
func TestAMIOfChanceIsZero(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(7, 8))
	a, b := make([]int, 120), make([]int, 120)
	for i := range a {
		a[i], b[i] = i%15, i%22
	}
	var sum float64
	const rounds = 2000
	for range rounds {
		r.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
		v, err := AMI(a, b, Arithmetic)
		if err != nil {
			t.Fatal(err)
		}
		sum += v
	}
	if mean := sum / rounds; math.Abs(mean) > 0.004 {
		t.Errorf("mean AMI of unrelated labellings is %v", mean)
	}
}

func TestAgreementErrors(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(a, b []int) error{
		"compare":     func(a, b []int) error { _, err := Compare(a, b); return err },
		"ari":         func(a, b []int) error { _, err := ARI(a, b); return err },
		"rand":        func(a, b []int) error { _, err := Rand(a, b); return err },
		"nmi":         func(a, b []int) error { _, err := NMI(a, b, Max); return err },
		"ami":         func(a, b []int) error { _, err := AMI(a, b, Min); return err },
		"mi":          func(a, b []int) error { _, err := MutualInformation(a, b); return err },
		"homogeneity": func(a, b []int) error { _, err := Homogeneity(a, b); return err },
		"complete":    func(a, b []int) error { _, err := Completeness(a, b); return err },
		"v":           func(a, b []int) error { _, err := VMeasure(a, b, 1); return err },
		"fmi":         func(a, b []int) error { _, err := FowlkesMallows(a, b); return err },
		"purity":      func(a, b []int) error { _, err := Purity(a, b); return err },
		"pairs":       func(a, b []int) error { _, err := Pairs(a, b); return err },
		"contingency": func(a, b []int) error { _, _, _, err := Contingency(a, b); return err },
	} {
		if err := f(nil, nil); !errors.Is(err, ErrEmpty) {
			t.Errorf("%s of nothing: %v", name, err)
		}
		if err := f([]int{1, 2}, []int{1}); !errors.Is(err, ErrShape) {
			t.Errorf("%s of different lengths: %v", name, err)
		}
		if err := f([]int{1}, []int{-7}); err != nil {
			t.Errorf("%s of one point: %v", name, err)
		}
	}
	for _, err := range []error{
		second(NMI([]int{0}, []int{0}, 9)), second(AMI([]int{0}, []int{0}, 9)),
		second(VMeasure([]int{0}, []int{0}, -1)), second(VMeasure([]int{0}, []int{0}, math.NaN())),
	} {
		if !errors.Is(err, ErrOption) {
			t.Errorf("got %v, want %v", err, ErrOption)
		}
	}
}

func second(_ float64, err error) error { return err }

// FuzzPairs takes two labels from each byte.
func FuzzPairs(f *testing.F) {
	f.Add([]byte("some labels"))
	f.Add([]byte{0})
	f.Add([]byte{0, 0, 255, 255, 16, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 || len(data) > 300 {
			return
		}
		a, b := make([]int, len(data)), make([]int, len(data))
		for i, c := range data {
			a[i], b[i] = int(c>>4)-1, int(c&15)-1
		}
		checkPairs(t, a, b)
	})
}
