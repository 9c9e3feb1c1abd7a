package result

// User is one user and where they were placed.
type User struct {
	ID       string  `json:"id"`
	Segment  int     `json:"segment"` // ID of a Profile, or Unassigned
	Texts    int     `json:"texts"`
	Distance float64 `json:"distance"` // to the centre of their segment (of the nearest, if unassigned)
	RunnerUp int     `json:"runner_up"`
	Margin   float64 `json:"margin"` // see the package comment
	// Mixture is the share of their texts, by weight, nearest to each segment,
	// in the order of Segments.
	Mixture []float64 `json:"mixture"`
	// Deciding are the texts that hold them in their segment most.
	Deciding []Deciding `json:"deciding,omitempty"`
	X        float64    `json:"x"` // on the map
	Y        float64    `json:"y"`
}

// Deciding is a text and what would change without it (measured by leaving it
// out of the user's vector).
type Deciding struct {
	Text    string  `json:"text"`
	Effect  float64 `json:"effect"`   // margin with it - margin without it
	MovesTo int     `json:"moves_to"` // segment they would move to, or their own
}
