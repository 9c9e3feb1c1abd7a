package cluster

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// curves are points along two lines that no straight cut parts, with noise.
func curves(seed uint64, n int, noise float64, at func(line int, t float64) (x, y float64)) (*mat.Dense, []int) {
	r := rand.New(rand.NewPCG(seed, 17))
	x, line := mat.NewDense(n, 2, nil), make([]int, n)
	for i := range n {
		line[i] = i % 2
		a, b := at(line[i], r.Float64())
		x.SetRow(i, []float64{a + noise*r.NormFloat64(), b + noise*r.NormFloat64()})
	}
	return x, line
}

func moons(line int, t float64) (x, y float64) {
	x, y = math.Cos(math.Pi*t), math.Sin(math.Pi*t)
	if line == 1 {
		return 1 - x, 0.5 - y
	}
	return x, y
}

func circles(line int, t float64) (x, y float64) {
	r := 1 - 0.6*float64(line)
	return r * math.Cos(2*math.Pi*t), r * math.Sin(2*math.Pi*t)
}

// TestChooseEpsOfLongShapes: the radius that keeps two moons and two rings in
// one piece each, which every score of compact clusters would break up.
func TestChooseEpsOfLongShapes(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]func(int, float64) (float64, float64){"moons": moons, "circles": circles} {
		for _, noise := range []float64{0.04, 0.06}[:sized(2, 1)] {
			for seed := range uint64(sized(4, 1)) {
				x, line := curves(seed, 600, noise, at)
				bootstraps := -1
				if seed == 0 {
					bootstraps = 2
				}
				c, err := Choose(t.Context(), x, ChooseOptions{Density: true, Seed: seed, Bootstraps: bootstraps})
				if err != nil {
					t.Fatal(err)
				}
				best := c.Recommended()
				wrong := 0
				var of [2]int
				for i, l := range best.Partition.Assignments() {
					if l == Noise {
						continue
					}
					if l > 1 {
						wrong++
					} else if l == 1 {
						of[line[i]]++
					} else {
						of[1-line[i]]++
					}
				}
				wrong += min(of[0], of[1])
				if best.Clusters != 2 || best.NoiseShare > 0.05 || wrong > 6 {
					t.Errorf("%s, noise %v, seed %d: %d points are not with their line: %s", name, noise, seed, wrong, c.Reason)
				}
			}
		}
	}
	if testing.Short() {
		t.Log("short: without the golden moons")
		return
	}
	c, err := Choose(t.Context(), readGolden(t, "testdata/moons.json.gz").X, ChooseOptions{Density: true})
	if err != nil {
		t.Fatal(err)
	}
	if c.Recommended().Clusters != 2 {
		t.Errorf("the golden moons: %s", c.Reason)
	}
}

func TestMostPersistent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		eps         []float64
		clusters    []int
		silhouettes []float64
		want        int
	}{
		{[]float64{1, 2, 4, 8, 16}, []int{9, 3, 3, 3, 1}, nil, 2},
		{[]float64{1, 2, 4, 8, 16}, []int{1, 1, 2, 1, 1}, nil, 2},
		{[]float64{1, 1.1, 1.2, 2, 100}, []int{5, 5, 5, 2, 1}, nil, 3},                   // the range counts, not the number of radii
		{[]float64{1, 2, 4, 8, 16}, []int{0, 4, 1, 2, 1}, []float64{0, .2, 0, .6, 0}, 3}, // as long: the more compact
		{[]float64{1, 2}, []int{3, 2}, []float64{.9, .1}, 0},
		{[]float64{1, 2}, []int{3, 2}, []float64{.1, .9}, 1},
		{[]float64{7}, []int{2}, nil, 0},
		{[]float64{1, 2}, []int{1, 0}, nil, -1},
	} {
		cs := make([]Candidate, len(c.eps))
		for i := range cs {
			cs[i] = Candidate{Eps: c.eps[i], Clusters: c.clusters[i], Silhouette: math.NaN()}
			if c.silhouettes != nil {
				cs[i].Silhouette = c.silhouettes[i]
			}
		}
		run, ok := mostPersistent(cs, func(*Candidate) bool { return true })
		if ok != (c.want >= 0) || ok && run.best != c.want {
			t.Errorf("%v clusters at %v: %+v, %v, want position %d", c.clusters, c.eps, run, ok, c.want)
		}
	}
}
