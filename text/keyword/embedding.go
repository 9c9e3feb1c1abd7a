package keyword

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// ErrVectors is the error for an Embed that gives as many vectors as there are
// not texts, or vectors of different lengths, or not finite.
var ErrVectors = errors.New("keyword: vectors do not fit the texts")

// Embed turns texts into vectors, one each, all of one length: row i is the
// meaning of texts[i], its length of no matter. It is called with some hundred
// texts at a time. For a bert model m:
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

// embedBatch is how many texts Embed gets at once.
const embedBatch = 256

// candidates is how many terms of a segment are embedded, at least.
const candidates = 100

// ByEmbedding returns keywords of each segment that are nearest in meaning to
// it, best first, as KeyBERT does for documents (Grootendorst 2020): result[s]
// are those of the texts whose label is s. The candidates are the terms that the
// query asks for with the most c-TF-IDF weight, 100 or Query.Top if that is more;
// each is embedded as it is most often written and scored by its cosine with the
// segment's centre, the mean of its texts' unit vectors. They are then chosen by
// maximal marginal relevance: each time the one with the greatest
// (1-Diversity)*cosine/best - Diversity*(cosine to the nearest chosen one), best
// being the highest cosine.
//
// For the keywords of one text give it alone, with label 0. In segments of fewer
// than 10 texts a phrase said once is a candidate, too. It returns ErrShape and
// ErrVectors, wrapped, or the error of embed or of the context.
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

// ByEmbedding is the function of that name for texts that were counted already,
// and for centres that the caller has: centres[s] is that of segment s, such as
// one that a clusterer found, of any length but in the dimensions of embed.
// Segments without texts get no keywords, and their centre may be nil.
func (c *Counter) ByEmbedding(ctx context.Context, centres [][]float32, embed Embed, q Query) ([][]Keyword, error) {
	if len(centres) != c.Segments() {
		return nil, fmt.Errorf("%w: %d centres, %d segments", ErrShape, len(centres), c.Segments())
	}
	q = q.withDefaults()
	pools := make([][]ranked[Keyword], len(centres))
	at := map[string]int{} // candidate as written -> its row
	var forms []string
	for s := range pools {
		asked := q
		if q.MinTexts == 0 && c.texts[s] < fewTexts {
			asked.MinTexts = 1 // in a few texts a phrase said once may tell
		}
		pools[s] = c.rank(s, &asked)
		byScore(pools[s])
		pools[s] = pools[s][:min(len(pools[s]), max(candidates, q.Top))]
		for i := range pools[s] {
			k := &pools[s][i]
			k.value.Text = c.terms[k.key].forms.commonest()
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

// nearest picks the terms of a query from pool, which comes by falling cosine
// with the centre.
func nearest(pool []ranked[Keyword], q *Query, alike func(a, b int) float64) []Keyword {
	terms := make([]Candidate, len(pool))
	for i, k := range pool {
		terms[i] = Candidate{Key: k.key, Score: k.score, Count: k.count}
	}
	var chosen []Keyword
	for _, i := range choose(terms, q.Top, q.Diversity, pool[0].score, alike) {
		k := pool[i].value
		k.Score = pool[i].score
		chosen = append(chosen, k)
	}
	return chosen
}

// embedAll embeds texts and returns unit vectors, all checked.
func embedAll(ctx context.Context, texts []string, embed Embed) ([][]float32, error) {
	if err := ctx.Err(); err != nil {
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

// unit returns v with length 1, or all 0 if it is.
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
