package bert

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// This file makes multi-vectors, one vector per token, which late interaction
// compares (ColBERT: Khattab and Zaharia 2020, arXiv:2004.12832), as
// MultiVectorEncoder of sentence-transformers and PyLate do.

// multiSettings say how texts become multi-vectors.
type multiSettings struct {
	queryLength, documentLength int // 0: the model's length
	expansion                   *expansion
	steps                       []step // applied to each token's vector
	normalised                  bool
	masked                      bool // a MultiVectorMask says which tokens are scored
	skipWords, skipTasks        []string
	keep                        []int32  // of documents, only these tokens; nil: all
	prefixes                    []string // tokens of the vocabulary that prompts begin with
	pylate                      bool     // the chain lacks mask and Normalize
	stanford                    bool     // the projection is among the encoder's weights

	// Known when the tokenizer is:
	skip        map[int32]bool
	expansionID int32
}

// expansion fills queries up with mask tokens, whose vectors count, too.
type expansion struct {
	fixed  bool   // longer queries are truncated to length
	attend bool   // other tokens attend to the filling
	token  string // empty: the mask token or, without one, the end of the text
	length int
}

// pylateSettings are those that PyLate has in config_sentence_transformers.json.
type pylateSettings struct {
	QueryPrefix    *string         `json:"query_prefix"`
	DocumentPrefix *string         `json:"document_prefix"`
	QueryLength    *int            `json:"query_length"`
	DocumentLength *int            `json:"document_length"`
	Attend         *bool           `json:"attend_to_expansion_tokens"`
	AttendMask     *bool           `json:"attend_to_mask_tokens"`
	Expand         *bool           `json:"do_query_expansion"`
	Expansion      json.RawMessage `json:"query_expansion"`
	Skip           *[]string       `json:"skiplist_words"`
}

// punctuation is the ASCII punctuation that PyLate skips by default.
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

// mostExpanded bounds lengths in tokens of queries and documents.
const mostExpanded = maxTokens

// readPyLate reads PyLate's settings; a model of another kind must have none.
func (p *pipeline) readPyLate(s *pylateSettings, modelType string) error {
	set := map[string]bool{
		"query_prefix": s.QueryPrefix != nil, "document_prefix": s.DocumentPrefix != nil, "query_length": s.QueryLength != nil,
		"document_length": s.DocumentLength != nil, "attend_to_expansion_tokens": s.Attend != nil, "attend_to_mask_tokens": s.AttendMask != nil,
		"do_query_expansion": s.Expand != nil, "query_expansion": len(s.Expansion) > 0, "skiplist_words": s.Skip != nil,
	}
	marked := false
	for _, key := range []string{"query_prefix", "document_prefix", "query_length", "document_length", "attend_to_expansion_tokens", "attend_to_mask_tokens", "do_query_expansion", "query_expansion", "skiplist_words"} {
		if set[key] && p.multi == nil {
			return &ConfigError{File: promptsFile, Field: key, Got: "set", Want: "none in a model of this model_type", kind: ErrUnsupported}
		}
		marked = marked || set[key]
	}
	if p.multi == nil {
		return nil
	}
	m := p.multi
	m.pylate = modelType == "ColBERT"
	prompts := map[string]string{}
	for name, prompt := range p.prompts {
		prompts[name] = prompt
	}
	for name, prefix := range map[string]*string{"query": s.QueryPrefix, "document": s.DocumentPrefix} {
		if prefix == nil {
			continue
		}
		m.prefixes = append(m.prefixes, *prefix)
		prompts[name] = *prefix + strings.TrimPrefix(prompts[name], *prefix)
	}
	slices.Sort(m.prefixes)
	p.prompts = prompts
	for _, n := range []struct {
		field string
		value *int
		set   *int
	}{{"query_length", s.QueryLength, &m.queryLength}, {"document_length", s.DocumentLength, &m.documentLength}} {
		if n.value == nil {
			continue
		}
		if *n.value < 1 || *n.value > mostExpanded {
			return &ConfigError{File: promptsFile, Field: n.field, Got: strconv.Itoa(*n.value), Want: fmt.Sprintf("1 to %d", mostExpanded)}
		}
		*n.set = *n.value
	}
	switch {
	case len(s.Expansion) > 0:
		var err error
		if m.expansion, err = parseExpansion(promptsFile, s.Expansion); err != nil {
			return err
		}
	case marked && (s.Expand == nil || *s.Expand):
		// Before query_expansion, query_length was what queries were filled to.
		m.expansion = &expansion{fixed: true, length: 32}
		if m.queryLength > 0 {
			m.expansion.length, m.queryLength = m.queryLength, 0
		}
		if attend := s.Attend; attend != nil {
			m.expansion.attend = *attend
		} else if s.AttendMask != nil {
			m.expansion.attend = *s.AttendMask
		}
	}
	if m.pylate {
		m.masked, m.normalised = true, true
		m.skipTasks = []string{"document"}
		m.skipWords = strings.Split(punctuation, "")
	}
	if s.Skip != nil {
		m.skipWords = *s.Skip
	}
	return nil
}

// parseExpansion reads query_expansion; null turns it off.
func parseExpansion(name string, data json.RawMessage) (*expansion, error) {
	if isNull(data) {
		return nil, nil
	}
	var raw struct {
		Strategy string  `json:"strategy"`
		Attend   bool    `json:"attend"`
		Token    *string `json:"token"`
		Length   int     `json:"length"`
	}
	if err := unmarshalFile(name, data, &raw); err != nil {
		return nil, err
	}
	if err := onlyKnown(name, data, &raw); err != nil {
		return nil, err
	}
	if raw.Strategy != "fixed" && raw.Strategy != "min" {
		return nil, &ConfigError{File: name, Field: "query_expansion.strategy", Got: strconv.Quote(raw.Strategy), Want: "fixed or min", kind: ErrUnsupported}
	}
	if raw.Length < 1 || raw.Length > mostExpanded {
		return nil, &ConfigError{File: name, Field: "query_expansion.length", Got: strconv.Itoa(raw.Length), Want: fmt.Sprintf("1 to %d", mostExpanded)}
	}
	e := &expansion{fixed: raw.Strategy == "fixed", attend: raw.Attend, length: raw.Length}
	if raw.Token != nil {
		e.token = *raw.Token
		if e.token == "" {
			return nil, &ConfigError{File: name, Field: "query_expansion.token", Got: `""`, Want: "a token, or null"}
		}
	}
	return e, nil
}

// read applies the settings of sentence_bert_config.json, which count more than
// those of config_sentence_transformers.json.
func (m *multiSettings) read(name string, t *transformerSettings) error {
	for _, n := range []struct {
		field string
		value json.RawMessage
		set   *int
	}{{"query_length", t.QueryLength, &m.queryLength}, {"document_length", t.DocumentLength, &m.documentLength}} {
		if len(n.value) == 0 {
			continue
		}
		*n.set = 0
		if isNull(n.value) {
			continue
		}
		if err := json.Unmarshal(n.value, n.set); err != nil || *n.set < 1 || *n.set > mostExpanded {
			return &ConfigError{File: name, Field: n.field, Got: shortJSON(n.value), Want: fmt.Sprintf("1 to %d, or null", mostExpanded)}
		}
	}
	if len(t.QueryExpansion) > 0 {
		var err error
		if m.expansion, err = parseExpansion(name, t.QueryExpansion); err != nil {
			return err
		}
	}
	if e := m.expansion; e != nil && m.queryLength > 0 && m.queryLength < e.length {
		return &ConfigError{File: name, Field: "query_length", Got: strconv.Itoa(m.queryLength), Want: fmt.Sprintf("at least the %d of query_expansion.length", e.length)}
	}
	return nil
}

// addTokenModule appends a module that works on tokens' vectors.
func (p *pipeline) addTokenModule(fsys fs.FS, kind, dir string, unexpected func(want string) error) error {
	m, name := p.multi, path.Join(dir, configFile)
	switch kind {
	case "Dense":
		width := 0 // the encoder's, not yet known
		for _, s := range m.steps {
			width = s.width(width)
		}
		step, err := p.loadDense(fsys, dir, width, eachToken, eachToken)
		m.steps = append(m.steps, step)
		m.normalised = m.pylate
		return err
	case "Normalize":
		step, err := loadNormalize(fsys, name, eachToken)
		m.steps = append(m.steps, step)
		m.normalised = false // by a step
		return err
	case "MultiVectorMask":
		var raw struct {
			Words []string        `json:"skiplist_words"`
			Tasks json.RawMessage `json:"skiplist_tasks"`
			Keep  []int32         `json:"keep_only_token_ids"`
		}
		if err := readModule(fsys, name, kind, &raw); err != nil {
			return err
		}
		m.masked, m.skipWords, m.skipTasks, m.keep = true, raw.Words, []string{"document"}, raw.Keep
		if isNull(raw.Tasks) {
			return nil
		}
		var one string
		if json.Unmarshal(raw.Tasks, &one) == nil {
			m.skipTasks = []string{one}
			return nil
		}
		if err := json.Unmarshal(raw.Tasks, &m.skipTasks); err != nil {
			return &ConfigError{File: name, Field: "skiplist_tasks", Got: shortJSON(raw.Tasks), Want: "a list of tasks"}
		}
		return nil
	}
	return unexpected("Dense, MultiVectorMask or Normalize")
}

// setMulti checks the chain against the encoder.
func (m *Model) setMulti() error {
	s := m.pipeline.multi
	if s.pylate {
		s.steps = append(s.steps, normalizeStep{})
	}
	width := m.config.HiddenSize
	for i, step := range s.steps {
		if d, ok := step.(denseStep); ok && d.In != width {
			return &ConfigError{File: "the Dense module's config.json", Field: "in_features", Got: strconv.Itoa(d.In), Want: fmt.Sprintf("the %d features before step %d", width, i+1)}
		}
		width = step.width(width)
	}
	m.dim = width
	limit := m.config.MaxPositionEmbeddings - m.config.positionOffset()
	for name, n := range map[string]int{"query_length": s.queryLength, "document_length": s.documentLength, "query_expansion.length": s.expansionLength()} {
		if n > limit {
			return &ConfigError{File: "sentence_bert_config.json", Field: name, Got: strconv.Itoa(n), Want: fmt.Sprintf("at most the model's %d positions", limit)}
		}
	}
	if s.expansion != nil && !s.expansion.attend && (strings.HasPrefix(m.config.ModelType, "deberta") || m.config.ModelType == "mobilebert") {
		return &ConfigError{File: "sentence_bert_config.json", Field: "query_expansion.attend", Got: "false", Want: "true for " + m.config.ModelType, kind: ErrUnsupported}
	}
	return nil
}

func (s *multiSettings) expansionLength() int {
	if s.expansion == nil {
		return 0
	}
	return s.expansion.length
}

// setTokens looks up the tokens that settings name, and returns the tokenizer
// with the prompts' tokens.
func (m *Model) setTokens(fsys fs.FS, t *tokenize.Tokenizer) (*tokenize.Tokenizer, error) {
	s := m.pipeline.multi
	for _, prefix := range s.prefixes {
		t = withPrefix(t, prefix)
	}
	unknown, hasUnknown := t.UnknownID()
	s.skip = map[int32]bool{}
	for _, word := range s.skipWords {
		id, ok := t.ID(word)
		// As in the reference, a word that is no token is not skipped. Nor is the
		// unknown token, unless it is named.
		if name, _ := t.Token(unknown); ok && (!hasUnknown || id != unknown || word == name) {
			s.skip[id] = true
		}
	}
	if s.expansion == nil {
		return t, nil
	}
	var raw struct {
		Side string          `json:"padding_side"`
		EOS  json.RawMessage `json:"eos_token"`
	}
	if _, err := readJSON(fsys, tokenizerConfigFile, &raw); err != nil {
		return nil, err
	}
	if raw.Side == "left" {
		return nil, &ConfigError{File: tokenizerConfigFile, Field: "padding_side", Got: `"left"`, Want: "right, where queries are expanded", kind: ErrUnsupported}
	}
	if name := s.expansion.token; name != "" {
		id, ok := t.ID(name)
		if !ok {
			return nil, &ConfigError{File: "sentence_bert_config.json", Field: "query_expansion.token", Got: strconv.Quote(name), Want: "a token of the vocabulary"}
		}
		s.expansionID = id
		return t, nil
	}
	if name, ok := t.MaskToken(); ok {
		if id, ok := t.ID(name); ok {
			s.expansionID = id
			return t, nil
		}
	}
	if name := tokenContent(raw.EOS); name != "" {
		if id, ok := t.ID(name); ok {
			s.expansionID = id
			return t, nil
		}
	}
	return nil, &ConfigError{File: tokenizerConfigFile, Field: "mask_token", Got: "none", Want: "a token to expand queries with, or an eos_token, or query_expansion.token", kind: ErrUnsupported}
}

// tokenContent returns the name of a token written as a string or an object.
func tokenContent(raw json.RawMessage) string {
	var name string
	if json.Unmarshal(raw, &name) == nil {
		return name
	}
	var object struct {
		Content string `json:"content"`
	}
	if json.Unmarshal(raw, &object) != nil {
		return ""
	}
	return object.Content
}

// withPrefix returns t such that a prompt's first token is one, as it was in
// training: the whole prefix, or its part up to a space, if either is in the
// vocabulary.
func withPrefix(t *tokenize.Tokenizer, prefix string) *tokenize.Tokenizer {
	fields := strings.Fields(prefix)
	if len(fields) == 0 {
		return t
	}
	for _, name := range []string{prefix, fields[0]} {
		id, ok := t.ID(name)
		if !ok {
			continue
		}
		e, err := t.EncodeWith(name, tokenize.EncodeOptions{NoSpecialTokens: true})
		if err == nil && slices.Equal(e.IDs, []int32{id}) {
			return t
		}
		return t.WithSpecialToken(name)
	}
	return t
}

// EmbedMulti returns the multi-vectors of texts, as a multi-vector encoder of
// sentence-transformers makes them if it is not told what texts are for. It
// fails with ErrVectorKind if the model is of another kind.
func (m *Model) EmbedMulti(ctx context.Context, texts []string) (*MultiVectors, error) {
	return m.EmbedMultiAs(ctx, texts, AnyTask, EmbedOptions{})
}

// EmbedMultiAs is EmbedMulti for texts that serve a purpose: queries are
// expanded, and documents lack the vectors of skipped tokens, if the model says
// so. The options' prompt, if any, is used instead of the task's. Dim must be
// 0, Overlength Truncate or Refuse, and SpecialTokensAsText false, since prompts
// hold special tokens.
func (m *Model) EmbedMultiAs(ctx context.Context, texts []string, task Task, o EmbedOptions) (*MultiVectors, error) {
	c, err := m.taskCall(ctx, multiVectors, task, o)
	if err != nil {
		return nil, err
	}
	if o.SpecialTokensAsText {
		return nil, fmt.Errorf("%w: SpecialTokensAsText is set for multi-vectors, whose prompts hold special tokens", ErrInput)
	}
	m.pipeline.multi.limit(c, task, m.maxLength)
	out := &MultiVectors{dim: m.dim, texts: make([][]float32, len(texts))}
	progress := c.report(len(texts))
	j := m.runner.Job()
	defer m.runner.Release(j)
	out.Tokens, out.Truncated, err = m.eachWindow(c, j, len(texts), func(i int) error {
		return m.addMulti(c, &j.Sequences, i, texts[i], task)
	}, func(from, to int) error {
		return m.multiJob(ctx, j, out.texts[from:to], task, progress)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// limit sets the length of texts for a task, unless the call has a shorter one.
func (s *multiSettings) limit(c *call, task Task, usual int) {
	n := usual
	switch {
	case task == Document && s.documentLength > 0:
		n = s.documentLength
	case task == Query && s.expansion != nil && s.expansion.fixed:
		n = s.expansion.length
	case task == Query && s.queryLength > 0:
		n = s.queryLength
	}
	if c.maxLength == usual || n < c.maxLength {
		c.maxLength = n
	}
}

// addMulti appends the tokens of a text, expanded if it is a query.
func (m *Model) addMulti(c *call, s *engine.Sequences, i int, text string, task Task) error {
	from := len(s.IDs)
	if _, err := c.add(s, i, text); err != nil {
		return err
	}
	e := m.pipeline.multi.expansion
	if e == nil || task != Query {
		s.Keys = append(s.Keys, 0)
		return nil
	}
	real := len(s.IDs) - from
	for range e.length - real {
		s.IDs = append(s.IDs, m.pipeline.multi.expansionID)
		if m.typed {
			s.Types = append(s.Types, 0)
		}
	}
	s.Offsets[len(s.Offsets)-1] = len(s.IDs)
	if e.attend {
		real = 0
	}
	s.Keys = append(s.Keys, real)
	return nil
}

// scored reports whether a token's vector is kept. expanded says that it fills
// up a query.
func (s *multiSettings) scored(id int32, task Task, expanded bool) bool {
	if !s.masked {
		return !expanded || s.expansion.attend
	}
	name := "document"
	if task == Query {
		name = "query"
	}
	if s.skip[id] && slices.Contains(s.skipTasks, name) {
		return false
	}
	return task == Query || len(s.keep) == 0 || slices.Contains(s.keep, id)
}

// multiJob sets the vectors of the job's texts.
func (m *Model) multiJob(ctx context.Context, j *engine.Job, texts [][]float32, task Task, progress func(int)) error {
	s, size := m.pipeline.multi, m.config.HiddenSize
	return m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		a.Pooled = engine.Grow(a.Pooled, b.Tokens()*size)
		counts, n := make([]int, b.Texts()), 0
		for t, i := range b.Index {
			from, to := b.Span(t)
			real := to - from
			if task == Query && s.expansion != nil {
				real = j.Sequences.Real(i)
			}
			for k := from; k < to; k++ {
				if s.scored(b.IDs[k], task, k-from >= real) {
					copy(a.Pooled[n*size:(n+1)*size], hidden[k*size:(k+1)*size])
					counts[t]++
					n++
				}
			}
		}
		x, width := applySteps(a, s.steps, n, size)
		at := 0
		for t, i := range b.Index {
			texts[i] = slices.Clone(x[at*width : (at+counts[t])*width])
			at += counts[t]
		}
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
}
