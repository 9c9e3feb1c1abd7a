package opinion

// Mention is one mention of an aspect in a text.
type Mention struct {
	Aspect     string // key: in lower case, English nouns in the singular
	Start, End int    // bytes [Start, End) of the text
	Sentence   [2]int // bytes of its sentence
	// Value is what is said of it, in [-1, 1]: above 0 praise, below 0 blame; 0 if
	// nothing is said.
	Value float64
	// Direct reports that an opinion word belongs to the aspect by its place: great
	// battery, the battery is great, love the battery.
	Direct bool
	// Listed reports that its last word is in the list of nouns that commonly name
	// aspects of products, services and places.
	Listed bool
	// Word are the bytes of the opinion word with the largest share in Value.
	Word [2]int
}
