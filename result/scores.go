package result

// Scores tell whether the segmentation is to be trusted. Scores are taken on
// the users' vectors before any reduction, unassigned users left out.
type Scores struct {
	Silhouette       float64 `json:"silhouette"`        // euclidean, in [-1, 1]: higher is better
	CalinskiHarabasz float64 `json:"calinski_harabasz"` // > 0: higher is better
	DaviesBouldin    float64 `json:"davies_bouldin"`    // >= 0: lower is better
	NoiseShare       float64 `json:"noise_share"`       // of users with texts
	// CentreAgreement is the share of segmented users whose nearest centre is
	// their own segment's: 1 where Assign would place them all as they are.
	CentreAgreement float64 `json:"centre_agreement"`
	Defined         bool    `json:"defined"` // false: fewer than two segments, and the first three are 0
	// Resampled is the adjusted Rand index between these segments and those
	// of resamples: the mean with the range that 90 % of the resamples keep to.
	Resampled *Estimate `json:"resampled,omitempty"`
	Verdict   Verdict   `json:"verdict"`
}

// Verdict is the scores in one word.
type Verdict string

// The verdicts, by the silhouette: from 0.5 on clear, from 0.25 on fair, from
// 0.1 on weak, below that overlapping (the first two bounds are those of
// Kaufman and Rousseeuw, Finding Groups in Data, 1990; vectors of texts seldom
// reach them, so the rest is divided once more). Segmentations whose segments
// do not come back in resamples are never more than weak.
const (
	VerdictClear       Verdict = "clear"
	VerdictFair        Verdict = "fair"
	VerdictWeak        Verdict = "weak"
	VerdictOverlapping Verdict = "overlapping"
	VerdictNone        Verdict = "none" // fewer than two segments
)

// Stability is how well a segment comes back when users are drawn anew: the
// mean over resamples of the best Jaccard similarity with a segment found
// there (Hennig, Cluster-wise assessment of cluster stability, 2007).
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
