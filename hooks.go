package cohort

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/sentiment"
)

// Feeling is the sentiment of one text.
type Feeling = sentiment.Feeling

// Sentiment scores the feeling of texts. A *sentiment.Head is one.
type Sentiment interface {
	// Feelings returns one Feeling a text; vectors [len(texts), dim] are the
	// model's for these texts, each of length 1.
	Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]Feeling, error)
	// Describe names the method, for the report.
	Describe() string
}

var _ Sentiment = (*sentiment.Head)(nil)
