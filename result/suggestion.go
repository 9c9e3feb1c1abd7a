package result

// Suggestion is something that might be done for a segment, tied to what it
// is drawn from.
type Suggestion struct {
	Use      SuggestionUse `json:"use"`
	Text     string        `json:"text"`
	Evidence []string      `json:"evidence"` // words, values or quotations
	Count    int           `json:"count"`    // texts that bear it out
	Z        float64       `json:"z"`        // how far above the other segments
}

// SuggestionUse is whom a suggestion is for.
type SuggestionUse string

// The uses of suggestions.
const (
	UseMessage        SuggestionUse = "message"        // marketing: words to speak to the segment with
	UseFix            SuggestionUse = "fix"            // customer service: what to look into
	UseRecommendation SuggestionUse = "recommendation" // items or categories it has more than others
)
