package result

// Why explains a user's place.
type Why struct {
	User         string  `json:"user"`
	Segment      int     `json:"segment"` // Unassigned if they are in no segment
	Name         string  `json:"name"`
	RunnerUp     int     `json:"runner_up"`
	RunnerUpName string  `json:"runner_up_name"`
	Texts        int     `json:"texts"`
	Distance     float64 `json:"distance"` // to the nearest centre
	Margin       float64 `json:"margin"`   // to the runner-up; see the package comment
	// Mixture holds the share of their texts, by weight, nearest to each segment.
	Mixture []Share `json:"mixture"`
	// Deciding holds their texts by the effect of leaving them out, the largest
	// first.
	Deciding []TextEffect `json:"deciding"`
	// Features holds their features by the effect of setting each to the mean, the
	// largest first; with Options.Features.
	Features []FeatureWeight `json:"features,omitempty"`
}

// FeatureWeight is the effect of one feature on its user's place.
type FeatureWeight struct {
	Feature string  `json:"feature"`
	Effect  float64 `json:"effect"` // margin with it - margin if it were the mean
	// MovesTo is the segment they would be in if it were the mean.
	MovesTo     int    `json:"moves_to"`
	MovesToName string `json:"moves_to_name"`
}

// Share is the share of a user's texts that are nearest to one segment.
type Share struct {
	Segment int     `json:"segment"`
	Name    string  `json:"name"`
	Share   float64 `json:"share"`
}

// TextEffect is the effect of one text on its user's place.
type TextEffect struct {
	Text   string  `json:"text"`
	Effect float64 `json:"effect"` // margin with it - margin without it
	// MovesTo is the segment they would be in without the text, usually their
	// own; Unassigned if no text is left or they would be in no segment.
	MovesTo     int    `json:"moves_to"`
	MovesToName string `json:"moves_to_name"`
	// Words are the text's words whose removal reduces the margin most, measured
	// by embedding the text without each of them. Only the first texts have them.
	Words []WordEffect `json:"words,omitempty"`
}
