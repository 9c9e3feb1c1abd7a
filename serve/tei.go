package serve

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/seed-56ee9438/cohort/bert"
)

// This file implements the API of Text Embeddings Inference as specified in its
// OpenAPI description (huggingface.github.io/text-embeddings-inference).

// oneOrMany is a text or an array of them.
type oneOrMany struct {
	texts []string
	many  bool
}

func (in *oneOrMany) UnmarshalJSON(data []byte) error {
	var one string
	switch {
	case json.Unmarshal(data, &one) == nil && string(data) != "null":
		in.texts = []string{one}
	case json.Unmarshal(data, &in.texts) == nil && in.texts != nil && !holdsNull(data):
		in.many = true
	default:
		return refuse(http.StatusUnprocessableEntity, "inputs: want a string or an array of strings")
	}
	return nil
}

// cutting holds the fields that say what happens to texts that are too long.
type cutting struct {
	Truncate  *bool  `json:"truncate"`
	Direction string `json:"truncation_direction"`
}

func (c *cutting) check() error {
	switch c.Direction {
	case "", "right", "Right":
		return nil
	}
	return refuse(http.StatusUnprocessableEntity, "truncation_direction: only right is supported")
}

// unit returns x scaled to length 1; zero stays zero.
func unit(x []float32) []float32 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	out := make([]float32, len(x))
	if sum == 0 {
		return out
	}
	for i, v := range x {
		out[i] = float32(float64(v) / math.Sqrt(sum))
	}
	return out
}

// rank is a reranked text.
type rank struct {
	Index int     `json:"index"`
	Text  *string `json:"text,omitempty"`
	Score float64 `json:"score"`
}

func (s *service) rerank(r *http.Request) (any, error) {
	var q struct {
		Query      *string  `json:"query"`
		Texts      []string `json:"texts"`
		RawScores  bool     `json:"raw_scores"`
		ReturnText bool     `json:"return_text"`
		cutting
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if q.Query == nil || q.Texts == nil {
		return nil, refuse(http.StatusUnprocessableEntity, "want a query and texts")
	}
	if len(q.Texts) == 0 {
		return nil, &requestError{status: http.StatusBadRequest, message: "texts cannot be empty", code: codeEmpty}
	}
	pairs := make([][2]string, len(q.Texts))
	for i, t := range q.Texts {
		pairs[i] = [2]string{*q.Query, t}
	}
	classes, err := s.classify(r, nil, pairs, q.Truncate)
	if err != nil {
		return nil, err
	}
	out := make([]rank, len(classes))
	for i, c := range classes {
		if len(c.Logits) != 1 {
			return nil, refuse(http.StatusFailedDependency, "the model has %d labels: it is no reranker", len(c.Logits))
		}
		out[i] = rank{Index: i, Score: float64(c.Logits[0])}
		if !q.RawScores {
			out[i].Score = 1 / (1 + math.Exp(-out[i].Score))
		}
		if q.ReturnText {
			out[i].Text = &q.Texts[i]
		}
	}
	slices.SortStableFunc(out, func(a, b rank) int { return cmp.Compare(b.Score, a.Score) })
	return out, nil
}

// classify classifies texts, or pairs if there are any.
func (s *service) classify(r *http.Request, texts []string, pairs [][2]string, truncate *bool) ([]bert.Classification, error) {
	leave, err := s.admit(len(texts) + len(pairs))
	if err != nil {
		return nil, err
	}
	defer leave()
	var out []bert.Classification
	if len(pairs) > 0 {
		out, err = s.model.ClassifyPairs(r.Context(), pairs)
	} else {
		out, err = s.model.Classify(r.Context(), texts)
	}
	if err != nil {
		return nil, err
	}
	s.metrics.batch(len(out), 0)
	if truncate == nil && s.options.Truncate || truncate != nil && *truncate {
		return out, nil
	}
	for i, c := range out {
		if c.Truncated {
			return nil, refuse(http.StatusRequestEntityTooLarge, "text %d has more tokens than the %d that the model reads: shorten it or ask for truncation", i, s.model.MaxLength())
		}
	}
	return out, nil
}

// predictInput is a text, a pair of texts, or an array of arrays of one or two
// texts.
type predictInput struct {
	items [][]string // of one or two texts
	many  bool
}

func (in *predictInput) UnmarshalJSON(data []byte) error {
	var one string
	var pair []string
	switch {
	case json.Unmarshal(data, &one) == nil && string(data) != "null":
		in.items = [][]string{{one}}
	case json.Unmarshal(data, &pair) == nil && len(pair) > 0 && !holdsNull(data):
		in.items = [][]string{pair}
	case json.Unmarshal(data, &in.items) == nil && in.items != nil && !holdsNull(data):
		in.many = true
	default:
		return refuse(http.StatusUnprocessableEntity, "inputs: want a string, a pair of strings, or an array of arrays of one or two strings")
	}
	for _, item := range in.items {
		if len(item) != 1 && len(item) != 2 {
			return refuse(http.StatusUnprocessableEntity, "inputs: an item of %d strings, want one or two", len(item))
		}
	}
	return nil
}

// prediction is a text's class.
type prediction struct {
	Score float64 `json:"score"`
	Label string  `json:"label"`
}

func (s *service) predict(r *http.Request) (any, error) {
	var q struct {
		Inputs    predictInput `json:"inputs"`
		RawScores bool         `json:"raw_scores"`
		cutting
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	if err := q.check(); err != nil {
		return nil, err
	}
	if len(q.Inputs.items) == 0 {
		return nil, &requestError{status: http.StatusBadRequest, message: "inputs cannot be empty", code: codeEmpty}
	}
	classes, err := s.classifyMixed(r, q.Inputs.items, q.Truncate)
	if err != nil {
		return nil, err
	}
	labels := s.model.Config().Labels
	out := make([][]prediction, len(classes))
	for i, c := range classes {
		out[i] = make([]prediction, len(c.Scores))
		for j := range c.Scores {
			p := prediction{Score: c.Scores[j]}
			if q.RawScores {
				p.Score = float64(c.Logits[j])
			}
			if j < len(labels) {
				p.Label = labels[j]
			}
			out[i][j] = p
		}
		slices.SortStableFunc(out[i], func(a, b prediction) int { return cmp.Compare(b.Score, a.Score) })
	}
	if !q.Inputs.many {
		return out[0], nil
	}
	return out, nil
}

// classifyMixed classifies single texts and pairs, and returns the classes in the
// order of items.
func (s *service) classifyMixed(r *http.Request, items [][]string, truncate *bool) ([]bert.Classification, error) {
	var texts []string
	var pairs [][2]string
	for _, item := range items {
		if len(item) == 2 {
			pairs = append(pairs, [2]string{item[0], item[1]})
		} else {
			texts = append(texts, item[0])
		}
	}
	var single, paired []bert.Classification
	var err error
	if len(texts) > 0 {
		if single, err = s.classify(r, texts, nil, truncate); err != nil {
			return nil, err
		}
	}
	if len(pairs) > 0 {
		if paired, err = s.classify(r, nil, pairs, truncate); err != nil {
			return nil, err
		}
	}
	out := make([]bert.Classification, len(items))
	for i, item := range items {
		if len(item) == 2 {
			out[i], paired = paired[0], paired[1:]
		} else {
			out[i], single = single[0], single[1:]
		}
	}
	return out, nil
}

func (s *service) info(*http.Request) (any, error) {
	version := "unknown"
	if b, ok := debug.ReadBuildInfo(); ok {
		version = b.Main.Version
	}
	pooling := s.model.Pooling().String()
	if s.model.VectorKind() == "sparse" {
		pooling = "splade"
	}
	kind := map[string]any{"embedding": map[string]string{"pooling": pooling}}
	if labels := s.model.Config().Labels; s.model.Classifies() {
		byID, byLabel := map[int]string{}, map[string]int{}
		for i, l := range labels {
			byID[i], byLabel[l] = l, i
		}
		name := "classifier"
		if len(labels) == 1 {
			name = "reranker"
		}
		kind = map[string]any{name: map[string]any{"id2label": byID, "label2id": byLabel}}
	}
	return map[string]any{
		"model_id": s.model.Name(), "model_sha": s.model.Digest(), "model_dtype": s.model.Precision().String(), "model_type": kind,
		"max_concurrent_requests": s.options.MaxQueue, "max_input_length": s.model.MaxLength(), "max_batch_tokens": s.options.BatchTokens,
		"max_batch_requests": nil, "max_client_batch_size": s.options.MaxTexts, "auto_truncate": s.options.Truncate, "version": version,
	}, nil
}

func (s *service) health(*http.Request) (any, error) { return map[string]string{"status": "ok"}, nil }

// codeEmpty marks errors of type Empty.
const codeEmpty = "empty"

// writeTEIError sends an error as the types of TEI's description name it. What
// the description has no type for, such as JSON that is none, is a Validation.
func writeTEIError(w http.ResponseWriter, e *requestError) {
	kind := "Validation"
	switch e.status {
	case http.StatusFailedDependency, http.StatusInternalServerError:
		kind = "Backend"
	case http.StatusTooManyRequests:
		kind = "Overloaded"
	case http.StatusServiceUnavailable:
		kind = "Unhealthy"
	case http.StatusUnprocessableEntity:
		kind = "Tokenizer"
	}
	if e.code == codeEmpty {
		kind = "Empty"
	}
	writeJSON(w, e.status, map[string]string{"error": e.message, "error_type": kind})
}
