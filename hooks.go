package cohort

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
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

// describeClusterer names an estimator and the options that change its result.
func describeClusterer(c cluster.Clusterer) string {
	switch c := c.(type) {
	case cluster.KMeans:
		return fmt.Sprintf("kmeans, k %d, %s, seed %d", c.K, c.Metric, c.Seed)
	case cluster.MiniBatchKMeans:
		return fmt.Sprintf("minibatch kmeans, k %d, %s, seed %d", c.K, c.Metric, c.Seed)
	case cluster.BisectingKMeans:
		return fmt.Sprintf("bisecting kmeans, k %d, %s, seed %d", c.K, c.Metric, c.Seed)
	case cluster.DBSCAN:
		return fmt.Sprintf("dbscan, eps %g, min samples %d, %s", c.Eps, c.MinSamples, c.Metric)
	case cluster.HDBSCAN:
		return fmt.Sprintf("hdbscan, min cluster size %d, min samples %d, %s, selection %v", c.MinClusterSize, c.MinSamples, c.Metric, c.Selection)
	case cluster.Agglomerative:
		return fmt.Sprintf("agglomerative, k %d, linkage %v, %s", c.K, c.Linkage, c.Metric)
	case interface{ Describe() string }:
		return c.Describe()
	}
	return fmt.Sprintf("%T", c)
}

// describeReducer does the same for reducers.
func describeReducer(r reduce.Reducer) string {
	switch r := r.(type) {
	case reduce.PCA:
		return fmt.Sprintf("pca, %d components", r.Components)
	case reduce.RandomProjection:
		return fmt.Sprintf("random projection, %d components, seed %d", r.Components, r.Seed)
	case reduce.UMAP:
		return fmt.Sprintf("umap, %d components, %d neighbours, seed %d", r.Components, r.Neighbors, r.Seed)
	case interface{ Describe() string }:
		return r.Describe()
	}
	return fmt.Sprintf("%T", r)
}
