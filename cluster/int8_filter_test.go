package cluster

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// TestInt8FilterChangesNothing: where bytes decide most points, every label, centre
// and bit of the inertia is what float32 products with exact decisions give:
// on groups near and far apart, far from the origin, in features of very
// different scales, with points between two centres and centres that coincide.
func TestInt8FilterChangesNothing(t *testing.T) {
	if kernel.Active() == kernel.Generic {
		t.Skip("bytes are not used in portable Go")
	}
	rng := rand.New(rand.NewPCG(17, 1))
	for trial := range 24 {
		n, d, k := 300+rng.IntN(900), int8Dim+rng.IntN(90), 2+rng.IntN(60)
		metric := Metric(trial % 2)
		x := blobs(rng, n, d, 6, []float64{0.3, 1, 4}[trial%3])
		for i := range n {
			row := x.RawRowView(i)
			for j, v := range row {
				switch trial % 6 {
				case 2:
					row[j] = v + 400
				case 4: // a few features hold nearly everything
					row[j] = v * float64(1+30*(j%60/59))
				case 5:
					row[j] = v * 0x1p-90
				}
			}
			if trial%4 == 1 && i > n/2 { // amid two others, or nearly
				for j := range row {
					row[j] = (x.At(i-n/2, j) + x.At(i-n/2+1, j)) / 2 * (1 + 1e-9*float64(i%3))
				}
			}
		}
		var rows mat.Matrix = x
		if trial%3 > 0 {
			rows = toSingle(x)
		}
		p, err := newPoints(t.Context(), "", "", rows, metric, 1)
		if err != nil {
			t.Fatal(err)
		}
		start := dense.New[float64](k, d)
		for j := range k {
			p.exact(start.Row(j), j-j%7/6) // one in seven twice
		}
		l := newLloyd(p, nil, k, 1).useInt8(12)
		if l.filter == nil {
			t.Fatalf("trial %d: bytes are not used", trial)
		}
		byBytes, err := l.run(t.Context(), start, 12, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		byProducts, err := newLloyd(p, nil, k, 1).run(t.Context(), start, 12, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(byBytes, byProducts) {
			t.Errorf("trial %d: n=%d d=%d k=%d %v: bytes change the result", trial, n, d, k, metric)
		}
		if everyPoint := newLloyd(p, nil, k, 1).runOverAll(t.Context(), t, start, 12); !reflect.DeepEqual(byBytes, everyPoint) {
			t.Errorf("trial %d: n=%d d=%d k=%d %v: bytes and bounds change the result", trial, n, d, k, metric)
		}
	}
}

// TestInt8FilterDecides: what bytes decide is the nearest centre by float64, the
// bounds that they give hold, and they leave little open of separate groups.
func TestInt8FilterDecides(t *testing.T) {
	if kernel.Active() == kernel.Generic {
		t.Skip("bytes are not used in portable Go")
	}
	rng := rand.New(rand.NewPCG(17, 2))
	for trial, spread := range []float64{0.02, 0.3, 1, 3} {
		n, d, k := 700, int8Dim+13*trial, 20
		x := toSingle(blobs(rng, n, d, k, spread))
		p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
		if err != nil {
			t.Fatal(err)
		}
		rows := dense.New[float64](k, d)
		chosen, err := plusPlus(t.Context(), p, nil, k, 1, rng)
		if err != nil {
			t.Fatal(err)
		}
		for j, i := range chosen {
			p.exact(rows.Row(j), i)
		}
		c, z := p.viewCenters(rows), newInt8Filter(p)
		c.setBytes(p)
		var s nearScratch
		var b bounds
		b.reset(n, k)
		labels := make([]int32, n)
		decided := 0
		for lo := 0; lo < n; lo += blockRows {
			block, hi := lo/blockRows, min(lo+blockRows, n)
			z.fill(block, lo, hi, &s.view)
			list := appendRange(nil, lo, hi)
			if trial%2 == 1 { // not one after another
				list = append(list[:3:3], list[5:]...)
			}
			open := map[int32]bool{}
			for _, i := range s.filter(z, block, c, list, labels, &b) {
				open[i] = true
			}
			for _, i := range list {
				if open[i] {
					continue
				}
				decided++
				arg, best, second := exactNearest(p, c, int(i))
				if int(labels[i]) != arg {
					t.Fatalf("spread %v: point %d is given centre %d, the nearest is %d", spread, i, labels[i], arg)
				}
				if u, l := b.upper[i], b.lower[i]; u < math.Sqrt(best)*p.scale || l > math.Sqrt(second)*p.scale {
					t.Fatalf("spread %v: point %d: bounds %v and %v of distances %v and %v", spread, i, u, l, math.Sqrt(best), math.Sqrt(second))
				}
			}
		}
		if spread < 0.1 && decided < n*9/10 {
			t.Errorf("spread %v: bytes decide %d of %d points", spread, decided, n)
		}
		if decided == 0 {
			t.Errorf("spread %v: bytes decide nothing", spread)
		}
	}
}

// TestLeastTwo: the least, the first of its places, and the next, of numbers of
// both signs, equal ones and one alone.
func TestLeastTwo(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for _, c := range []struct {
		x            []float32
		arg          int32
		best, second float64
	}{
		{[]float32{3}, 0, 3, inf},
		{[]float32{-3}, 0, -3, inf},
		{[]float32{3, -1}, 1, -1, 3},
		{[]float32{-1, 3}, 0, -1, 3},
		{[]float32{2, -5, -7, 4, -5.5}, 2, -7, -5.5},
		{[]float32{9, 8, 7, 6}, 3, 6, 7},
		{[]float32{1, 2, 1}, 0, 1, 1},
		{[]float32{float32(inf), 5}, 1, 5, inf},
	} {
		arg, best, second := leastTwo(c.x)
		if arg != c.arg || best != c.best || second != c.second {
			t.Errorf("%v: %d, %v, %v; want %d, %v, %v", c.x, arg, best, second, c.arg, c.best, c.second)
		}
	}
}

// TestSumsInPassing: sums that are made while the points pass by, of more runs of
// rows than one, are the same to the last bit for any number of threads, and
// those of the definition; so are labels by bytes.
func TestSumsInPassing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(17, 3))
	n, d, k := 5003, int8Dim, 7
	x := toSingle(blobs(rng, n, d, k, 1))
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = float64(rng.IntN(5)) / 3
	}
	p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	start := dense.New[float64](k, d)
	for j := range k {
		p.exact(start.Row(j), j)
	}
	var first []float64
	for _, threads := range []int{1, 2, 5} {
		for _, weights := range [][]float64{weights, nil} {
			l := newLloyd(p, weights, k, threads)
			if !l.streams() || n <= 2*l.runRows() {
				t.Fatal("one run of rows, or none")
			}
			if err := l.label(t.Context(), p.viewCenters(start).rows, true); err != nil {
				t.Fatal(err)
			}
			passing := slices.Clone(l.sums.Data)
			want := make([]float64, k*d)
			for i, c := range l.labels {
				p.addTo(want[int(c)*d:][:d], i, l.weight(i))
			}
			for i, v := range passing {
				if math.Abs(v-want[i]) > 1e-11*float64(n) {
					t.Fatalf("%d threads: sum %d of centre %d is %v, want %v", threads, i%d, i/d, v, want[i])
				}
			}
			if err := l.sum(t.Context(), true); err != nil || !slices.Equal(l.sums.Data, passing) {
				t.Fatalf("sums made in passing are made anew: %v", err)
			}
			if err := l.sum(t.Context(), true); err != nil || !slices.Equal(l.sums.Data, passing) {
				t.Errorf("%d threads: sums of all points alone are other ones than in passing (%v)", threads, err)
			}
			if weights != nil {
				continue
			}
			if first == nil {
				first = passing
			} else if !slices.Equal(first, passing) {
				t.Errorf("%d threads give other sums", threads)
			}
		}
	}
	var runs []*lloydRun
	for _, threads := range []int{1, 2, 5} {
		r, err := newLloyd(p, weights, k, threads).useInt8(9).run(t.Context(), start, 9, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		if runs = append(runs, r); !reflect.DeepEqual(r, runs[0]) {
			t.Errorf("%d threads give another result", threads)
		}
	}
}
