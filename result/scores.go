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
	Verdict   Verdict   `json:"verdict"`
}

// Verdict sums up the scores in one word.
type Verdict string

// The verdicts, by the silhouette: clear from 0.5, fair from 0.25, weak from
// 0.1, and overlapping below. The first two bounds are those of Kaufman and
// Rousseeuw, Finding Groups in Data, 1990; vectors of texts seldom reach them,
// hence the third. A segmentation whose segments are not found again in
// resamples is weak at best.
const (
	VerdictClear       Verdict = "clear"
	VerdictFair        Verdict = "fair"
	VerdictWeak        Verdict = "weak"
	VerdictOverlapping Verdict = "overlapping"
	VerdictNone        Verdict = "none" // fewer than two segments
)

// Stability measures how well a segment is found again when users are
// resampled: the mean over resamples of the best Jaccard similarity with a
// segment found there (Hennig, Cluster-wise assessment of cluster stability,
// 2007).
type Stability struct {
	Jaccard float64 `json:"jaccard"`
	Runs    int     `json:"runs"`
	Stable  bool    `json:"stable"` // Jaccard >= 0.75
}

// Estimate is a mean with its 95 % interval.
type Estimate struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	N    int     `json:"n"`
}
