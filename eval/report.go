package eval

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/score"
)

// Internal holds the scores of a partition that need no truth.
type Internal struct {
	Silhouette       float64 `json:"silhouette"`
	CalinskiHarabasz float64 `json:"calinski_harabasz"`
	DaviesBouldin    float64 `json:"davies_bouldin"`
	// Only set for Scorer.Full; nil if undefined.
	Dunn *float64 `json:"dunn,omitempty"`
	DBCV *float64 `json:"dbcv,omitempty"`
}

// Report holds all scores of a partition. As JSON it has the names of
// scikit-learn's functions as keys, and omits scores that are undefined for
// these labels.
type Report struct {
	Points     int     `json:"points"`
	Clusters   int     `json:"clusters"`    // noise not counted
	NoiseShare float64 `json:"noise_share"` // share of points labelled Noise, in [0, 1]

	// The scores with noise as a cluster, as in scikit-learn. It is nil if there
	// are then fewer than 2 clusters or as many clusters as points.
	*Internal

	// The scores without noise. It equals Internal if there is no noise.
	WithoutNoise *Internal `json:"without_noise,omitempty"`

	// The comparison with the truth, or nil without a truth.
	*Agreement

	// Undefined is the reason why Internal or WithoutNoise is nil: a
	// *LabelCountError.
	Undefined error `json:"-"`
}

// Report computes all scores of labels [n] on x [n, d], with noise as a cluster
// and without noise, and compares labels with truth [n] unless that is nil.
// SkipNoise is not used. Scores that are undefined for these labels are
// omitted; any other problem is an error.
func (s Scorer) Report(ctx context.Context, x mat.Matrix, labels, truth []int) (*Report, error) {
	s.SkipNoise = false
	if _, _, err := s.points("report", x, labels); err != nil {
		return nil, err
	}
	if _, _, err := s.pairwise(ctx, "report", x); err != nil {
		return nil, err
	}
	r := &Report{Points: len(labels), Clusters: score.Group(labels).K()}
	kept := len(score.Drop(labels))
	r.NoiseShare = float64(len(labels)-kept) / float64(len(labels))
	if kept < len(labels) {
		r.Clusters--
	}
	if truth != nil {
		a, err := Compare(truth, labels)
		if err != nil {
			return nil, err
		}
		r.Agreement = &a
	}
	var err error
	if r.Internal, err = s.internal(ctx, x, labels); err != nil {
		if !errors.Is(err, ErrLabelCount) {
			return nil, err
		}
		r.Undefined = err
	}
	if kept == len(labels) {
		r.WithoutNoise = r.Internal
		return r, nil
	}
	s.SkipNoise = true
	px, pl, err := s.points("report", x, labels)
	if err == nil {
		r.WithoutNoise, err = s.internal(ctx, px, pl)
	}
	if err != nil {
		if !errors.Is(err, ErrLabelCount) {
			return nil, err
		}
		r.Undefined = err
	}
	return r, nil
}

func (s Scorer) internal(ctx context.Context, x mat.Matrix, labels []int) (*Internal, error) {
	var i Internal
	var err error
	// The fast scores come first: input that they reject is rejected by all.
	if i.CalinskiHarabasz, err = s.CalinskiHarabasz(ctx, x, labels); err != nil {
		return nil, err
	}
	if i.DaviesBouldin, err = s.DaviesBouldin(ctx, x, labels); err != nil {
		return nil, err
	}
	if i.Silhouette, err = s.Silhouette(ctx, x, labels); err != nil {
		return nil, err
	}
	if !s.Full {
		return &i, nil
	}
	dunn, err := s.Dunn(ctx, x, labels)
	if err != nil {
		return nil, err
	}
	if !math.IsInf(dunn, 0) { // JSON has no infinity
		i.Dunn = &dunn
	}
	dbcv, err := s.DBCV(ctx, x, labels)
	if err != nil && !errors.Is(err, ErrLabelCount) {
		return nil, err
	}
	if err == nil {
		i.DBCV = &dbcv
	}
	return &i, nil
}
