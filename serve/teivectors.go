package serve

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/seed-56ee9438/cohort/bert"
)

// This file has the routes of TEI that make vectors of texts: one each, sparse
// ones, and one per token.

// vectorInput is a text, the ids of one, or an array of either.
type vectorInput struct {
	texts []string
	ids   [][]int32 // instead of texts
}

// len returns the number of texts.
func (in *vectorInput) len() int { return len(in.texts) + len(in.ids) }

func (in *vectorInput) UnmarshalJSON(data []byte) error {
	var one oneOrMany
	if err := one.UnmarshalJSON(data); err == nil {
		in.texts = one.texts
		return nil
	}
	var ids []int32
	if json.Unmarshal(data, &ids) == nil && len(ids) > 0 && !holdsNull(data) {
		in.ids = [][]int32{ids}
		return nil
	}
	if json.Unmarshal(data, &in.ids) == nil && in.ids != nil && !holdsNull(data) {
		return nil
	}
	return refuse(http.StatusUnprocessableEntity, "inputs: want a string, an array of strings, or token ids")
}

// vectorRequest is what all three routes accept.
type vectorRequest struct {
	Inputs     vectorInput `json:"inputs"`
	PromptName string      `json:"prompt_name"`
	cutting
}

// options checks the request.
func (s *service) vectorOptions(q *vectorRequest) (o bert.EmbedOptions, err error) {
	if err := q.check(); err != nil {
		return o, err
	}
	if s.model.Classifies() {
		return o, refuse(http.StatusFailedDependency, "the model classifies texts: it is no embedding model")
	}
	if q.Inputs.len() == 0 {
		return o, &requestError{status: http.StatusBadRequest, message: "inputs cannot be empty", code: codeEmpty}
	}
	for _, x := range q.Inputs.ids {
		if len(x) == 0 {
			return o, refuse(http.StatusUnprocessableEntity, "inputs: a text of no token ids")
		}
	}
	if q.Inputs.ids != nil && q.PromptName != "" {
		return o, refuse(http.StatusUnprocessableEntity, "prompt_name: token ids are used as they are, without a prompt")
	}
	o = s.embedOptions(0, q.Truncate)
	o.PromptName = q.PromptName
	return o, nil
}

func (s *service) embed(r *http.Request) (any, error) {
	var q struct {
		vectorRequest
		Normalize  *bool `json:"normalize"`
		Dimensions *int  `json:"dimensions"`
	}
	if err := read(r, &q); err != nil {
		return nil, err
	}
	o, err := s.vectorOptions(&q.vectorRequest)
	if err != nil {
		return nil, err
	}
	if q.Dimensions != nil {
		if o.Dim = *q.Dimensions; o.Dim < 1 || o.Dim > s.model.Dim() {
			return nil, refuse(http.StatusUnprocessableEntity, "dimensions is %d, want 1 to %d", o.Dim, s.model.Dim())
		}
	}
	normalize := q.Normalize == nil || *q.Normalize
	if !normalize && s.model.Normalizes() {
		return nil, refuse(http.StatusUnprocessableEntity, "normalize: the model's own vectors have unit length, false cannot be honoured")
	}
	var v *vectors
	if q.Inputs.ids != nil {
		v, err = s.embedIDs(r.Context(), q.Inputs.ids, o.Dim)
	} else {
		v, err = s.embedTexts(r.Context(), q.Inputs.texts, o)
	}
	if err != nil {
		return nil, err
	}
	if normalize && !s.model.Normalizes() {
		for i := range v.rows {
			v.rows[i] = unit(v.rows[i])
		}
	}
	return v.rows, nil
}

// sparseValue is a feature of a sparse vector that is not 0.
type sparseValue struct {
	Index int32   `json:"index"`
	Value float32 `json:"value"`
}

// embedSparse answers with the features that are not 0, by index.
func (s *service) embedSparse(r *http.Request) (any, error) {
	var v *bert.SparseVectors
	err := s.withVectors(r, func(ctx context.Context, texts []string, ids []bert.Input, o bert.EmbedOptions) (tokens int, err error) {
		if ids != nil {
			v, err = s.model.EmbedSparseIDs(ctx, ids)
		} else {
			v, err = s.model.EmbedSparseAs(ctx, texts, bert.AnyTask, o)
		}
		if err != nil {
			return 0, err
		}
		return v.Tokens, nil
	})
	if errors.Is(err, bert.ErrVectorKind) {
		return nil, refuse(http.StatusFailedDependency, "the model is not an embedding model with SPLADE pooling")
	}
	if err != nil {
		return nil, err
	}
	out := make([][]sparseValue, v.Len())
	for i := range out {
		indices, values := v.Row(i)
		out[i] = make([]sparseValue, len(indices))
		for k, index := range indices {
			out[i][k] = sparseValue{index, values[k]}
		}
	}
	return out, nil
}

// embedAll answers with a vector per token, special ones included: the
// encoder's output, without pooling or what comes after it.
func (s *service) embedAll(r *http.Request) (any, error) {
	var v *bert.MultiVectors
	err := s.withVectors(r, func(ctx context.Context, texts []string, ids []bert.Input, o bert.EmbedOptions) (tokens int, err error) {
		if ids != nil {
			v, err = s.model.TokenVectorsIDs(ctx, ids)
		} else {
			v, err = s.model.TokenVectors(ctx, texts, o)
		}
		if err != nil {
			return 0, err
		}
		return v.Tokens, nil
	})
	if errors.Is(err, bert.ErrVectorKind) || errors.Is(err, bert.ErrUnsupported) {
		return nil, refuse(http.StatusFailedDependency, "the model has no vectors of tokens")
	}
	if err != nil {
		return nil, err
	}
	out := make([][][]float32, v.Len())
	for i := range out {
		out[i] = v.Rows(i)
	}
	return out, nil
}

// withVectors reads a request and calls embed with its texts or ids.
func (s *service) withVectors(r *http.Request, embed func(context.Context, []string, []bert.Input, bert.EmbedOptions) (int, error)) error {
	var q vectorRequest
	if err := read(r, &q); err != nil {
		return err
	}
	o, err := s.vectorOptions(&q)
	if err != nil {
		return err
	}
	leave, err := s.admit(q.Inputs.len())
	if err != nil {
		return err
	}
	defer leave()
	var ids []bert.Input
	for _, x := range q.Inputs.ids {
		ids = append(ids, bert.Input{IDs: x})
	}
	tokens, err := embed(r.Context(), q.Inputs.texts, ids, o)
	if err == nil {
		s.metrics.batch(q.Inputs.len(), tokens)
	}
	return err
}
