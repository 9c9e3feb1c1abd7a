package result

// Explanation is a text's margin, divided among its words: the attributions of
// Words and Rest add up to Margin - Baseline - Gap.
type Explanation struct {
	Text         int    `json:"text"`    // its number in the input, from 1
	Segment      int    `json:"segment"` // Unassigned if it is in no segment; then Margin is that of the nearest, the runner-up
	Name         string `json:"name"`
	RunnerUp     int    `json:"runner_up"`
	RunnerUpName string `json:"runner_up_name"`
	// Margin is the text's margin to the runner-up (see the package comment), as
	// it is differentiated; Baseline is that of the text with padding tokens in
	// place of all its tokens, nil if it was not computed.
	Margin   float64  `json:"margin"`
	Baseline *float64 `json:"baseline,omitempty"`
	// Gap is the part of Margin - Baseline that the integral missed, and Complete
	// reports that it is within the tolerance. Gap is nil for gradient times input.
	Complete bool          `json:"complete"`
	Gap      *float64      `json:"gap,omitempty"`
	Words    []Attribution `json:"words"` // in the order of the text
	Rest     float64       `json:"rest"`  // of tokens that stand for no words as they are written
}

// Attribution is what a word of a text adds to a score.
type Attribution struct {
	Word  string  `json:"word"`  // as it is written
	Start int     `json:"start"` // bytes [Start, End) of the input text
	End   int     `json:"end"`
	Value float64 `json:"attribution"`
}
