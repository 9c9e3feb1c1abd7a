package train

// Pair is two texts that belong together: a question and its answer, two texts
// of one person or topic.
type Pair struct {
	Anchor, Positive string
	// Negatives are texts that do not belong to the anchor although they look
	// like it; may be empty.
	Negatives []string
}

// Triplet is a text, one that belongs to it and one that does not.
type Triplet struct {
	Anchor, Positive, Negative string
}

// Scored is two texts and how similar they are.
type Scored struct {
	A, B  string
	Score float64 // for CosineRegression in [-1, 1], for CoSENT on any scale
}

// Labelled is a text and its class.
type Labelled struct {
	Text, Label string
}
