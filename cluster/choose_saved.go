package cluster

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/persist"
)

const kindChoice = "cluster.Choice"

// choiceHead holds the parts of a Choice that are not saved as tensors.
type choiceHead struct {
	Best       int             `json:"best"`
	Knee       int             `json:"knee"`
	Reason     string          `json:"reason"`
	Candidates []candidateHead `json:"candidates"`
}

// candidateHead is the head of a candidate's partition, of one of two kinds.
type candidateHead struct {
	KMeans *partitionHead `json:"kmeans,omitempty"`
	DBSCAN *partitionHead `json:"dbscan,omitempty"`
}

// partitionHead holds the parts of a partition that are neither tensors nor
// numbers, which may be infinite.
type partitionHead struct {
	Clusters int    `json:"n_clusters,omitempty"` // of DBSCAN
	NIter    int    `json:"n_iter,omitempty"`
	Metric   string `json:"metric"`
}

// scores lists a candidate's scores for saving.
func (c *Candidate) scores() []*float64 {
	return []*float64{
		&c.Eps, &c.NoiseShare, &c.Inertia, &c.Silhouette, &c.CalinskiHarabasz, &c.DaviesBouldin, &c.Gap, &c.GapError, &c.Stability, &c.MeanRank,
	}
}

// check requires what the methods rely on.
func (c *Choice) check() error {
	const name = "Choose"
	switch {
	case c == nil || len(c.Candidates) == 0:
		return persist.NotFitted(name, "no candidates")
	case c.Best < 0 || c.Best >= len(c.Candidates) || c.Knee < -1 || c.Knee >= len(c.Candidates):
		return persist.NotFitted(name, "candidates %d and %d of %d", c.Best, c.Knee, len(c.Candidates))
	}
	return nil
}

// MarshalBinary implements encoding.BinaryMarshaler, which encoding/gob also
// uses. It saves all candidates with their partitions, which must be results of
// KMeans or DBSCAN, as those of Choose are. The bytes of the latter contain the
// fitted points and need the same protection as these.
func (c Choice) MarshalBinary() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	head := choiceHead{Best: c.Best, Knee: c.Knee, Reason: c.Reason}
	var w persist.Writer
	var scores []float64
	var counts []int
	var points *DBSCANResult // the first, whose points all of them share
	for i := range c.Candidates {
		cand := &c.Candidates[i]
		counts = append(counts, cand.K, cand.Clusters)
		for _, v := range cand.scores() {
			scores = append(scores, *v)
		}
		prefix := strconv.Itoa(i) + "."
		switch p := cand.Partition.(type) {
		case *KMeansResult:
			if err := p.check(); err != nil {
				return nil, err
			}
			w.Ints(prefix+"labels", p.Labels)
			w.Matrix(prefix+"centers", p.Centers)
			w.Float64(prefix+"inertia", []float64{p.Inertia}, 1)
			head.Candidates = append(head.Candidates, candidateHead{KMeans: &partitionHead{NIter: p.NIter, Metric: p.Metric.String()}})
		case *DBSCANResult:
			if err := p.check(); err != nil {
				return nil, err
			}
			w.Ints(prefix+"labels", p.Labels)
			w.Ints(prefix+"core_sample_indices", p.CoreSampleIndices)
			w.Float64(prefix+"eps", []float64{p.Eps}, 1)
			if points == nil {
				points = p
				w.Matrix("points", p.Points)
			} else if !samePoints(points.Points, p.Points) {
				return nil, persist.NotFitted("Choose", "%s was fitted on other points than the candidate before", cand.Name())
			}
			head.Candidates = append(head.Candidates, candidateHead{DBSCAN: &partitionHead{Clusters: p.Clusters, Metric: p.Metric.String()}})
		default:
			return nil, fmt.Errorf("%s: a %T cannot be saved: %w", kindChoice, cand.Partition, ErrSaved)
		}
	}
	w.Ints("counts", counts)
	w.Float64("scores", scores, len(c.Candidates), len(scores)/len(c.Candidates))
	w.Float64("one_gap", []float64{c.OneGap, c.OneGapError}, 2)
	return w.Encode(kindChoice, 1, head)
}

// samePoints reports whether matrices hold the same numbers of the same type.
func samePoints(a, b mat.Matrix) bool {
	n, d := a.Dims()
	if m, e := b.Dims(); m != n || e != d {
		return false
	}
	x, single := dense.Float32(a)
	y, both := dense.Float32(b)
	if single != both {
		return false
	}
	if single {
		for i := range n {
			if !slices.Equal(x.Row(i), y.Row(i)) {
				return false
			}
		}
		return true
	}
	v, w := dense.Float64(a), dense.Float64(b)
	for i := range n {
		if !slices.Equal(v.Row(i), w.Row(i)) {
			return false
		}
	}
	return true
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. Errors are ErrSaved
// and leave c unchanged.
func (c *Choice) UnmarshalBinary(data []byte) error {
	var head choiceHead
	f, err := persist.Decode(data, kindChoice, 1, &head)
	if err != nil {
		return err
	}
	n := len(head.Candidates)
	width := len(new(Candidate).scores())
	scores, counts := f.Scores("scores", n, width), f.Ints("counts", 2*n, 0, math.MaxInt)
	one := f.Scores("one_gap", 2)
	if len(scores) != n*width || len(counts) != 2*n || len(one) != 2 {
		f.Fail("no scores")
		return f.Err()
	}
	out := Choice{Candidates: make([]Candidate, n), Best: head.Best, Knee: head.Knee, Reason: head.Reason, OneGap: one[0], OneGapError: one[1]}
	shared := DBSCANResult{}
	for i, h := range head.Candidates {
		if !f.OK() {
			break
		}
		cand := &out.Candidates[i]
		cand.K, cand.Clusters = counts[2*i], counts[2*i+1]
		for j, v := range cand.scores() {
			*v = scores[i*width+j]
		}
		prefix := strconv.Itoa(i) + "."
		number := func(name string) float64 {
			if v := f.Float64(prefix+name, 1); len(v) == 1 {
				return v[0]
			}
			return 0
		}
		switch {
		case h.KMeans != nil && h.DBSCAN == nil:
			p := &KMeansResult{Centers: f.Dense(prefix+"centers", -1, -1), Inertia: number("inertia"), NIter: h.KMeans.NIter, Metric: metricOf(f, h.KMeans.Metric)}
			k := 0
			if p.Centers != nil {
				k, _ = p.Centers.Dims()
			}
			p.Labels = orNil(f.Ints(prefix+"labels", -1, 0, k))
			if f.OK() {
				f.Check(p.check())
			}
			cand.Partition = p
		case h.DBSCAN != nil && h.KMeans == nil:
			labels := f.Ints(prefix+"labels", -1, Noise, max(0, h.DBSCAN.Clusters))
			if shared.Points == nil {
				shared.Points = f.Matrix("points", len(labels), -1)
			}
			p := &DBSCANResult{
				Labels: labels, CoreSampleIndices: orNil(f.Ints(prefix+"core_sample_indices", -1, 0, len(labels))), Clusters: h.DBSCAN.Clusters,
				Eps: number("eps"), Points: shared.Points, Metric: metricOf(f, h.DBSCAN.Metric),
			}
			if f.OK() {
				f.Check(p.check())
			}
			cand.Partition = p
		default:
			f.Fail("candidate %d has no partition", i)
		}
	}
	return persist.Keep(c, out, f, out.check)
}

// MarshalJSON returns an ErrNoJSON: partitions need their points, and scores may
// be NaN.
func (c Choice) MarshalJSON() ([]byte, error) { return nil, persist.NoJSON("cluster", "Choose") }

// UnmarshalJSON returns an ErrNoJSON.
func (c *Choice) UnmarshalJSON([]byte) error { return persist.NoJSON("cluster", "Choose") }
