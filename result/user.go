package result

// User is one user and their place among the segments.
type User struct {
	ID       string  `json:"id"`
	Segment  int     `json:"segment"` // ID of a Profile, or Unassigned
	Texts    int     `json:"texts"`
	Distance float64 `json:"distance"`  // to the centre of their segment (of the nearest, if unassigned)
	RunnerUp int     `json:"runner_up"` // the nearest segment other than Segment; Unassigned if there is none
	Margin   float64 `json:"margin"`    // see the package comment
	// Mixture holds, for each segment in the order of Segments, the share of
	// their texts, by weight, that are nearest to it.
	Mixture []float64 `json:"mixture"`
	// Memberships holds, for each segment in the order of Segments, the degree to
	// which they belong to it, which sum to 1, in the space in which segments were
	// found (see cluster.Memberships). Unassigned users have them as well; nil for
	// users without a text and if Options.Memberships was not set.
	Memberships []float64 `json:"memberships,omitempty"`
	// Deciding holds the texts that keep them in their segment most.
	Deciding []Deciding `json:"deciding,omitempty"`
	X        float64    `json:"x"` // on the map
	Y        float64    `json:"y"`
}

// Deciding is a text and what would change without it, measured by leaving it
// out of the user's vector.
type Deciding struct {
	Text    string  `json:"text"`
	Effect  float64 `json:"effect"`   // margin with it - margin without it
	MovesTo int     `json:"moves_to"` // the segment they would move to, or their own
	// Words are those whose removal moves the text farthest from the centre of the
	// segment, as measured with the encoder, the largest effect first; nil for most
	// texts, of which they were not measured.
	Words []WordEffect `json:"words,omitempty"`
}
