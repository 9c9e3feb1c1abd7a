package result

// Field counts the texts of each segment by the values of one field of their
// metadata. Texts of unassigned users are not counted.
type Field struct {
	Name   string       `json:"field"`
	Values []FieldValue `json:"values"` // by number of texts, most first; ranges of numbers from the lowest
	// Rest is the number of texts in each segment, in the order of Segments, with
	// values that are not listed: rarer ones, and those of fewer users than
	// Privacy.MinUsers. RestValues is the number of these values, -1 if it is
	// not known. Both are empty if all are listed.
	Rest       []int `json:"rest,omitempty"`
	RestValues int   `json:"rest_values,omitempty"`
}

// FieldValue is a value, or a range of numbers from Value to To, and the number
// of texts with it in each segment, in the order of Segments.
type FieldValue struct {
	Value string `json:"value"`
	To    string `json:"to,omitempty"`
	Texts []int  `json:"texts"`
}

// Combinations counts texts by the values of several fields at once. What is
// listed has Privacy.MinUsers users or more, and so has what is left out of each
// listed value, so that it cannot be found by subtraction.
type Combinations struct {
	Fields []int         `json:"fields"` // indices in Segmentation.Fields
	Cells  []Combination `json:"cells"`  // by number of texts, most first
}

// Combination is one combination of values, and the number of texts with it in
// each segment, in the order of Segments. Values holds an index in Values for each
// of the fields; -1 stands for values that are not listed there, and for none.
type Combination struct {
	Values []int `json:"values"`
	Texts  []int `json:"texts"`
}
