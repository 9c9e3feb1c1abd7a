package keyword

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ErrVectors is returned if Embed gives a wrong number of vectors, or vectors
// that differ in length or are not finite.
var ErrVectors = errors.New("keyword: vectors do not fit the texts")

// Embed turns texts into vectors of the same length, one per text. The norm of
// a vector does not matter. It is called with up to 256 texts at a time. For a
// bert model m:
//
//	func(ctx context.Context, texts []string) ([][]float32, error) {
//		e, err := m.Embed(ctx, texts)
//		if err != nil {
//			return nil, err
//		}
//		rows := make([][]float32, len(texts))
//		for i := range rows {
//			rows[i] = e.Row(i)
//		}
//		return rows, nil
//	}
type Embed func(ctx context.Context, texts []string) ([][]float32, error)

// embedBatch is the number of texts passed to Embed at once.
const embedBatch = 256

// candidates is the minimum number of terms of a segment that are embedded.
const candidates = 100

// ByEmbedding returns the keywords of each segment that are nearest to it in
// meaning, best first, as KeyBERT does for documents (Grootendorst 2020):
// result[s] are those of the texts with label s. The candidates are the terms
// matching the query that have the largest c-TF-IDF weight, 100 or Query.Top if
// that is more. Each is embedded in its most frequent spelling and scored by
// its cosine with the segment's centre, the mean of its texts' unit vectors.
// They are then selected by maximal marginal relevance: each time the one with
// the greatest (1-Diversity)*cosine/best - Diversity*(cosine to the nearest
// selected one), where best is the highest cosine.
//
// To find the keywords of one text, pass it alone, with label 0. In segments of
// fewer than 10 texts a phrase that occurs once is a candidate, too.
// ByEmbedding returns ErrShape and ErrVectors, wrapped, or the error of embed
// or of the context.
func ByEmbedding(ctx context.Context, texts []string, labels []int, embed Embed, o Options, q Query) ([][]Keyword, error) {
	c, err := countAll(ctx, texts, labels, o)
	if err != nil {
		return nil, err
	}
	centres := make([][]float32, c.Segments())
	for from := 0; from < len(texts); from += embedBatch {
		to := min(from+embedBatch, len(texts))
		rows, err := embedAll(ctx, texts[from:to], embed)
		if err != nil {
			return nil, err
		}
		for i, row := range rows {
			label := labels[from+i]
			if label < 0 {
				continue
			}
			if centres[label] == nil {
				centres[label] = make([]float32, len(row))
			}
			if len(row) != len(centres[label]) {
				return nil, fmt.Errorf("%w: text %d has %d dimensions, one before %d", ErrVectors, from+i, len(row), len(centres[label]))
			}
			for d, v := range row {
				centres[label][d] += v
			}
		}
	}
	return c.ByEmbedding(ctx, centres, embed, q)
}

// ByEmbedding is like the function ByEmbedding, for texts that were already
// counted and centres given by the caller: centres[s] is that of segment s, for
// example from a clusterer, with any norm, in the dimensions of embed. Segments
// without texts get no keywords, and their centre may be nil.
func (c *Counter) ByEmbedding(ctx context.Context, centres [][]float32, embed Embed, q Query) ([][]Keyword, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if len(centres) != c.Segments() {
		return nil, fmt.Errorf("%w: %d centres, %d segments", ErrShape, len(centres), c.Segments())
	}
	q = q.withDefaults()
	pools := make([][]ranked[Keyword], len(centres))
	at := map[string]int{} // spelling of a candidate -> its row
	var forms []string
	for s := range pools {
		asked := q
		if q.MinTexts == 0 && c.texts[s] < fewTexts {
			asked.MinTexts = 1 // among few texts a phrase that occurs once may be a keyword
		}
		pools[s], _ = c.rank(s, &asked)
		byScore(pools[s])
		pools[s] = pools[s][:min(len(pools[s]), max(candidates, q.Top))]
		for i := range pools[s] {
			k := &pools[s][i]
			k.value.Text = c.terms[k.key].forms.commonest(s)
			if _, ok := at[k.value.Text]; !ok {
				at[k.value.Text] = len(forms)
				forms = append(forms, k.value.Text)
			}
		}
	}
	var rows [][]float32 // [len(forms), dim]
	for from := 0; from < len(forms); from += embedBatch {
		batch, err := embedAll(ctx, forms[from:min(from+embedBatch, len(forms))], embed)
		if err != nil {
			return nil, err
		}
		rows = append(rows, batch...)
	}
	out := make([][]Keyword, len(centres))
	for s, pool := range pools {
		if len(pool) == 0 {
			continue
		}
		vector := func(i int) []float32 { return rows[at[pool[i].value.Text]] }
		centre, err := unit(centres[s])
		if err != nil || len(centre) != len(vector(0)) {
			return nil, fmt.Errorf("%w: centre of segment %d has %d dimensions, keywords %d, or is not finite", ErrVectors, s, len(centres[s]), len(rows[0]))
		}
		for i := range pool {
			pool[i].score = dot(vector(i), centre)
		}
		byScore(pool)
		out[s] = nearest(pool, &q, func(a, b int) float64 { return dot(vector(a), vector(b)) })
	}
	return out, nil
}

// nearest selects the terms of a query from pool, which is sorted by falling
// cosine with the centre.
func nearest(pool []ranked[Keyword], q *Query, alike func(a, b int) float64) []Keyword {
	terms := make([]Candidate, len(pool))
	for i, k := range pool {
		terms[i] = Candidate{Key: k.key, Score: k.score, Count: k.count}
	}
	var chosen []Keyword
	for _, i := range choose(terms, 0, q.Top, &preference{diversity: q.Diversity, best: pool[0].score, alike: alike}) {
		k := pool[i].value
		k.Score = pool[i].score
		chosen = append(chosen, k)
	}
	return chosen
}

// embedAll embeds texts and returns unit vectors, all checked.
func embedAll(ctx context.Context, texts []string, embed Embed) ([][]float32, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, fmt.Errorf("keyword: before embedding: %w", err)
	}
	rows, err := embed(ctx, texts)
	if err != nil {
		return nil, fmt.Errorf("keyword: embedding: %w", err)
	}
	if len(rows) != len(texts) {
		return nil, fmt.Errorf("%w: %d vectors for %d texts", ErrVectors, len(rows), len(texts))
	}
	out := make([][]float32, len(rows))
	for i, row := range rows {
		if len(row) != len(rows[0]) {
			return nil, fmt.Errorf("%w: %d dimensions, then %d", ErrVectors, len(rows[0]), len(row))
		}
		if out[i], err = unit(row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// unit returns v scaled to length 1; a zero vector stays zero.
func unit(v []float32) ([]float32, error) {
	var sum float64
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	if math.IsNaN(sum) || math.IsInf(sum, 0) {
		return nil, fmt.Errorf("%w: a vector that is not finite", ErrVectors)
	}
	out := make([]float32, len(v))
	if sum == 0 {
		return out, nil
	}
	scale := 1 / math.Sqrt(sum)
	for i, x := range v {
		out[i] = float32(float64(x) * scale)
	}
	return out, nil
}

func dot(a, b []float32) float64 {
	var sum float64
	for i, x := range a {
		sum += float64(x) * float64(b[i])
	}
	return sum
}
