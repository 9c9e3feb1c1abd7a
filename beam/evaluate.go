package beam

import (
	"context"
	"math"
	"reflect"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[meansFn]())
	sdk.RegisterType(reflect.TypeFor[meanFn]())
	sdk.RegisterType(reflect.TypeFor[spreadsFn]())
	sdk.RegisterType(reflect.TypeFor[scoresFn]())
}

// Scores are the sizes of clusters, and how good they are.
type Scores struct {
	Users   int
	Sizes   []int // [K]
	Dim     int
	Means   []float64 // of the clusters' users, [K, Dim]
	Inertia float64   // sum of the squared distances of users to their centres
	// Silhouette is the simplified silhouette (Hruschka, de Castro and Campello,
	// 2004): the mean over users of (b-a)/max(a,b), where a is the distance to the
	// mean of their own cluster and b that to the nearest other mean. It takes
	// time proportional to the users, and is higher than the silhouette.
	Silhouette float64
	// CalinskiHarabasz and DaviesBouldin are those of package eval. These and
	// Silhouette are 0 unless Defined is set: there are two clusters with users or
	// more, and fewer than users.
	CalinskiHarabasz float64
	DaviesBouldin    float64
	Defined          bool
}

// Evaluate scores the clusters of users, a PCollection<Block>, around the centres
// of a PCollection<Centers> of one element, and returns a PCollection<Scores> of
// one element. It reads the users twice.
func Evaluate(s sdk.Scope, users, centers sdk.PCollection) sdk.PCollection {
	s = s.Scope("cohort.Evaluate")
	sums := sdk.GroupByKey(s, sdk.ParDo(s, &meansFn{}, users, sdk.SideInput{Input: centers}))
	means := sdk.ParDo(s, &meanFn{}, sdk.GroupByKey(s, sdk.ParDo(s, &totalFn{}, sums)), sdk.SideInput{Input: centers})
	spreads := sdk.GroupByKey(s, sdk.ParDo(s, &spreadsFn{}, users, sdk.SideInput{Input: centers}, sdk.SideInput{Input: means}))
	return sdk.ParDo(s, &scoresFn{}, spreads, sdk.SideInput{Input: means})
}

// meansFn sums the users of a block by cluster.
type meansFn struct{}

// ProcessElement implements a DoFn.
func (f *meansFn) ProcessElement(ctx context.Context, b Block, c Centers, emit func(int, part)) error {
	of, err := c.labels(ctx, &b)
	if err != nil {
		return err
	}
	for j, p := range sums(&b, of, c.K) {
		if p.Mass > 0 {
			emit(j, p)
		}
	}
	return nil
}

// meanFn returns the clusters' means, and the scatter of these.
type meanFn struct{}

// ProcessElement implements a DoFn.
func (f *meanFn) ProcessElement(_ int, totals func(*part) bool, c Centers) Scores {
	s := Scores{Sizes: make([]int, c.K), Dim: c.Dim, Means: make([]float64, c.K*c.Dim)}
	var p part
	for totals(&p) {
		s.Sizes[p.Cluster] = int(p.Mass)
		s.Users += int(p.Mass)
		for d, v := range p.Sum {
			s.Means[p.Cluster*c.Dim+d] = v / p.Mass
		}
		p = part{}
	}
	return s
}

// means returns the clusters' means as centres, without those of clusters that
// have no users, and the index of each cluster among these.
func (s *Scores) means() (c Centers, index []int) {
	c.Dim = s.Dim
	index = make([]int, len(s.Sizes))
	for j, n := range s.Sizes {
		index[j] = c.K
		if n > 0 {
			c.Data = append(c.Data, s.Means[j*s.Dim:(j+1)*s.Dim]...)
			c.K++
		}
	}
	return c, index
}

// spreadsFn measures how the users of a block lie around the means.
type spreadsFn struct{}

// ProcessElement implements a DoFn.
func (f *spreadsFn) ProcessElement(ctx context.Context, b Block, centers Centers, s Scores, emit func(int, part)) error {
	of, err := centers.labels(ctx, &b)
	if err != nil {
		return err
	}
	means, index := s.means()
	// The sum of the silhouettes, of the squared distances to the means and to the
	// centres, then of the distances to each mean.
	p := part{Block: b.Number, Sum: make([]float64, 3+len(s.Sizes))}
	for i, j := range of {
		v := b.row(i)
		own, other, at := means.nearest(v, index[j])
		if most := max(own, other); at >= 0 && most > 0 && s.Sizes[j] > 1 { // a user alone has 0
			p.Sum[0] += (other - own) / most
		}
		p.Sum[1] += own * own
		p.Sum[2] += squared(v, centers.row(j))
		p.Sum[3+j] += own
	}
	emit(0, p)
	return nil
}

// scoresFn computes the scores.
type scoresFn struct{}

// ProcessElement implements a DoFn.
func (f *scoresFn) ProcessElement(_ int, parts func(*part) bool, s Scores) Scores {
	t := total(0, parts)
	s.Inertia = t.Sum[2]
	means, index := s.means()
	k, n := means.K, s.Users
	if k < 2 || k >= n {
		return s
	}
	s.Defined = true
	s.Silhouette = t.Sum[0] / float64(n)
	centre := make([]float64, s.Dim)
	for j, size := range s.Sizes {
		for d := range centre {
			centre[d] += float64(size) * s.Means[j*s.Dim+d] / float64(n)
		}
	}
	between, within := 0.0, t.Sum[1]
	spread := make([]float64, k)
	for j, size := range s.Sizes {
		if size > 0 {
			between += float64(size) * distance2(means.row(index[j]), centre)
			spread[index[j]] = t.Sum[3+j] / float64(size)
		}
	}
	s.CalinskiHarabasz = 1
	if within > 0 {
		s.CalinskiHarabasz = between / float64(k-1) / (within / float64(n-k))
	}
	s.DaviesBouldin = daviesBouldin(&means, spread)
	return s
}

// daviesBouldin returns the mean over clusters of the largest (si+sj)/dij.
func daviesBouldin(means *Centers, spread []float64) float64 {
	sum := 0.0
	for i := range means.K {
		most := 0.0
		for j := range means.K {
			if d := math.Sqrt(distance2(means.row(i), means.row(j))); j != i && d > 0 {
				most = max(most, (spread[i]+spread[j])/d)
			}
		}
		sum += most
	}
	return sum / float64(means.K)
}

func distance2(x, y []float64) float64 {
	s := 0.0
	for i, v := range x {
		s += (v - y[i]) * (v - y[i])
	}
	return s
}
