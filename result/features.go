package result

// Features says what was known of users beside their texts, and how it was
// joined to them.
type Features struct {
	// Rule sets the scale of features beside texts: "axis" (the variance along the
	// first principal axis is the same in both) or "variance" (the mean squared
	// distance from the mean is).
	Rule   string  `json:"rule"`
	Factor float64 `json:"factor"` // of the features, from the rule and the weight
	Weight float64 `json:"weight"` // of squared distances, as asked for
	// Text and Features describe the two blocks.
	Text     Block     `json:"text"`
	Features Block     `json:"features"`
	List     []Feature `json:"list"`
	// WithoutText is the number of users without a text who were placed by their
	// features alone, at the mean of the texts. They had no part in finding the
	// segments, and do not count as users of these.
	WithoutText int `json:"without_text"`
	// Unknown is the number of users with texts of whom no feature is known. They
	// are at the mean of the features.
	Unknown int `json:"unknown"`
}

// Block is one of the two parts of users' vectors.
type Block struct {
	Dim int `json:"dim"`
	// Share is its share of the mean squared distance of users from the mean.
	Share float64 `json:"share"`
	// Between is the share of this block's mean squared distance that lies between
	// segments: how much they say about it.
	Between float64 `json:"between"`
	// Silhouette is that of the segments in this block alone; 0 if it is not
	// defined.
	Silhouette float64 `json:"silhouette"`
}

// Feature is one feature and how it became numbers.
type Feature struct {
	Name   string `json:"name"`
	From   string `json:"from"` // the field of Meta
	Kind   string `json:"kind"` // "number", "date" or "category"
	Take   string `json:"take"` // "mean", "latest", "most frequent", "recency", "count" or "sum" of a user's texts
	Log    bool   `json:"log,omitempty"`
	Levels int    `json:"levels,omitempty"` // that are told apart
	Merged int    `json:"merged,omitempty"` // levels that are not
	// Missing is the number of users with texts for whom it is missing.
	Missing  int  `json:"missing,omitempty"`
	Unread   int  `json:"unread,omitempty"`   // values that are not of its kind
	Constant bool `json:"constant,omitempty"` // it is the same for all, and has no effect
}

// FeatureEffect says how a feature of a segment's users differs from that of the
// users of all other segments.
type FeatureEffect struct {
	Feature string `json:"feature"`
	Kind    string `json:"kind"`            // "number", "date" or "category"
	Level   string `json:"level,omitempty"` // of a category
	Missing bool   `json:"missing,omitempty"`
	// Own and Others are medians (of dates, days since 1970), or shares of users
	// with the level, or for whom the feature is missing.
	Own    float64 `json:"own"`
	Others float64 `json:"others"`
	// Size is the rank-biserial correlation, from -1 to 1, or Cohen's h, from -π to
	// π; above 0 if the segment has more.
	Size float64 `json:"size"`
	P    float64 `json:"p"` // corrected for all comparisons of all segments (Holm)
	N    int     `json:"n"` // number of the segment's users for whom it is known
}
