package result

// Centres are where a run's segments lie: what package drift compares runs by
// whose users differ.
type Centres struct {
	Model    string // its name
	Digest   string // of the model: centres of two models cannot be compared
	Segments []Centre
}

// Centre is where one segment lies.
type Centre struct {
	ID     int
	Vector []float32 // [dim] mean of its users' vectors
}
