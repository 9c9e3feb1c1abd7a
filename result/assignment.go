package result

// Assignment is where a user was placed.
type Assignment struct {
	User     string
	Segment  int // Unassigned where no segment holds them
	RunnerUp int
	Texts    int
	Distance float64 // to the nearest centre
	Margin   float64 // see the package comment
}
