package result

// Centres are the centres of a run's segments. Package drift compares runs by
// them if their users differ.
type Centres struct {
	Model    string // name of the model
	Digest   string // digest of the model: centres of different models cannot be compared
	Segments []Centre
}

// Centre is the centre of one segment.
type Centre struct {
	ID     int
	Vector []float32 // [dim] mean of its users' vectors
}
