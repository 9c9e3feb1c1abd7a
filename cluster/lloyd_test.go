package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// slowLloyd is Lloyd's algorithm as it is written in books, in float64.
func slowLloyd(x, start *mat.Dense, w []float64, rounds int, cosine bool) (labels []int, centers *mat.Dense) {
	n, d := x.Dims()
	k, _ := start.Dims()
	centers = mat.DenseCopyOf(start)
	labels = make([]int, n)
	assign := func() {
		for i := range n {
			best := math.Inf(1)
			for j := range k {
				s := 0.0
				for f := range d {
					s += (x.At(i, f) - centers.At(j, f)) * (x.At(i, f) - centers.At(j, f))
				}
				if s < best {
					best, labels[i] = s, j
				}
			}
		}
	}
	for range rounds {
		assign()
		sums, mass := mat.NewDense(k, d, nil), make([]float64, k)
		for i, j := range labels {
			mass[j] += w[i]
			for f := range d {
				sums.Set(j, f, sums.At(j, f)+w[i]*x.At(i, f))
			}
		}
		for j := range k {
			size := mass[j]
			if cosine {
				size = mat.Norm(sums.RowView(j), 2)
			}
			if size == 0 {
				continue
			}
			for f := range d {
				centers.Set(j, f, sums.At(j, f)/size)
			}
		}
	}
	assign()
	return labels, centers
}

func TestLloydAgainstDefinition(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for trial := range sized(40, 8) {
		n, d, k := 50+rng.IntN(sized(1500, 700)), 1+rng.IntN(70), 1+rng.IntN(40)
		var x *mat.Dense
		m := KMeans{MaxIter: 1 + rng.IntN(12), Tol: -1, Threads: 1 + trial%3, Metric: Metric(trial % 2)}
		if m.Metric == Cosine {
			x = sphere(rng, n, d, 5, 1)
		} else {
			x = blobs(rng, n, d, 5, 1)
			if trial%4 == 0 { // far from the origin: the view has to move
				for i := range n {
					for f := range d {
						x.Set(i, f, x.At(i, f)+1000)
					}
				}
			}
		}
		single := toSingle(x)
		if trial%3 > 0 {
			x = mat.DenseCopyOf(single)
			if m.Metric == Cosine {
				for i := range n {
					r := x.RowView(i).(*mat.VecDense)
					r.ScaleVec(1/mat.Norm(r, 2), r)
				}
			}
		}
		start := mat.DenseCopyOf(x.Slice(0, k, 0, d))
		w := make([]float64, n)
		for i := range w {
			w[i] = 0.5 + rng.Float64()
		}
		m.Centers, m.Weights = start, w
		labels, centers := slowLloyd(x, start, w, m.MaxIter, m.Metric == Cosine)
		counts := make([]int, k)
		for _, l := range labels {
			counts[l]++
		}
		if slices.Contains(counts, 0) {
			continue // refilled centres are covered by the goldens' semantics
		}
		var in mat.Matrix = x
		if trial%3 > 0 {
			in = single
		}
		r, err := m.Fit(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(r.Labels, labels) {
			t.Fatalf("trial %d: n=%d d=%d k=%d: labels differ from the definition", trial, n, d, k)
		}
		if !mat.EqualApprox(r.Centers, centers, 1e-7*(1+mat.Max(centers))) {
			t.Fatalf("trial %d: centres differ", trial)
		}
		inertia := 0.0
		for i, l := range labels {
			for f := range d {
				v := x.At(i, f) - centers.At(l, f)
				inertia += w[i] * v * v
			}
		}
		if m.Metric == Cosine {
			inertia /= 2
		}
		if !near(r.Inertia, inertia, 1e-7) {
			t.Fatalf("trial %d: inertia %v, want %v", trial, r.Inertia, inertia)
		}
	}
}

// runOverAll is run without tolerance, in which every round looks at all points
// by float32 products.
func (l *lloyd) runOverAll(ctx context.Context, t testing.TB, start dense.Rows[float64], maxRounds int) *lloydRun {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	now, next := dense.New[float64](l.k, l.p.d), dense.New[float64](l.k, l.p.d)
	copy(now.Data, start.Data)
	label := func() {
		c := l.p.viewCenters(now)
		must(eachBlock(ctx, l.p.n, blockRows, l.threads, func(worker, block, lo, hi int) { l.labelBlock(worker, block, lo, hi, c, true) }))
	}
	must(l.label(ctx, now, true))
	for rounds := 1; ; rounds++ {
		must(l.move(ctx, now, next, rounds == 1))
		now, next = next, now
		same := rounds > 1 && slices.Equal(l.labels, l.last)
		copy(l.last, l.labels)
		still := l.bounds.moved(now, next, l.p.scale) <= 0
		if !same {
			label()
		}
		if same || still || rounds == maxRounds {
			inertia, err := l.finalInertia(ctx, now)
			must(err)
			return &lloydRun{centers: now, labels: slices.Clone(l.labels), inertia: inertia, rounds: rounds}
		}
	}
}

// TestBoundsChangeNothing: rounds that look only at the points whose bounds leave
// their centre open end as those do that look at all points, to the last bit.
func TestBoundsChangeNothing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(13, 4))
	for _, c := range []struct {
		n, d, k int
		metric  Metric
	}{{3000, 2, 60, Euclidean}, {2000, 1, 30, Euclidean}, {2000, 24, 40, Euclidean}, {1500, 40, 7, Cosine}, {900, 5, 120, Cosine}} {
		x := blobs(rng, c.n, c.d, 9, 1)
		for _, rows := range []mat.Matrix{x, toSingle(x)} {
			p, err := newPoints(t.Context(), "", "", rows, c.metric, 1)
			if err != nil {
				t.Fatal(err)
			}
			start := dense.New[float64](c.k, c.d)
			for j := range c.k {
				p.exact(start.Row(j), j)
			}
			bounded, all := newLloyd(p, nil, c.k, 1), newLloyd(p, nil, c.k, 1)
			got, err := bounded.run(t.Context(), start, 60, 0, nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := all.runOverAll(t.Context(), t, start, 60); !reflect.DeepEqual(got, want) {
				t.Errorf("n=%d d=%d k=%d %v: bounds change the result", c.n, c.d, c.k, c.metric)
			}
			if some, of := len(bounded.scratch[0].list), len(all.scratch[0].list); some >= of {
				t.Errorf("n=%d d=%d k=%d %v: bounds spared no point in the last block: %d looked at of %d", c.n, c.d, c.k, c.metric, some, of)
			}
		}
	}
}

// TestInitMethods compares the starts by what they are for: how low the inertia
// gets. Each has to beat random points by far on well separated groups, over
// many seeds.
func TestInitMethods(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs for one number")
	}
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 6))
	const k = 30
	x := blobs(rng, 3000, 8, k, 0.05)
	mean := func(init InitMethod) float64 {
		s := 0.0
		for seed := range uint64(20) {
			r, err := KMeans{K: k, Init: init, NInit: 1, MaxIter: 3, Seed: seed}.Fit(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			s += r.Inertia
		}
		return s / 20
	}
	random, plus, parallel := mean(Random), mean(PlusPlus), mean(Parallel)
	if plus > random/20 || parallel > random/20 {
		t.Errorf("mean inertia: random %v, k-means++ %v, k-means|| %v", random, plus, parallel)
	}
}

// TestPlusPlusDraws checks the distribution that the second centre is drawn
// from, in one dimension with points at 0 (many), 1 and 3: with two trials the
// one of lower inertia wins.
func TestPlusPlusDraws(t *testing.T) {
	if testing.Short() {
		t.Skip("many runs of one goroutine")
	}
	t.Parallel()
	x := mat.NewDense(4, 1, []float64{0, 0, 1, 3})
	p, err := newPoints(t.Context(), "", "", x, Euclidean, 1)
	if err != nil {
		t.Fatal(err)
	}
	const runs = 20000
	var third int
	given := 0
	for seed := range uint64(runs) {
		c, err := plusPlus(t.Context(), p, nil, 2, 1, rand.New(rand.NewPCG(seed, 9)))
		if err != nil {
			t.Fatal(err)
		}
		if c[0] > 1 {
			continue
		}
		// From 0: distances² 0, 0, 1, 9. Two draws choose 3 unless both are 1.
		given++
		if c[1] == 3 {
			third++
		}
	}
	want := 1 - 0.1*0.1
	if got := float64(third) / float64(given); math.Abs(got-want) > 0.005 {
		t.Errorf("the far point was taken in %v of the runs, want %v", got, want)
	}
}
