package cluster

import (
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestBytesFindTheSame: where products of bytes come first, DBSCAN still finds
// what its definition says, be the radius where few pairs are or where most are;
// also far from the origin, in features of very different scales, and for new
// points.
func TestBytesFindTheSame(t *testing.T) {
	if kernel.Active() == kernel.Generic {
		t.Skip("bytes are not used in portable Go")
	}
	rng := rand.New(rand.NewPCG(91, 1))
	trials := 24
	if testing.Short() {
		t.Log("short: 7 trials of 24")
		trials = 7
	}
	for trial := range trials {
		n, d := 300+rng.IntN(400), int8Dim+rng.IntN(90)
		m := DBSCAN{MinSamples: 2 + rng.IntN(12), Metric: Metric(trial % 2), Threads: 1 + trial%3}
		x := blobs(rng, n, d, 5, 1.5)
		for i := range n {
			for j, v := range x.RawRowView(i) {
				switch trial % 6 {
				case 2:
					x.Set(i, j, v+400)
				case 4: // a few features hold nearly everything
					x.Set(i, j, v*float64(1+30*(j%60/59)))
				}
			}
		}
		var rows mat.Matrix = x
		if trial%3 == 1 {
			single := toSingle(x)
			rows, x = single, mat.DenseCopyOf(single)
		}
		p, err := newPoints(t.Context(), "", "", rows, m.Metric, 1)
		if err != nil {
			t.Fatal(err)
		}
		if b := newBall(m.Metric, 1); !b.int8Helps(p, p) {
			t.Fatal("bytes are not tried")
		}
		var all []float64
		for range 300 {
			all = append(all, p.distance(m.Metric, rng.IntN(n), p, rng.IntN(n)))
		}
		slices.Sort(all)
		m.Eps = all[30+rng.IntN(260)]
		if trial%4 == 3 {
			m.Weights = make([]float64, n)
			for i := range m.Weights {
				m.Weights[i] = float64(rng.IntN(8)) / 4
			}
		}
		r, err := m.Fit(t.Context(), rows)
		if err != nil {
			t.Fatal(err)
		}
		if want := slowDBSCAN(x, m); !slices.Equal(r.Labels, want) {
			t.Errorf("trial %d: n=%d d=%d eps=%v: labels differ from the definition", trial, n, d, m.Eps)
		}
		other := mat.NewDense(80, d, nil)
		for i := range 80 {
			for j := range d {
				other.Set(i, j, (x.At(i, j)+x.At(i+80, j))/2)
			}
		}
		got, err := r.Predict(t.Context(), other)
		if err != nil {
			t.Fatal(err)
		}
		q, err := newPoints(t.Context(), "", "", other, m.Metric, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range got {
			want := Noise
			for _, c := range r.CoreSampleIndices {
				if newBall(m.Metric, m.Eps).holds(q, i, p, c) && (want == Noise || r.Labels[c] < want) {
					want = r.Labels[c]
				}
			}
			if l != want {
				t.Errorf("trial %d: new point %d is in %d, want %d", trial, i, l, want)
			}
		}
	}
}
