package result

// Why is where a user is placed and what put them there.
type Why struct {
	User         string  `json:"user"`
	Segment      int     `json:"segment"` // Unassigned where no segment holds them
	Name         string  `json:"name"`
	RunnerUp     int     `json:"runner_up"`
	RunnerUpName string  `json:"runner_up_name"`
	Texts        int     `json:"texts"`
	Distance     float64 `json:"distance"` // to the nearest centre
	Margin       float64 `json:"margin"`   // to the runner-up; see the package comment
	// Mixture is the share of their texts, by weight, nearest to each segment.
	Mixture []Share `json:"mixture"`
	// Deciding are their texts by what leaving them out changes, most first.
	Deciding []TextEffect `json:"deciding"`
}

// Share is the part of a user's texts that are nearest to a segment.
type Share struct {
	Segment int     `json:"segment"`
	Name    string  `json:"name"`
	Share   float64 `json:"share"`
}

// TextEffect is what one text does for its user's place.
type TextEffect struct {
	Text   string  `json:"text"`
	Effect float64 `json:"effect"` // margin with it - margin without it
	// MovesTo is the segment they would be in without the text: mostly their own;
	// Unassigned where no text is left or no segment would hold them.
	MovesTo     int    `json:"moves_to"`
	MovesToName string `json:"moves_to_name"`
	// Words are those of the text whose removal takes most of the margin, the
	// text being embedded anew without each: only of the first texts.
	Words []WordEffect `json:"words,omitempty"`
}
