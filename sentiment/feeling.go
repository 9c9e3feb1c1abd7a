package sentiment

// Feeling is the sentiment of one text.
type Feeling struct {
	// Value lies in [-1, 1]: Positive - Negative, if the scorer knows classes.
	Value  float64
	StdErr float64 // of Value as an estimate of people's judgement; 0: unknown
	// Unknown reports that nothing can be said about the text, for example
	// because it has no words. All other fields are then 0 and meaningless.
	Unknown bool

	// Negative, Neutral and Positive are the probabilities of the three classes.
	// They add up to 1, or are all 0 if the scorer knows no classes.
	Negative, Neutral, Positive float64

	// Novelty says how unlike the texts that the scorer was fitted on this one is:
	// the share of texts of those kinds, left out of the fit, that are nearer to
	// them. Above [NovelAbove], StdErr has been widened by much. 0: unknown.
	Novelty float64
}

// NovelAbove is the Novelty above which a text counts as unlike those that the
// scorer was fitted on.
const NovelAbove = 0.95

// Class is one of the three classes of sentiment.
type Class string

// The classes.
const (
	Negative Class = "negative"
	Neutral  Class = "neutral"
	Positive Class = "positive"
)

// Class returns the most probable class, or "" if the classes are unknown.
func (f Feeling) Class() Class {
	switch most := max(f.Negative, f.Neutral, f.Positive); {
	case f.Unknown || most == 0:
		return ""
	case f.Neutral == most:
		return Neutral
	case f.Positive == most:
		return Positive
	}
	return Negative
}

// Interval returns the ends of Value ± z standard errors, within [-1, 1]. z =
// 1.645 covers about 90 % of people's ratings.
func (f Feeling) Interval(z float64) (low, high float64) {
	return max(-1, f.Value-z*f.StdErr), min(1, f.Value+z*f.StdErr)
}
