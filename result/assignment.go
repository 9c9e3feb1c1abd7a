package result

// Assignment is the place of a new user among the segments.
type Assignment struct {
	User     string
	Segment  int     // Unassigned if they are in no segment
	RunnerUp int     // the nearest segment other than Segment; Unassigned if there is none
	Texts    int     // number of their texts
	Distance float64 // to the nearest centre
	Margin   float64 // see the package comment
}
