package estimator_test

import (
	"errors"
	"testing"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/reduce"
)

// TestOneErrorOfAKind: whoever checks for one package's error finds all others'.
func TestOneErrorOfAKind(t *testing.T) {
	t.Parallel()
	for want, same := range map[error][]error{
		estimator.ErrNotFinite:    {cluster.ErrNotFinite, eval.ErrNotFinite, reduce.ErrNotFinite},
		estimator.ErrEmpty:        {cluster.ErrEmpty, eval.ErrEmpty, reduce.ErrEmpty},
		estimator.ErrZeroRow:      {cluster.ErrZeroRow, eval.ErrZeroRow, reduce.ErrZeroRow},
		estimator.ErrShape:        {cluster.ErrShape, eval.ErrShape, reduce.ErrShape},
		estimator.ErrMetric:       {cluster.ErrMetric, eval.ErrMetric, reduce.ErrMetric},
		estimator.ErrTooFewPoints: {cluster.ErrTooFewPoints, reduce.ErrTooFewPoints},
		estimator.ErrNotFitted:    {cluster.ErrNotFitted, reduce.ErrNotFitted},
		estimator.ErrNilContext:   {cluster.ErrNilContext, eval.ErrNilContext, reduce.ErrNilContext},
		estimator.ErrOption:       {cluster.ErrOption, eval.ErrOption, reduce.ErrOption, cluster.ErrMetric, reduce.ErrComponents},
	} {
		for _, err := range same {
			if !errors.Is(err, want) {
				t.Errorf("%v is not %v", err, want)
			}
		}
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want string
		is   error
	}{
		{&estimator.ValueError{Estimator: "KMeans", Input: "weights", Row: 3, Value: 2, Err: estimator.ErrNotFinite}, "KMeans: weights: row 3, column 0 is 2: value is not finite", estimator.ErrNotFinite},
		{&estimator.ValueError{Row: 3, Col: -1, Err: estimator.ErrZeroRow}, "row 3: row of zeros has no direction", estimator.ErrZeroRow},
		{&estimator.OptionError{Estimator: "PCA", Option: "Solver", Got: "x", Want: "exact"}, "PCA: Solver is x, want exact", estimator.ErrOption},
		{&estimator.OptionError{Estimator: "Complete", Option: "n", Got: 9, Want: "less", Err: estimator.ErrTooLarge}, "Complete: n is 9, want less", estimator.ErrTooLarge},
		{&estimator.ShapeError{Estimator: "PCA", What: "features", Got: 2, Want: 3}, "PCA: features: got 2, want 3", estimator.ErrShape},
		{&estimator.TooFewPointsError{Estimator: "KMeans", Need: "K = 5", Want: 5, Got: 2}, "KMeans: K = 5 needs at least 5 points, got 2", estimator.ErrTooFewPoints},
		{estimator.BadMetric("Ward", estimator.Cosine, "euclidean"), "Ward: Metric is cosine, want euclidean", estimator.ErrOption},
	} {
		if c.err.Error() != c.want || !errors.Is(c.err, c.is) {
			t.Errorf("%v, want %s, %v", c.err, c.want, c.is)
		}
	}
}
