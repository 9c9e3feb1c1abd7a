package bert

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// This file reads ColBERT checkpoints in the layout of Stanford's own library
// (github.com/stanford-futuredata/ColBERT), as MultiVectorEncoder of
// sentence-transformers does: no modules.json, the class HF_ColBERT, and the
// projection of tokens among the encoder's weights.

const (
	stanfordClass = "HF_ColBERT"
	stanfordFile  = "artifact.metadata"
	// stanfordProjection is the tensor that projects tokens.
	stanfordProjection = "linear.weight"
)

// stanfordMetadata are the settings of artifact.metadata that have an effect on
// vectors. The others say how the model was trained and texts are indexed.
type stanfordMetadata struct {
	QueryToken     *string `json:"query_token_id"`
	DocumentToken  *string `json:"doc_token_id"`
	QueryLength    *int    `json:"query_maxlen"`
	DocumentLength *int    `json:"doc_maxlen"`
	Attend         bool    `json:"attend_to_mask_tokens"`
	Punctuation    *bool   `json:"mask_punctuation"`
}

// loadStanford reads a directory of that layout. It does nothing if the
// directory is another kind.
func (p *pipeline) loadStanford(fsys fs.FS) error {
	var c struct {
		Architectures []string `json:"architectures"`
	}
	if ok, err := readJSON(fsys, configFile, &c); err != nil || !ok || !slices.Contains(c.Architectures, stanfordClass) {
		return err
	}
	var meta stanfordMetadata
	if _, err := readJSON(fsys, stanfordFile, &meta); err != nil {
		return err
	}
	m := &multiSettings{masked: true, skipTasks: []string{"document"}, stanford: true}
	p.kind, p.multi, p.guessed = multiVectors, m, nil
	if meta.Punctuation == nil || *meta.Punctuation {
		m.skipWords = strings.Split(punctuation, "")
	}
	p.prompts = map[string]string{}
	for name, marker := range map[string]*string{"query": meta.QueryToken, "document": meta.DocumentToken} {
		prefix := map[string]string{"query": "[unused0]", "document": "[unused1]"}[name]
		if marker != nil && *marker != "" {
			prefix = *marker
		}
		p.prompts[name] = prefix + " "
		m.prefixes = append(m.prefixes, prefix+" ")
	}
	slices.Sort(m.prefixes)
	length := 32
	if meta.QueryLength != nil && *meta.QueryLength != 0 {
		length = *meta.QueryLength
	}
	m.expansion = &expansion{fixed: true, attend: meta.Attend, length: length}
	if meta.DocumentLength != nil {
		m.documentLength = *meta.DocumentLength
	}
	for field, n := range map[string]int{"query_maxlen": length, "doc_maxlen": max(m.documentLength, 1)} {
		if n < 1 || n > mostExpanded {
			return &ConfigError{File: stanfordFile, Field: field, Got: strconv.Itoa(n), Want: "1 or more tokens"}
		}
	}
	projection, err := p.stanfordProjection(fsys)
	m.steps = []step{projection, normalizeStep{}}
	return err
}

// stanfordProjection reads the linear layer [out, hidden] over tokens.
func (p *pipeline) stanfordProjection(fsys fs.FS) (step, error) {
	w, closeFile, err := p.openModule(fsys, ".")
	if err != nil {
		return nil, err
	}
	defer closeFile()
	t, ok := w.file.Lookup(stanfordProjection)
	if !ok || len(t.Shape) != 2 {
		return nil, &TensorError{File: w.file.Name(), Tensor: stanfordProjection, Got: tensorSeen(t, ok), Want: "[features, hidden size], for the class " + stanfordClass}
	}
	weight := w.param(t.Shape, stanfordProjection)
	if w.err != nil {
		return nil, w.err
	}
	return denseStep{Linear: engine.NewLinear(engine.LinearWeights{Out: t.Shape[0], In: t.Shape[1], Weight: values(weight)}, "")}, nil
}
