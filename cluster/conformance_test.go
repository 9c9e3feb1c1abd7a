package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// fitter is one way to use the package, for the tests that all have to pass.
type fitter struct {
	name string
	// make returns it with K clusters, if it takes K, for so many goroutines.
	make func(k, threads int) Clusterer
	// takesK: K says how many clusters; others find out.
	takesK bool
	// cosine: rows of zeros are refused.
	cosine bool
	// splitsTwins: points at the same place may get different labels, where K is
	// more than there are different points.
	splitsTwins bool
	// exact: it finds groups that are far apart as they are.
	exact bool
	// least is the number of points it needs, besides K.
	least int
}

// estimators lists every fitter with every metric, start and linkage; in short mode
// less of what differs only in single numbers that one goroutine works out.
func estimators() []fitter {
	var list []fitter
	for _, metric := range []Metric{Euclidean, Cosine} {
		cosine := metric == Cosine
		add := func(name string, make func(k, threads int) Clusterer) {
			list = append(list, fitter{name: name + "/" + metric.String(), make: make, takesK: true, exact: true, cosine: cosine})
		}
		for init, name := range map[InitMethod]string{PlusPlus: "k-means++", Parallel: "k-means||", Random: "random"} {
			add("KMeans/"+name, func(k, threads int) Clusterer {
				return KMeans{K: k, Init: init, NInit: 5, Seed: 7, Metric: metric, Threads: threads}
			})
		}
		add("MiniBatchKMeans", func(k, threads int) Clusterer {
			return MiniBatchKMeans{K: k, NInit: 3, BatchSize: 200, Seed: 7, Metric: metric, Threads: threads}
		})
		add("BisectingKMeans", func(k, threads int) Clusterer {
			return BisectingKMeans{K: k, NInit: 3, Seed: 7, Metric: metric, Threads: threads}
		})
		add("BisectingKMeans/largest", func(k, threads int) Clusterer {
			return BisectingKMeans{K: k, NInit: 3, SplitLargest: true, Seed: 7, Metric: metric, Threads: threads}
		})
	}
	for _, metric := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev} {
		cosine := metric == Cosine
		radius := map[Metric]float64{Euclidean: 1, Cosine: 0.01, Manhattan: 2, Chebyshev: 0.6}[metric]
		add := func(e fitter, name string) {
			e.name, e.cosine = name+"/"+metric.String(), cosine
			list = append(list, e)
		}
		add(fitter{exact: true, make: func(_, threads int) Clusterer {
			return DBSCAN{Eps: radius, MinSamples: 4, Metric: metric, Threads: threads}
		}}, "DBSCAN")
		selections, linkages := []Selection{ExcessOfMass, Leaf}, []Linkage{Average, Ward, Complete, Single}
		if testing.Short() && metric > Euclidean {
			selections, linkages = selections[:1], linkages[:1]
		}
		for _, selection := range selections {
			add(fitter{least: 4, make: func(_, threads int) Clusterer {
				return HDBSCAN{MinClusterSize: 8, MinSamples: 4, Selection: selection, Metric: metric, Threads: threads}
			}}, "HDBSCAN/"+selection.String())
		}
		for _, linkage := range linkages {
			if linkage == Ward && metric != Euclidean {
				continue
			}
			add(fitter{takesK: true, exact: true, splitsTwins: true, make: func(k, threads int) Clusterer {
				return Agglomerative{K: k, Linkage: linkage, Metric: metric, Threads: threads}
			}}, "Agglomerative/"+linkage.String())
		}
	}
	slices.SortFunc(list, func(a, b fitter) int { return bytes.Compare([]byte(a.name), []byte(b.name)) })
	return list
}

func eachEstimator(t *testing.T, f func(t *testing.T, e fitter)) {
	for _, e := range estimators() {
		t.Run(e.name, func(t *testing.T) { f(t, e) })
	}
}

// apart are n points around k centres that no fitter can mistake, in
// directions that differ too, and the centre of each.
func apart(n, d, k int) (x *mat.Dense, group []int) {
	rng := rand.New(rand.NewPCG(21, 5))
	x, group = mat.NewDense(n, d, nil), make([]int, n)
	for i := range n {
		group[i] = rng.IntN(k)
		for j := range d {
			v := 0.1 * rng.NormFloat64()
			if j == group[i]%d {
				v += 10 * (1 + float64(group[i]/d))
			}
			x.Set(i, j, v)
		}
	}
	return x, group
}

// everything is all that a result says, to the last bit.
func everything(p Partition) []byte {
	matrix := func(x *mat.Dense) []float64 { return x.RawMatrix().Data }
	switch r := p.(type) {
	case *KMeansResult:
		return fmt.Appendf(nil, "%v %b %b %v", r.Labels, matrix(r.Centers), r.Inertia, r.NIter)
	case *DBSCANResult:
		return fmt.Appendf(nil, "%v %v %v", r.Labels, r.CoreSampleIndices, r.Clusters)
	case *HDBSCANResult:
		return fmt.Appendf(nil, "%v %b %b %b %b %b", r.Labels, r.Probabilities, r.OutlierScores, r.Persistence, r.CoreDistances, r.Births)
	case *AgglomerativeResult:
		out := fmt.Appendf(nil, "%v %v", r.Labels, r.Clusters)
		for _, m := range r.Merges {
			out = fmt.Appendf(out, " %d %d %b %d", m.A, m.B, m.Distance, m.Size)
		}
		return out
	}
	panic(fmt.Sprintf("what does a %T say?", p))
}

// TestConformSameBytes: the same seed gives the same bytes, for any number of
// threads, whether the matrix is float64 or float32 rows.
func TestConformSameBytes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 9))
	wide := blobs(rng, sized(1500, 600), 12, 6, 0.8)
	inputs := map[string]mat.Matrix{"float64": wide, "float32": toSingle(wide), "2 features": blobs(rng, sized(700, 300), 2, 5, 0.3)}
	eachEstimator(t, func(t *testing.T, e fitter) {
		for name, x := range inputs {
			var first []byte
			for _, threads := range threadCounts() {
				p, err := e.make(6, threads).Cluster(t.Context(), x)
				if err != nil {
					t.Fatal(err)
				}
				if all := everything(p); first == nil {
					first = all
				} else if !bytes.Equal(all, first) {
					t.Errorf("%s: %d threads give another result", name, threads)
				}
			}
		}
	})
}

// onlyAt hides that a matrix holds rows.
type onlyAt struct{ x mat.Matrix }

func (m onlyAt) Dims() (r, c int)    { return m.x.Dims() }
func (m onlyAt) At(i, j int) float64 { return m.x.At(i, j) }
func (m onlyAt) T() mat.Matrix       { return mat.Transpose{Matrix: m} }

// TestConformAnyMatrix: it does not matter how a matrix holds its numbers.
func TestConformAnyMatrix(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(2, 9))
	x := blobs(rng, 300, 9, 4, 0.8)
	wide := mat.NewDense(300, 11, nil)
	wide.Slice(0, 300, 1, 10).(*mat.Dense).Copy(x)
	eachEstimator(t, func(t *testing.T, e fitter) {
		want, err := e.make(4, 1).Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for name, other := range map[string]mat.Matrix{"At": onlyAt{x}, "slice": wide.Slice(0, 300, 1, 10), "transpose": mat.DenseCopyOf(x.T()).T()} {
			got, err := e.make(4, 1).Cluster(t.Context(), other)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(everything(got), everything(want)) {
				t.Errorf("%s: another result", name)
			}
		}
	})
}

// TestConformPermutation: the order of the rows does not matter.
func TestConformPermutation(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 9))
	check := func(t *testing.T, e fitter, k int, x *mat.Dense) (labels []int) {
		n, d := x.Dims()
		order := rng.Perm(n)
		y := mat.NewDense(n, d, nil)
		for i, o := range order {
			y.SetRow(i, x.RawRowView(o))
		}
		p, err := e.make(k, 2).Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		q, err := e.make(k, 2).Cluster(t.Context(), y)
		if err != nil {
			t.Fatal(err)
		}
		a, b := p.Assignments(), make([]int, n)
		for i, o := range order {
			b[o] = q.Assignments()[i]
		}
		if r, ok := p.(*DBSCANResult); ok { // the rest is by order
			cores := r.CoreSampleIndices
			if diff := partitionDiff(at(a, cores), at(b, cores)); diff > 0 {
				t.Errorf("%d core points change sides", diff)
			}
			for i := range a {
				if (a[i] == Noise) != (b[i] == Noise) {
					t.Errorf("point %d is noise in one order only", i)
				}
			}
		} else if diff := partitionDiff(a, b); diff > 0 {
			t.Errorf("%d points change sides", diff)
		}
		return a
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		x, group := apart(sized(600, 300), 7, 5)
		labels := check(t, e, 5, x)
		if diff := partitionDiff(labels, group); diff > 0 && e.exact {
			t.Errorf("%d points are not with their group", diff)
		}
		if !e.takesK || e.splitsTwins { // no random start: any points will do
			check(t, e, 4, blobs(rng, sized(500, 300), 6, 4, 1))
			check(t, e, 4, blobs(rng, sized(500, 300), 2, 4, 0.6))
		}
	})
}

func at(labels, rows []int) []int {
	out := make([]int, len(rows))
	for k, i := range rows {
		out[k] = labels[i]
	}
	return out
}

// TestConformPredict: predicting the fitted points gives their labels, also
// where many distances are equal; labels count up from 0 and none is unused.
func TestConformPredict(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 9))
	lattice := mat.NewDense(300, 2, nil) // many ties and twins
	for i := range 300 {
		lattice.SetRow(i, []float64{1 + float64(rng.IntN(12)), 1 + float64(rng.IntN(12))})
	}
	deep := mat.NewDense(300, 5, nil)
	for i := range 300 {
		for j := range 5 {
			deep.Set(i, j, float64(1+rng.IntN(3)))
		}
	}
	far := blobs(rng, 300, 6, 4, 0.5) // the view has to move
	for i := range 300 {
		for j, v := range far.RawRowView(i) {
			far.Set(i, j, v+5000)
		}
	}
	wide := blobs(rng, sized(800, 300), 20, 6, 1)
	inputs := map[string]mat.Matrix{"lattice": lattice, "lattice in 5": deep, "far": far, "float64": wide, "float32": toSingle(wide)}
	if testing.Short() {
		t.Log("short: the lattice and float32 rows only")
		inputs = map[string]mat.Matrix{"lattice": lattice, "float32": toSingle(wide)}
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		for name, x := range inputs {
			p, err := e.make(6, 2).Cluster(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			labels := p.Assignments()
			checkRange(t, name, labels, p.NumClusters(), true)
			again, err := p.Predict(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			for i := range labels {
				if labels[i] != again[i] {
					t.Errorf("%s: point %d is in %d, predicted %d", name, i, labels[i], again[i])
					break
				}
			}
			// New points never leave the fitted labels.
			_, d := x.Dims()
			other := blobs(rng, 50, d, 3, 3)
			labels, err = p.Predict(t.Context(), other)
			if err != nil {
				t.Fatal(err)
			}
			checkRange(t, name, labels, p.NumClusters(), false)
			// One at a time they get what they get together.
			for i := range 5 {
				one, err := p.Predict(t.Context(), other.Slice(i, i+1, 0, d))
				if err != nil {
					t.Fatal(err)
				}
				if one[0] != labels[i] {
					t.Errorf("%s: new point %d is in %d, alone in %d", name, i, labels[i], one[0])
				}
			}
		}
	})
}

func checkRange(t *testing.T, name string, labels []int, clusters int, all bool) {
	t.Helper()
	used := make([]bool, clusters)
	for i, l := range labels {
		if l < Noise || l >= clusters {
			t.Fatalf("%s: point %d has label %d of %d clusters", name, i, l, clusters)
		}
		if l != Noise {
			used[l] = true
		}
	}
	if all && slices.Contains(used, false) {
		t.Errorf("%s: of %d clusters some have no points", name, clusters)
	}
}

// TestConformTwins: each point many times over is the same as once, as far as
// that can be; points at the same place stay together.
func TestConformTwins(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(5, 9))
	const times = 9
	once := blobs(rng, 40, 6, 4, 0.3)
	x := mat.NewDense(40*times, 6, nil)
	for i := range 40 * times {
		x.SetRow(i, once.RawRowView(i%40))
	}
	same := mat.NewDense(30, 6, nil)
	for i := range 30 {
		same.SetRow(i, once.RawRowView(0))
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		p, err := e.make(4, 2).Cluster(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range p.Assignments() {
			if first := p.Assignments()[i%40]; l != first {
				t.Fatalf("point %d is in %d, the same point %d in %d", i, l, i%40, first)
			}
		}
		// Nothing but one point, 30 times.
		p, err = e.make(3, 2).Cluster(t.Context(), same)
		if err != nil {
			t.Fatal(err)
		}
		labels, err := p.Predict(t.Context(), same)
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range p.Assignments() {
			if l < Noise || l >= p.NumClusters() {
				t.Fatalf("label %d of %d clusters", l, p.NumClusters())
			}
			if !e.splitsTwins && (l != p.Assignments()[0] || l != labels[i]) {
				t.Fatalf("30 times the same point: point %d is in %d, predicted %d, point 0 in %d", i, l, labels[i], p.Assignments()[0])
			}
		}
	})
}

// TestConformSizes: one point, as many clusters as points, more than points.
func TestConformSizes(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 9))
	eachEstimator(t, func(t *testing.T, e fitter) {
		for _, d := range []int{1, 2, 5} {
			one := blobs(rng, 1, d, 1, 1)
			p, err := e.make(1, 2).Cluster(t.Context(), one)
			switch {
			case e.least > 1:
				if !errors.Is(err, ErrTooFewPoints) {
					t.Errorf("one point: %v, want ErrTooFewPoints", err)
				}
				continue
			case err != nil:
				t.Fatal(err)
			case e.takesK && p.Assignments()[0] != 0, !e.takesK && p.Assignments()[0] != Noise:
				t.Errorf("one point has label %d", p.Assignments()[0])
			}
			if again, err := p.Predict(t.Context(), one); err != nil || again[0] != p.Assignments()[0] {
				t.Errorf("one point: predicted %v, %v", again, err)
			}
		}
		if !e.takesK {
			return
		}
		for _, n := range []int{2, 17} {
			x := blobs(rng, n, 5, 3, 1)
			p, err := e.make(n, 2).Cluster(t.Context(), x)
			if err != nil {
				t.Fatal(err)
			}
			seen := slices.Clone(p.Assignments())
			slices.Sort(seen)
			if len(slices.Compact(seen)) != n && e.name != "MiniBatchKMeans/euclidean" && e.name != "MiniBatchKMeans/cosine" {
				t.Errorf("k = n = %d: labels %v", n, p.Assignments())
			}
			if r, ok := p.(*KMeansResult); ok && !(r.Inertia >= 0 && !math.IsInf(r.Inertia, 1)) {
				t.Errorf("k = n = %d: inertia %v", n, r.Inertia)
			}
			_, err = e.make(n+1, 2).Cluster(t.Context(), x)
			var few *TooFewPointsError
			if !errors.As(err, &few) || few.Got != n || few.Want != n+1 {
				t.Errorf("k = %d of %d points: %v", n+1, n, err)
			}
		}
	})
}

// TestConformBadValues: NaN, infinities, rows of zeros, nothing at all; when
// fitting and when predicting, in float64 and in float32.
func TestConformBadValues(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 9))
	good := blobs(rng, 60, 4, 3, 0.5)
	with := func(row int, values ...float64) *mat.Dense { return withRow(good, row, values...) }
	cases := []struct {
		name     string
		x        mat.Matrix
		want     error
		row, col int
	}{
		{"NaN", with(40, 1, math.NaN()), ErrNotFinite, 40, 1},
		{"+Inf", with(59, 1, 1, 1, math.Inf(1)), ErrNotFinite, 59, 3},
		{"-Inf", with(0, math.Inf(-1)), ErrNotFinite, 0, 0},
		{"float32 NaN", toSingle(with(40, 1, math.NaN())), ErrNotFinite, 40, 1},
		{"zeros", with(33, 0, 0, 0, 0), ErrZeroRow, 33, -1},
		{"float32 zeros", toSingle(with(33, 0, 0, 0, 0)), ErrZeroRow, 33, -1},
		{"nil", nil, ErrEmpty, 0, 0},
		{"empty", &mat.Dense{}, ErrEmpty, 0, 0},
		{"float32 empty", dense.Matrix{Rows: dense.New[float32](0, 4)}, ErrEmpty, 0, 0},
		{"no features", dense.Matrix{Rows: dense.New[float32](5, 0)}, ErrEmpty, 0, 0},
	}
	eachEstimator(t, func(t *testing.T, e fitter) {
		fitted, err := e.make(3, 2).Cluster(t.Context(), good)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			want := c.want
			if errors.Is(want, ErrZeroRow) && !e.cosine {
				want = nil
			}
			check := func(how string, err error) {
				if !errors.Is(err, want) {
					t.Errorf("%s, %s: %v, want %v", c.name, how, err, want)
				}
				var v *ValueError
				if (errors.Is(want, ErrNotFinite) || errors.Is(want, ErrZeroRow)) && (!errors.As(err, &v) || v.Row != c.row || v.Col != c.col) {
					t.Errorf("%s, %s: %v, want row %d, column %d", c.name, how, err, c.row, c.col)
				}
			}
			p, err := e.make(3, 2).Cluster(t.Context(), c.x)
			check("fit", err)
			if err != nil && p != nil {
				t.Errorf("%s: a result beside an error: %T", c.name, p)
			}
			labels, err := fitted.Predict(t.Context(), c.x)
			check("predict", err)
			if err != nil && labels != nil {
				t.Errorf("%s: labels beside an error", c.name)
			}
		}
		_, err = fitted.Predict(t.Context(), blobs(rng, 5, 3, 1, 1))
		var shape *ShapeError
		if !errors.As(err, &shape) || shape.Got != 3 || shape.Want != 4 {
			t.Errorf("predict with 3 features of 4: %v", err)
		}
	})
}

// TestConformRanges: values of any size that float64 can square, without
// overflow or loss of what parts them.
func TestConformRanges(t *testing.T) {
	t.Parallel()
	x, group := apart(200, 5, 4)
	eachEstimator(t, func(t *testing.T, e fitter) {
		for _, scale := range []float64{1e-30, 1e-3, 1e30} {
			y := mat.NewDense(200, 5, nil)
			y.Scale(scale, x)
			p, err := e.make(4, 2).Cluster(t.Context(), y)
			if err != nil {
				t.Fatal(err)
			}
			if e.takesK || e.exact && e.cosine {
				if diff := partitionDiff(p.Assignments(), group); diff > 0 {
					t.Errorf("times %v: %d points are not with their group", scale, diff)
				}
			}
			again, err := p.Predict(t.Context(), y)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(again, p.Assignments()) {
				t.Errorf("times %v: predicted otherwise than fitted", scale)
			}
		}
	})
}

// tripping is a context that ends when it has been asked so many times, so that
// a fit is stopped midway whatever the machine.
type tripping struct {
	context.Context
	left atomic.Int64
	trip func()
}

func (c *tripping) Err() error {
	if c.left.Add(-1) == 0 {
		c.trip()
	}
	return c.Context.Err()
}

// TestConformCancelled: a cancelled context stops before and during the work,
// with its cause.
func TestConformCancelled(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(8, 9))
	small := blobs(rng, 60, 4, 3, 0.5)
	k := sized(300, 60)
	large := blobs(rng, sized(12000, 1200), 24, k, 2)
	boom := errors.New("boom")
	eachEstimator(t, func(t *testing.T, e fitter) {
		fitted, err := e.make(3, 2).Cluster(t.Context(), small)
		if err != nil {
			t.Fatal(err)
		}
		for _, threads := range []int{1, 2} {
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(boom)
			if p, err := e.make(3, threads).Cluster(ctx, small); !errors.Is(err, boom) || p != nil {
				t.Errorf("%d threads: fit: %v, %v, want no result and the cause", threads, p, err)
			}
			if labels, err := fitted.Predict(ctx, small); !errors.Is(err, boom) || labels != nil {
				t.Errorf("%d threads: predict: %d labels, %v, want none and the cause", threads, len(labels), err)
			}
			ctx, cancel = context.WithCancelCause(t.Context())
			midway := &tripping{Context: ctx, trip: func() { cancel(boom) }}
			midway.left.Store(2)
			if p, err := e.make(k, threads).Cluster(midway, large); !errors.Is(err, boom) || p != nil {
				t.Errorf("%d threads: fit, cancelled midway: %v, want the cause", threads, err)
			}
			if midway.left.Load() > 0 {
				t.Errorf("%d threads: the context was asked only %d times", threads, 2-midway.left.Load())
			}
			cancel(nil)
		}
	})
}
