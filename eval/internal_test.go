package eval

import (
	"encoding/json"
	"math"
	prng "math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
)

// slowDBCV follows the paper step by step, with full matrices and no
// logarithms, for few points and features.
func slowDBCV(x *mat.Dense, labels []int) float64 {
	n, d := x.Dims()
	dist := func(i, j int) float64 {
		var s float64
		for k := range d {
			s += math.Pow(x.At(i, k)-x.At(j, k), 2)
		}
		return math.Sqrt(s)
	}
	members := map[int][]int{}
	for i, l := range labels {
		if l != Noise {
			members[l] = append(members[l], i)
		}
	}
	core := make([]float64, n)
	for _, m := range members {
		for _, i := range m {
			var s float64
			for _, j := range m {
				if i != j {
					s += math.Pow(1/dist(i, j), float64(d))
				}
			}
			core[i] = math.Pow(s/float64(len(m)-1), -1/float64(d))
		}
	}
	reach := func(i, j int) float64 { return max(core[i], core[j], dist(i, j)) }
	inner, sparse := map[int][]int{}, map[int]float64{}
	for l, m := range members {
		// Kruskal: take the shortest edge that joins two parts, until all is one.
		part := map[int]int{}
		for _, i := range m {
			part[i] = i
		}
		type edge struct{ i, j int }
		var tree []edge
		for len(tree) < len(m)-1 {
			best, plain, bi, bj := math.Inf(1), math.Inf(1), -1, -1
			for _, i := range m {
				for _, j := range m {
					if r, d := reach(i, j), dist(i, j); part[i] != part[j] && (r < best || r == best && d < plain) {
						best, plain, bi, bj = r, d, i, j
					}
				}
			}
			tree = append(tree, edge{bi, bj})
			from, to := part[bi], part[bj]
			for _, i := range m {
				if part[i] == from {
					part[i] = to
				}
			}
		}
		degree := map[int]int{}
		for _, e := range tree {
			degree[e.i]++
			degree[e.j]++
		}
		for _, i := range m {
			if degree[i] > 1 {
				inner[l] = append(inner[l], i)
			}
		}
		any, longest := 0.0, -1.0
		for _, e := range tree {
			any = max(any, reach(e.i, e.j))
			if degree[e.i] > 1 && degree[e.j] > 1 {
				longest = max(longest, reach(e.i, e.j))
			}
		}
		if longest < 0 {
			longest = any
		}
		if inner[l] == nil {
			inner[l] = m
		}
		sparse[l] = longest
	}
	var total float64
	for l, m := range members {
		apart := math.Inf(1)
		for o := range members {
			if o == l {
				continue
			}
			for _, i := range inner[l] {
				for _, j := range inner[o] {
					apart = min(apart, reach(i, j))
				}
			}
		}
		total += float64(len(m)) / float64(n) * (apart - sparse[l]) / max(apart, sparse[l])
	}
	return total
}

func TestDBCVAgainstDefinition(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(1, 2))
	for round := range 20 {
		n, k := 30+r.IntN(40), 2+r.IntN(3)
		x := mat.NewDense(n, 2, nil)
		labels := make([]int, n)
		for i := range n {
			labels[i] = i%(k+1) - 1
			x.Set(i, 0, float64(3*labels[i])+r.NormFloat64())
			x.Set(i, 1, r.NormFloat64())
		}
		got, err := DBCV(x, labels, Euclidean)
		if err != nil {
			t.Fatal(err)
		}
		if want := slowDBCV(x, labels); math.Abs(got-want) > 1e-9 {
			t.Errorf("round %d: got %v, want %v", round, got, want)
		}
	}
}

// TestDBCVPrefersTheRightShape: two half moons, cut right and cut by KMeans'
// straight line.
func TestDBCVPrefersTheRightShape(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(3, 4))
	const n = 400
	x := mat.NewDense(n, 2, nil)
	moon, halves := make([]int, n), make([]int, n)
	for i := range n {
		a := math.Pi * r.Float64()
		px, py := math.Cos(a), math.Sin(a)
		if i%2 == 1 {
			px, py, moon[i] = 1-px, 0.5-py, 1
		}
		x.SetRow(i, []float64{px + 0.03*r.NormFloat64(), py + 0.03*r.NormFloat64()})
		if x.At(i, 0) > 0.5 {
			halves[i] = 1
		}
	}
	right, err := DBCV(x, moon, Euclidean)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := DBCV(x, halves, Euclidean)
	if err != nil {
		t.Fatal(err)
	}
	if right < 0.4 || wrong > -0.4 {
		t.Errorf("DBCV of the moons is %v, of their halves %v", right, wrong)
	}
	sRight, _ := Silhouette(x, moon, Euclidean)
	sWrong, _ := Silhouette(x, halves, Euclidean)
	if sRight > sWrong {
		t.Errorf("the silhouette (%v, %v) was expected to fail here", sRight, sWrong)
	}
	// With hundreds of features the powers of the definition leave float64.
	wide := mat.NewDense(40, 400, nil)
	labels := make([]int, 40)
	for i := range 40 {
		labels[i] = i % 2
		for j := range 400 {
			wide.Set(i, j, 0.01*r.NormFloat64()+float64((labels[i]+j)%2))
		}
	}
	for _, m := range []Metric{Euclidean, Cosine, Manhattan, Chebyshev} {
		if v, err := DBCV(wide, labels, m); err != nil || math.IsNaN(v) || v < 0.9 {
			t.Errorf("DBCV (%v) of well separated clusters with 400 features is %v, %v", m, v, err)
		}
	}
}

func TestDunnByHand(t *testing.T) {
	t.Parallel()
	// Two clusters 0..1 and 4..6 on a line: apart 3, widest 2.
	x := mat.NewDense(5, 1, []float64{0, 1, 4, 5, 6})
	labels := []int{0, 0, 1, 1, 1}
	for _, m := range []Metric{Euclidean, Manhattan, Chebyshev} {
		if v, err := Dunn(x, labels, m); err != nil || v != 1.5 {
			t.Errorf("%v: got %v, %v, want 1.5", m, v, err)
		}
	}
	if v, err := Dunn(mat.NewDense(4, 1, []float64{0, 0, 1, 1}), []int{0, 0, 1, 1}, Euclidean); err != nil || !math.IsInf(v, 1) {
		t.Errorf("points: got %v, %v", v, err)
	}
	if v, err := Dunn(mat.NewDense(4, 1, nil), []int{0, 0, 1, 1}, Euclidean); err != nil || v != 0 {
		t.Errorf("all the same: got %v, %v", v, err)
	}
}

func TestReportBothWays(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(9, 9))
	const n = 200
	f := dense.New[float32](n, 6)
	labels, truth := make([]int, n), make([]int, n)
	for i := range n {
		truth[i] = i % 4
		labels[i] = truth[i] - 1 // the first class as noise
		for j := range 6 {
			f.Row(i)[j] = float32(r.NormFloat64() + 4*float64(truth[i]*(j%3)))
		}
	}
	x := dense.Matrix{Rows: f}
	got, err := Scorer{Full: true}.Report(t.Context(), x, labels, truth)
	if err != nil {
		t.Fatal(err)
	}
	if got.Points != n || got.Clusters != 3 || got.NoiseShare != 0.25 || got.Undefined != nil {
		t.Errorf("got %+v", got)
	}
	if got.ARI != 1 {
		t.Errorf("ARI %v, want 1: noise is a label like any other", got.ARI)
	}
	// Each value is that of its own function, with the noise and without.
	var rows, rest []int
	for i, l := range labels {
		if l != Noise {
			rows, rest = append(rows, i), append(rest, l)
		}
	}
	without := mat.NewDense(len(rows), 6, nil)
	for i, row := range rows {
		without.SetRow(i, mat.Row(nil, row, x))
	}
	s, _ := Silhouette(x, labels, Euclidean)
	s2, _ := Silhouette(without, rest, Euclidean)
	db, _ := DaviesBouldin(without, rest)
	dunn, _ := Dunn(without, rest, Euclidean)
	if got.Silhouette != s || math.Abs(got.WithoutNoise.Silhouette-s2) > 1e-6 || math.Abs(got.WithoutNoise.DaviesBouldin-db) > 1e-9 || *got.WithoutNoise.Dunn != dunn {
		t.Errorf("got %+v and %+v, want silhouettes %v, %v, Davies-Bouldin %v, Dunn %v", *got.Internal, *got.WithoutNoise, s, s2, db, dunn)
	}
	if s == s2 {
		t.Error("noise made no difference")
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]any
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"silhouette", "calinski_harabasz", "davies_bouldin", "noise_share", "ari", "nmi", "ami", "homogeneity", "completeness", "v_measure", "fmi", "dunn", "dbcv", "without_noise"} {
		if keys[k] == nil {
			t.Errorf("no key %q in %s", k, raw)
		}
	}

	// One cluster and noise: defined with the noise, not without it.
	for i := range labels {
		labels[i] = i%2 - 1
	}
	got, err = Scorer{}.Report(t.Context(), x, labels, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got.Internal == nil || got.WithoutNoise != nil || got.Undefined == nil || got.Agreement != nil {
		t.Errorf("got %+v", got)
	}
	// Nothing but noise.
	for i := range labels {
		labels[i] = Noise
	}
	got, err = Scorer{}.Report(t.Context(), x, labels, nil)
	if err != nil || got.Clusters != 0 || got.NoiseShare != 1 || got.Internal != nil || got.WithoutNoise != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
}

func TestSampledSilhouette(t *testing.T) {
	t.Parallel()
	r := prng.New(prng.NewPCG(11, 12))
	const n = 3000
	f := dense.New[float32](n, 8)
	labels := make([]int, n)
	for i := range n {
		labels[i] = i % 5
		for j := range 8 {
			f.Row(i)[j] = float32(r.NormFloat64() + 3*float64((labels[i]+j)%5))
		}
	}
	x := dense.Matrix{Rows: f}
	for _, m := range []Metric{estimator.Euclidean, estimator.Cosine} {
		all, err := Silhouette(x, labels, m)
		if err != nil {
			t.Fatal(err)
		}
		var first float64
		for i, s := range []Scorer{{SampleSize: 800, Seed: 1}, {SampleSize: 800, Seed: 1, Threads: 1}, {SampleSize: 800, Seed: 2}} {
			s.Metric = m
			got, err := s.Silhouette(t.Context(), x, labels)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got-all) > 0.03 {
				t.Errorf("%v: sample %v, all %v", m, got, all)
			}
			switch i {
			case 0:
				first = got
			case 1:
				if got != first {
					t.Errorf("%v: the same seed gives %v and %v", m, first, got)
				}
			case 2:
				if got == first {
					t.Errorf("%v: another seed gives the same sample", m)
				}
			}
		}
	}
}
