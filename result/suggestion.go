package result

// Suggestion is something that could be done for a segment, with its evidence.
type Suggestion struct {
	Use      SuggestionUse `json:"use"`
	Text     string        `json:"text"`
	Evidence []string      `json:"evidence"` // words, values or quotations
	Count    int           `json:"count"`    // number of texts that support it
	Z        float64       `json:"z"`        // how far above the other segments, in standard errors
}

// SuggestionUse says who a suggestion is for.
type SuggestionUse string

// The uses of suggestions.
const (
	UseMessage        SuggestionUse = "message"        // marketing: words to use when addressing the segment
	UseFix            SuggestionUse = "fix"            // customer service: problems to look into
	UseRecommendation SuggestionUse = "recommendation" // items or categories that it has more than others
)
