package serve

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"net/http"

	"github.com/seed-56ee9438/cohort/bert"
)

// This file implements OpenAI's API as described in its reference
// (platform.openai.com/docs/api-reference/embeddings).

type openAIRequest struct {
	Input          openAIInput `json:"input"`
	Model          string      `json:"model"`
	EncodingFormat string      `json:"encoding_format"`
	Dimensions     *int        `json:"dimensions"`
	User           string      `json:"user"` // OpenAI uses it for abuse monitoring
}

// openAIInput is a string, an array of strings, an array of token ids, or an
// array of such arrays: texts or ids, not both.
type openAIInput struct {
	texts []string
	ids   [][]int32
}

func (in *openAIInput) UnmarshalJSON(data []byte) error {
	var one string
	var ids []int32
	switch {
	case json.Unmarshal(data, &one) == nil && string(data) != "null":
		in.texts = []string{one}
	case json.Unmarshal(data, &in.texts) == nil && in.texts != nil && !holdsNull(data):
	case json.Unmarshal(data, &ids) == nil && ids != nil && !holdsNull(data):
		in.texts, in.ids = nil, [][]int32{ids}
	case json.Unmarshal(data, &in.ids) == nil && in.ids != nil && !holdsNull(data):
		in.texts = nil
	default:
		return refuse(http.StatusBadRequest, "input: want a string, an array of strings, or token ids")
	}
	return nil
}

// holdsNull reports whether an array has a null element, which decodes to a
// zero value.
func holdsNull(array []byte) bool {
	var elements []json.RawMessage
	if json.Unmarshal(array, &elements) != nil {
		return false
	}
	for _, e := range elements {
		if string(e) == "null" || len(e) > 0 && e[0] == '[' && holdsNull(e) {
			return true
		}
	}
	return false
}

type openAIEmbedding struct {
	Object    string `json:"object"`
	Index     int    `json:"index"`
	Embedding any    `json:"embedding"` // []float32, or base64 of them, least significant byte first
}

type openAIUsage struct {
	PromptTokens int `json:"prompt_tokens"`
	TotalTokens  int `json:"total_tokens"`
}

type openAIResponse struct {
	Object string            `json:"object"`
	Data   []openAIEmbedding `json:"data"`
	Model  string            `json:"model"`
	Usage  openAIUsage       `json:"usage"`
}

func (s *service) openAIEmbeddings(r *http.Request) (any, error) {
	var q openAIRequest
	if err := read(r, &q); err != nil {
		return nil, err
	}
	if q.EncodingFormat != "" && q.EncodingFormat != "float" && q.EncodingFormat != "base64" {
		return nil, refuse(http.StatusBadRequest, "encoding_format: want float or base64")
	}
	dim := 0
	if q.Dimensions != nil {
		if dim = *q.Dimensions; dim < 1 || dim > s.model.Dim() {
			return nil, refuse(http.StatusBadRequest, "dimensions is %d, want 1 to %d", dim, s.model.Dim())
		}
	}
	var v *vectors
	var err error
	switch {
	case len(q.Input.texts) > 0:
		v, err = s.embedTexts(r.Context(), q.Input.texts, s.embedOptions(dim, nil))
	case len(q.Input.ids) > 0:
		v, err = s.embedIDs(r.Context(), q.Input.ids, dim)
	default:
		return nil, refuse(http.StatusBadRequest, "input: nothing to embed")
	}
	if err != nil {
		return nil, err
	}
	out := openAIResponse{Object: "list", Model: s.model.Name(), Data: make([]openAIEmbedding, len(v.rows)), Usage: openAIUsage{v.tokens, v.tokens}}
	for i, row := range v.rows {
		out.Data[i] = openAIEmbedding{Object: "embedding", Index: i, Embedding: row}
		if q.EncodingFormat == "base64" {
			out.Data[i].Embedding = base64.StdEncoding.EncodeToString(floatBytes(row))
		}
	}
	return out, nil
}

// embedOptions returns the options of a call. OpenAI's vectors have unit length
// whatever their dimensions, and so do those of a model that normalises.
func (s *service) embedOptions(dim int, truncate *bool) bert.EmbedOptions {
	o := bert.EmbedOptions{Dim: dim, Overlength: bert.Refuse}
	if truncate == nil && s.options.Truncate || truncate != nil && *truncate {
		o.Overlength = bert.Truncate
	}
	return o
}

func floatBytes(x []float32) []byte {
	b := make([]byte, 0, 4*len(x))
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func (s *service) openAIModels(*http.Request) (any, error) {
	type model struct {
		ID      string `json:"id"`
		Object  string `json:"object"`
		Created int64  `json:"created"`
		OwnedBy string `json:"owned_by"`
	}
	return struct {
		Object string  `json:"object"`
		Data   []model `json:"data"`
	}{"list", []model{{s.model.Name(), "model", s.started.Unix(), "cohort"}}}, nil
}

func writeOpenAIError(w http.ResponseWriter, e *requestError) {
	kind := "invalid_request_error"
	if e.status >= 500 {
		kind = "server_error"
	}
	if e.status == http.StatusTooManyRequests {
		kind = "rate_limit_error"
	}
	type body struct {
		Message string  `json:"message"`
		Type    string  `json:"type"`
		Param   *string `json:"param"`
		Code    *string `json:"code"`
	}
	b := body{Message: e.message, Type: kind}
	if e.code != "" {
		b.Code = &e.code
	}
	status := e.status
	if e.code == "context_length_exceeded" {
		status = http.StatusBadRequest // as in OpenAI
	}
	writeJSON(w, status, map[string]body{"error": b})
}
