package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// sweep tries the settings one after another.
type sweep struct {
	o      ChooseOptions
	x      mat.Matrix // of unit rows under the cosine metric
	n      int
	makers []func(seed uint64) Clusterer
	k      []int     // numbers of clusters for KMeans, or
	eps    []float64 // radii for DBSCAN
	bend   float64   // Eps at the knee of the k-distances

	rows   []int        // the sample, ascending
	sample mat.Matrix   // its rows
	flat   []mat.Matrix // [References] sets of points without clusters
}

// candidates determines the settings to try.
func (s *sweep) candidates(ctx context.Context, p *points) error {
	const name = "Choose"
	o := s.o
	if !o.Density {
		s.k = slices.Clone(o.K)
		if s.k == nil {
			for k := 2; k <= min(10, s.n-1); k++ {
				s.k = append(s.k, k)
			}
		}
		slices.Sort(s.k)
		s.k = slices.Compact(s.k)
		if len(s.k) == 0 || s.k[0] < 2 {
			return &OptionError{Estimator: name, Option: "K", Got: o.K, Want: "numbers of at least 2"}
		}
		if top := s.k[len(s.k)-1]; top > s.n {
			return tooFewForK(name, top, s.n)
		}
		for _, k := range s.k {
			s.makers = append(s.makers, s.kmeans(k))
		}
		return nil
	}
	if s.n < o.MinSamples {
		return &TooFewPointsError{Estimator: name, Need: "MinSamples", Want: o.MinSamples, Got: s.n}
	}
	curve, err := KDistances(ctx, s.x, o.MinSamples, o.Metric, o.Threads)
	if err != nil {
		return err
	}
	knee := Knee(curve)
	s.bend = curve[knee]
	s.eps = slices.Clone(o.Eps)
	if len(s.eps) == 0 {
		s.eps = radii(curve, s.bend)
	}
	slices.Sort(s.eps)
	s.eps = slices.Compact(s.eps)
	if !(s.eps[0] > 0) {
		return &OptionError{Estimator: name, Option: "Eps", Got: o.Eps, Want: "numbers above 0"}
	}
	for _, eps := range s.eps {
		s.makers = append(s.makers, func(uint64) Clusterer {
			return DBSCAN{Eps: eps, MinSamples: o.MinSamples, Metric: o.Metric, Threads: o.Threads}
		})
	}
	return nil
}

// kmeans returns a function that makes KMeans with k clusters.
func (s *sweep) kmeans(k int) func(seed uint64) Clusterer {
	return func(seed uint64) Clusterer {
		o := s.o
		return KMeans{K: k, NInit: o.NInit, Metric: o.Metric, Seed: seed, Threads: o.Threads}
	}
}

// numRadii is the number of radii to try: enough that a range of radii that
// gives the same clusters contains several of them.
const numRadii = 16

// radii returns the radii to try, ascending in a geometric progression, for an
// ascending k-distance curve with its knee at bend. They range from below the
// knee, or from one at which less than half of the points are cores if that is
// more, to beyond the one at which all are, since groups of one density stay
// apart long after that. The last hundredth of the curve is taken to be outliers.
func radii(curve []float64, bend float64) []float64 {
	positive, _ := slices.BinarySearchFunc(curve, 0, func(v, _ float64) int {
		if v > 0 {
			return 1
		}
		return -1
	})
	if positive == len(curve) { // all distances are 0, so there is no radius to derive
		return []float64{0.5}
	}
	at := func(q float64) float64 { return curve[max(positive, int(q*float64(len(curve)-1)))] }
	high := 2 * at(0.99)
	low := min(max(0.6*at(0.5), bend/1.5), high/2)
	out := make([]float64, numRadii)
	for i := range out {
		out[i] = low * math.Pow(high/low, float64(i)/(numRadii-1))
	}
	return out
}

// draw draws the sample and the sets of points without clusters.
func (s *sweep) draw() {
	s.rows = score.Sample(s.n, min(s.o.Sample, s.n), s.o.Seed)
	slices.Sort(s.rows)
	s.sample = score.Take(s.x, s.rows)
	if s.o.References < 0 || s.o.Density {
		return
	}
	s.flat = referencePoints(s.sample, s.o.References, s.o.Seed)
}

// try fits and scores candidate i.
func (s *sweep) try(ctx context.Context, i int) (Candidate, error) {
	nan := math.NaN()
	c := Candidate{Inertia: nan, Silhouette: nan, CalinskiHarabasz: nan, DaviesBouldin: nan, Gap: nan, GapError: nan, Stability: nan}
	part, err := s.makers[i](s.o.Seed).Cluster(ctx, s.x)
	if err != nil {
		return c, err
	}
	c.Partition, c.Clusters = part, part.NumClusters()
	labels := part.Assignments()
	if s.o.Density {
		c.Eps = s.eps[i]
	} else {
		c.K, c.Inertia = s.k[i], part.(*KMeansResult).Inertia
	}
	noise := 0
	for _, l := range labels {
		if l == Noise {
			noise++
		}
	}
	c.NoiseShare = float64(noise) / float64(s.n)
	if err := s.quality(ctx, labels, &c); err != nil {
		return c, err
	}
	if s.flat != nil {
		if c.Gap, c.GapError, err = s.gap(ctx, s.k[i]); err != nil {
			return c, err
		}
	}
	if s.o.Bootstraps > 0 {
		if err := s.stability(ctx, i, labels, &c); err != nil {
			return c, err
		}
	}
	return c, nil
}

// quality computes the scores of labels, leaving out noise. An undefined score
// stays NaN.
func (s *sweep) quality(ctx context.Context, labels []int, c *Candidate) error {
	x := s.x
	if keep := score.Drop(labels); len(keep) < len(labels) {
		x, labels = score.Take(x, keep), score.Pick(labels, keep)
	}
	if distinct(labels) >= 2 && distinct(labels) < len(labels) {
		var err error
		if c.CalinskiHarabasz, err = score.CalinskiHarabasz(ctx, x, labels, s.o.Threads); err != nil {
			return err
		}
		if c.DaviesBouldin, err = score.DaviesBouldin(ctx, x, labels, s.o.Threads); err != nil {
			return err
		}
	}
	some := score.Pick(c.Partition.Assignments(), s.rows)
	x = s.sample
	if keep := score.Drop(some); len(keep) < len(some) {
		x, some = score.Take(x, keep), score.Pick(some, keep)
	}
	if distinct(some) >= 2 && distinct(some) < len(some) {
		var err error
		if c.Silhouette, err = score.Silhouette(ctx, x, some, s.o.Metric, s.o.Threads); err != nil {
			return err
		}
	}
	return nil
}

func distinct(labels []int) int {
	seen := make(map[int]bool)
	for _, l := range labels {
		seen[l] = true
	}
	return len(seen)
}

// gap compares the log inertia of k clusters on the sample with that on points
// without clusters. It returns NaN if there is none. Both use Euclidean
// distance; under the cosine metric the rows of the sample have unit length.
// The points without clusters do not: scaling them to unit length would change
// the shape of the box that they fill.
func (s *sweep) gap(ctx context.Context, k int) (gap, sd float64, err error) {
	nan := math.NaN()
	logInertia := func(x mat.Matrix, seed uint64) (float64, error) {
		if n, _ := x.Dims(); n < k {
			return nan, nil
		}
		p, err := KMeans{K: k, NInit: s.o.NInit, Seed: seed, Threads: s.o.Threads}.Cluster(ctx, x)
		if err != nil {
			return 0, err
		}
		return math.Log(p.(*KMeansResult).Inertia), nil
	}
	own, err := logInertia(s.sample, s.o.Seed)
	if err != nil {
		return nan, nan, err
	}
	value := make([]float64, len(s.flat))
	mean := 0.0
	for b, flat := range s.flat {
		if value[b], err = logInertia(flat, s.o.Seed+uint64(b)); err != nil {
			return nan, nan, err
		}
		mean += value[b] / float64(len(s.flat))
	}
	variance := 0.0
	for _, v := range value {
		variance += (v - mean) * (v - mean) / float64(len(value))
	}
	if math.IsInf(own, 0) || own != own || math.IsInf(mean, 0) {
		return nan, nan, nil // as many clusters as distinct points
	}
	return mean - own, math.Sqrt(variance * (1 + 1/float64(len(value)))), nil
}

// stability clusters resamples of the sample and measures how well their labels
// agree with those of all points.
func (s *sweep) stability(ctx context.Context, i int, labels []int, c *Candidate) error {
	if s.o.Density {
		return s.halves(ctx, c)
	}
	own := score.Pick(labels, s.rows)
	n := len(own)
	if c.Clusters < 2 || n < c.K {
		return nil
	}
	sum := 0.0
	for b := range s.o.Bootstraps {
		rng := rand.New(rand.NewPCG(s.o.Seed, 200+uint64(b)))
		rows := make([]int, n)
		for r := range rows {
			rows[r] = rng.IntN(n)
		}
		part, err := s.makers[i](s.o.Seed+1+uint64(b)).Cluster(ctx, score.Take(s.sample, rows))
		if err != nil {
			return err
		}
		other, err := part.Predict(ctx, s.sample)
		if err != nil {
			return err
		}
		ari, err := score.AdjustedRand(own, other)
		if err != nil {
			return err
		}
		sum += ari
	}
	c.Stability = sum / float64(s.o.Bootstraps)
	return nil
}

// knee returns the index of the candidate at the knee, or -1.
func (s *sweep) knee(cs []Candidate) int {
	if s.o.Density {
		at := -1
		for i := range cs {
			if at < 0 || math.Abs(cs[i].Eps-s.bend) < math.Abs(cs[at].Eps-s.bend) {
				at = i
			}
		}
		return at
	}
	if len(cs) < 3 {
		return -1
	}
	y := make([]float64, len(cs))
	for i := range cs {
		y[i] = cs[i].Inertia
	}
	return Knee(y)
}
