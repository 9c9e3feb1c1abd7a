package quality

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/reduce"
)

// cloud returns users around count centres, each of length 1, [n, dim]; spread
// is how far a user is from their centre, where centres are about √2 apart.
func cloud(r *rand.Rand, n, dim, count int, spread float64) *pool.Users {
	centre := make([][]float64, count)
	for c := range centre {
		centre[c] = make([]float64, dim)
		for j := range dim {
			centre[c][j] = r.NormFloat64() / math.Sqrt(float64(dim))
		}
	}
	u := &pool.Users{Vectors: dense.New[float32](n, dim), Row: make([]int, n)}
	v := make([]float32, dim)
	for i := range n {
		u.Row[i] = i
		for j := range v {
			v[j] = float32(centre[i%count][j] + spread*r.NormFloat64()/math.Sqrt(float64(dim)))
		}
		if err := vector.Unit(u.Vectors.Row(i), v); err != nil {
			panic(err)
		}
	}
	return u
}

func resampledOf(t *testing.T, u *pool.Users, c group.Config) Resampled {
	t.Helper()
	g, err := group.Find(t.Context(), u, c)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Resample(t.Context(), u, g, c, Resampling{Rounds: 10})
	if err != nil || r.Null == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// Users in groups agree more than a crowd; a crowd does not, whatever is made
// of it, and then no segment is stable.
func TestNullIsBeatenBySegmentsOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		groups, k, dim int
		spread         float64
		by             cluster.Clusterer
		reduce         reduce.Reducer
		beaten         bool
	}{
		{"four groups", 4, 4, 50, 0.7, nil, nil, true},
		{"two groups", 2, 2, 50, 0.7, nil, nil, true},
		{"two groups far apart", 2, 2, 20, 0.2, nil, nil, true},
		{"four groups cut in five", 4, 5, 50, 0.7, nil, nil, true},
		{"twelve groups cut in fifteen", 12, 15, 50, 0.5, nil, nil, true},
		{"one group", 1, 5, 50, 0.7, nil, nil, false},
		{"one group of few dimensions", 1, 3, 5, 0.7, nil, nil, false},
		{"one group in two", 1, 2, 100, 3, nil, nil, false},
		{"one group, reduced", 1, 3, 30, 0.7, nil, reduce.PCA{Components: 5}, false},
		{"four groups, reduced", 4, 4, 30, 0.7, nil, reduce.PCA{Components: 5}, true},
		{"one group, Ward", 1, 4, 30, 0.7, cluster.Agglomerative{K: 4}, nil, false},
		{"four groups, Ward", 4, 4, 30, 0.5, cluster.Agglomerative{K: 4}, nil, true},
		{"four groups by density", 4, 4, 30, 0.3, cluster.HDBSCAN{MinClusterSize: 10}, nil, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			by := c.by
			if by == nil {
				by = cluster.KMeans{K: c.k, NInit: 3}
			}
			u := cloud(rand.New(rand.NewPCG(9, 4)), 240, c.dim, c.groups, c.spread)
			got := resampledOf(t, u, group.Config{Clusterer: by, Reduce: c.reduce})
			if got.Beaten != c.beaten {
				t.Errorf("agreement %v, null %+v, separation %+v: beaten %v", got.ARI.Mean, *got.Null, *got.Separation, got.Beaten)
			}
			for _, s := range got.Segments {
				if s.Stable && !c.beaten {
					t.Errorf("stable %v in a crowd", s.Jaccard)
				}
			}
		})
	}
}

// TestFalseAlarms makes 200 sets without segments of twelve kinds; at the bound
// of 1 % it is unlikely (below 0.02) that more than five beat the null.
func TestFalseAlarms(t *testing.T) {
	t.Parallel()
	const sets = 200
	alarms := make([]bool, sets)
	t.Run("sets", func(t *testing.T) {
		for i := range sets {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				r := rand.New(rand.NewPCG(11, uint64(i)))
				dim, k := []int{4, 20, 60}[i%3], []int{2, 3, 5, 8}[i/3%4]
				u := cloud(r, 60+i, dim, 1, []float64{0.3, 1, 3}[i/12%3])
				alarms[i] = resampledOf(t, u, group.Config{Clusterer: cluster.KMeans{K: k, Threads: 1}, Threads: 1}).Beaten
			})
		}
	})
	count := 0
	for _, a := range alarms {
		if a {
			count++
		}
	}
	t.Logf("%d of %d crowds beat the null", count, sets)
	if count > 5 {
		t.Errorf("%d of %d crowds beat the null", count, sets)
	}
}
