package cohort

import (
	"context"

	"gonum.org/v1/gonum/mat"
)

// Reducer projects vectors to fewer dimensions. reduce.PCA and reduce.UMAP
// satisfy it through [ReduceFunc].
type Reducer interface {
	// FitTransform returns the projection of the rows of x [n, d].
	FitTransform(ctx context.Context, x mat.Matrix) (mat.Matrix, error)
	// Describe names the method and its options, for the report.
	Describe() string
}

// Feeling is the sentiment of one text.
type Feeling struct {
	Value  float64 // in [-1, 1]
	StdErr float64 // of Value as an estimate of what people would say; 0: not known
}

// Sentiment scores the feeling of texts.
type Sentiment interface {
	// Feelings returns one Feeling a text; vectors [len(texts), dim] are the
	// model's for these texts, each of length 1.
	Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]Feeling, error)
	// Describe names the method, for the report.
	Describe() string
}
