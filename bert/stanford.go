package bert

import (
	"encoding/json"
	"fmt"
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
// vectors and on their comparison.
type stanfordMetadata struct {
	QueryToken     *string         `json:"query_token_id"`
	DocumentToken  *string         `json:"doc_token_id"`
	QueryLength    *int            `json:"query_maxlen"`
	DocumentLength *int            `json:"doc_maxlen"`
	Attend         bool            `json:"attend_to_mask_tokens"`
	Punctuation    json.RawMessage `json:"mask_punctuation"`
	Dim            *int            `json:"dim"`         // the projection's
	Similarity     *string         `json:"similarity"`  // of tokens
	Interaction    *string         `json:"interaction"` // of a query's tokens with a document's
	ReLU           bool            `json:"relu"`
}

// stanfordElsewhere are the settings of artifact.metadata without effect on
// vectors: how the model was trained, how texts are indexed and searched, and
// where and on what that library runs. The other names of the marker tokens,
// query_token and doc_token, are not looked up in the vocabulary.
var stanfordElsewhere = strings.Fields(`
	query_token doc_token
	bsize accumsteps lr maxsteps save_every resume warmup warmup_bert nway use_ib_negatives reranker
	distillation_alpha ignore_scores model_name checkpoint triples collection queries
	index_name index_path index_root index_bsize nbits kmeans_niters pool_factor clustering_mode protected_tokens
	ncells centroid_score_threshold ndocs load_index_with_mmap load_collection_with_mmap partitions
	overwrite root experiment name rank nranks amp gpus total_visible_gpus avoid_fork_if_possible meta`)

// readStanford reads artifact.metadata, of which a key that is unknown is
// refused by name. The file may be missing.
func readStanford(fsys fs.FS) (*stanfordMetadata, error) {
	meta := new(stanfordMetadata)
	var all map[string]json.RawMessage
	if ok, err := readJSON(fsys, stanfordFile, &all); err != nil || !ok {
		return meta, err
	}
	for _, key := range stanfordElsewhere {
		delete(all, key)
	}
	rest, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stanfordFile, err)
	}
	if err := unmarshalFile(stanfordFile, rest, meta); err != nil {
		return nil, err
	}
	if err := onlyKnown(stanfordFile, rest, meta); err != nil {
		return nil, err
	}
	for _, c := range []struct {
		field string
		got   *string
		want  string
	}{{"similarity", meta.Similarity, "cosine"}, {"interaction", meta.Interaction, "colbert"}} {
		if c.got != nil && *c.got != c.want {
			return nil, &ConfigError{File: stanfordFile, Field: c.field, Got: strconv.Quote(*c.got), Want: strconv.Quote(c.want), kind: ErrUnsupported}
		}
	}
	if meta.ReLU {
		return nil, &ConfigError{File: stanfordFile, Field: "relu", Got: "true", Want: "false", kind: ErrUnsupported}
	}
	return meta, nil
}

// skipsPunctuation reports whether documents lack the vectors of punctuation:
// so unless the setting is there and false or null.
func (meta *stanfordMetadata) skipsPunctuation() (bool, error) {
	switch string(meta.Punctuation) {
	case "", "true":
		return true, nil
	case "false", "null":
		return false, nil
	}
	return false, &ConfigError{File: stanfordFile, Field: "mask_punctuation", Got: shortJSON(meta.Punctuation), Want: "true or false"}
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
	meta, err := readStanford(fsys)
	if err != nil {
		return err
	}
	skips, err := meta.skipsPunctuation()
	if err != nil {
		return err
	}
	m := &multiSettings{masked: true, skipTasks: []string{"document"}, stanford: true}
	p.kind, p.multi, p.guessed = multiVectors, m, nil
	if skips {
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
	documents := 1 // the default is the model's length
	if meta.DocumentLength != nil {
		documents = *meta.DocumentLength
		m.documentLength = documents
	}
	for field, n := range map[string]int{"query_maxlen": length, "doc_maxlen": documents} {
		if n < 1 || n > mostExpanded {
			return &ConfigError{File: stanfordFile, Field: field, Got: strconv.Itoa(n), Want: fmt.Sprintf("1 to %d tokens", mostExpanded)}
		}
	}
	projection, err := p.stanfordProjection(fsys)
	if err != nil {
		return err
	}
	if meta.Dim != nil && *meta.Dim != projection.Out {
		return &ConfigError{File: stanfordFile, Field: "dim", Got: strconv.Itoa(*meta.Dim), Want: fmt.Sprintf("the %d features of %s", projection.Out, stanfordProjection)}
	}
	m.steps = []step{projection, normalizeStep{}}
	return nil
}

// stanfordProjection reads the linear layer [out, hidden] over tokens.
func (p *pipeline) stanfordProjection(fsys fs.FS) (denseStep, error) {
	w, closeFile, err := p.openModule(fsys, ".")
	if err != nil {
		return denseStep{}, err
	}
	defer closeFile()
	t, ok := w.file.Lookup(stanfordProjection)
	if !ok || len(t.Shape) != 2 {
		return denseStep{}, &TensorError{File: w.file.Name(), Tensor: stanfordProjection, Got: tensorSeen(t, ok), Want: "[features, hidden size], for the class " + stanfordClass}
	}
	weight := w.param(t.Shape, stanfordProjection)
	if w.err != nil {
		return denseStep{}, w.err
	}
	return denseStep{Linear: engine.NewLinear(engine.LinearWeights{Out: t.Shape[0], In: t.Shape[1], Weight: values(weight)}, "")}, nil
}
