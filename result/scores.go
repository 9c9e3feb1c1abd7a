package result

// Scores measure how far the segmentation can be trusted. They are computed on
// the users' vectors before any reduction, without unassigned users.
type Scores struct {
	Silhouette       float64 `json:"silhouette"`        // euclidean, in [-1, 1]: higher is better
	CalinskiHarabasz float64 `json:"calinski_harabasz"` // > 0: higher is better
	DaviesBouldin    float64 `json:"davies_bouldin"`    // >= 0: lower is better
	NoiseShare       float64 `json:"noise_share"`       // of the users who have texts
	// CentreAgreement is the share of segmented users whose nearest centre is
	// that of their own segment: 1 if Assign would place all of them where they
	// are.
	CentreAgreement float64 `json:"centre_agreement"`
	Defined         bool    `json:"defined"` // false: fewer than two segments, and the first three are 0
	// Resampled is the adjusted Rand index between these segments and those of
	// resamples: the mean, and the range that holds 90 % of the resamples.
	Resampled *Estimate `json:"resampled,omitempty"`
	// Null is the same for sets without segments: as many points of one normal
	// distribution with the mean and covariance of the users' vectors. High is the
	// bound that such a set exceeds in one case of a hundred. nil if nothing was
	// resampled.
	Null *Estimate `json:"null,omitempty"`
	// Separation compares silhouettes with those of the same sets; nil if nothing
	// was resampled.
	Separation *Separation `json:"separation,omitempty"`
	Verdict    Verdict     `json:"verdict"`
}

// Separation compares the silhouette of the segments, by cosine distance, with
// that of the segments found in sets without any. It is measured on the users
// who are resampled.
type Separation struct {
	Silhouette float64  `json:"silhouette"`
	Null       Estimate `json:"null"` // see Scores.Null
}

// Verdict sums up the scores in one word.
type Verdict string

// The verdicts are about how far resamples of the users agree with the segments
// (Scores.Resampled): the segments are clear from 0.75, fair from 0.5, and weak
// below. Whatever the clusterer cut, there are no segments unless resamples
// agree more than those of sets without segments (Scores.Null), or the segments
// are much better separated (Scores.Separation); docs/quality.md has the rule
// and how often it errs.
const (
	VerdictClear      Verdict = "clear"
	VerdictFair       Verdict = "fair"
	VerdictWeak       Verdict = "weak"
	VerdictNoSegments Verdict = "no_segments"
	VerdictUnmeasured Verdict = "unmeasured" // nothing was resampled: too few users, edited segments, or by request
	VerdictNone       Verdict = "none"       // fewer than two segments
	// VerdictOverlapping occurs only in files of versions that judged by the
	// silhouette: below 0.1.
	VerdictOverlapping Verdict = "overlapping"
)

// Stability measures how well a segment is found again when users are
// resampled: the mean over resamples of the best Jaccard similarity with a
// segment found there (Hennig, Cluster-wise assessment of cluster stability,
// 2007).
type Stability struct {
	Jaccard float64 `json:"jaccard"` // that mean, from 0 to 1
	Runs    int     `json:"runs"`    // number of resamples
	Stable  bool    `json:"stable"`  // Jaccard >= 0.75, and the verdict is not VerdictNoSegments
}

// Estimate is a mean with its 95 % interval.
type Estimate struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`  // lower end of the interval
	High float64 `json:"high"` // upper end
	N    int     `json:"n"`    // number of values
}
