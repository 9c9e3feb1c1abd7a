package result

// Suggestion is something that could be done for a segment, with its evidence.
type Suggestion struct {
	Use      SuggestionUse `json:"use"`
	Text     string        `json:"text"`     // Sentence in the language of the texts
	Evidence []string      `json:"evidence"` // quotations, or a category
	Count    int           `json:"count"`    // number of users, or of texts with a category, that support it
	Z        float64       `json:"z"`        // how far above the other segments, in standard errors

	// Aspect is what Count of the Of users who speak of it praise or blame; "" for a
	// category.
	Aspect string `json:"aspect,omitempty"`
	Of     int    `json:"of,omitempty"`
	// Share is the share of the segment's users, or texts, and Others that of the
	// other segments' users, or of all texts.
	Share  float64 `json:"share,omitempty"`
	Others float64 `json:"others,omitempty"`
	// Q is the p-value of that difference, corrected for all aspects tried; 1 for
	// categories, which are not tested in this way.
	Q float64 `json:"q,omitempty"`
	// Impact is the contribution of these users to the segment's mean rating, if its
	// interval excludes 0.
	Impact float64 `json:"impact,omitempty"`
}

// SuggestionUse says who a suggestion is for.
type SuggestionUse string

// The uses of suggestions.
const (
	UseMessage        SuggestionUse = "message"        // marketing: what the segment praises
	UseFix            SuggestionUse = "fix"            // customer service: what it blames
	UseRecommendation SuggestionUse = "recommendation" // items or categories that it has more than others
)

// SurelyDifferent is the Q below which a segment counts as different from the
// others.
const SurelyDifferent = 0.05
