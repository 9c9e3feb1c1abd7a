package bert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
	"github.com/seed-56ee9438/cohort/tokenize"
)

// DistillOptions say how a static model is made. The zero value means
// model2vec's defaults.
type DistillOptions struct {
	// Dim is the number of features; 0 means 256. If the encoder has no more,
	// all are kept.
	Dim int
	// SIF is the coefficient a of the weights a/(a+p) of tokens with frequency
	// p, which is estimated from their rank (smooth inverse frequency, Arora et
	// al. 2017); 0 means 1e-4, a negative number equal weights.
	SIF float64
	// Pooling is how the hidden states of a token and the special tokens around
	// it become one vector; 0 means PoolMean. Only one mode, and not PoolPooler.
	Pooling Pooling
	// Progress, if not nil, is called with the number of tokens that have been
	// encoded and their total.
	Progress func(done, total int)
}

// DefaultDistillDim is the number of features of a distilled model.
const DefaultDistillDim = 256

const defaultSIF = 1e-4

// Distilled is a static model that Distill made, to be saved.
type Distilled struct {
	unsavedState

	dim     int
	vectors []float32 // [vocab, dim]
	files   map[string][]byte
	// Tokens is the number of tokens that have a vector; special and unused ones
	// have none.
	Tokens int
	// Explained is the share of the vectors' variance that the features keep.
	Explained float64
}

// Dim returns the number of features.
func (d *Distilled) Dim() int { return d.dim }

// Save writes the model to dir, which must not exist or be empty: a directory
// that Load, model2vec and sentence-transformers read. It appears when it is
// complete.
func (d *Distilled) Save(dir string) error {
	t, err := safetensors.Of("embeddings", []int{len(d.vectors) / d.dim, d.dim}, d.vectors)
	if err == nil {
		err = (&saved{files: d.files}).write(dir, safetensors.SingleName, []safetensors.Tensor{t})
	}
	if err != nil {
		return fmt.Errorf("saving a distilled model: %w", err)
	}
	return nil
}

// unusedToken matches tokens that vocabularies hold in reserve.
var unusedToken = regexp.MustCompile(`^\[unused\d+\]$`)

// Distill makes a static model of an encoder, with the method of model2vec
// (Tulkens and van Dongen 2024, https://github.com/MinishLab/model2vec): every
// token of the vocabulary goes through the encoder as a text by itself, the
// resulting vectors are reduced by principal component analysis, and each is
// weighted by the inverse of its frequency, which Zipf's law estimates from the
// token's place in the vocabulary. A text's vector is then the mean of its
// tokens' vectors, scaled to length 1. That is several hundred times as fast as
// the encoder, and knows nothing of the order of words.
//
// Distill fails with ErrUnsupported for a model that is static, gives vectors of
// another kind, or has no tokenizer.json, and with an ErrInput for invalid
// options.
func Distill(ctx context.Context, m *Model, o DistillOptions) (*Distilled, error) {
	if err := m.ready(ctx); err != nil {
		return nil, err
	}
	if m.tokenizer == nil {
		return nil, ErrNoTokenizer
	}
	if m.Static() || m.pipeline.kind == sparseVectors {
		return nil, fmt.Errorf("%w: distilling: %s has no encoder for vectors of texts", ErrUnsupported, m.name)
	}
	if err := o.complete(); err != nil {
		return nil, err
	}
	tokenizer, err := m.plainTokenizer()
	if err != nil {
		return nil, fmt.Errorf("distilling: %w", err)
	}
	vocab := int(m.tokenizer.MaxID()) + 1
	if vocab != m.tokenizer.VocabSize() {
		return nil, fmt.Errorf("%w: distilling: the vocabulary has %d tokens with ids up to %d, want no gaps", ErrUnsupported, m.tokenizer.VocabSize(), vocab-1)
	}
	var ids []int32
	for id := range m.tokenizer.MaxID() + 1 {
		if name, _ := m.tokenizer.Token(id); !m.tokenizer.IsSpecial(id) && !unusedToken.MatchString(name) {
			ids = append(ids, id)
		}
	}
	if len(ids) < 2 {
		return nil, fmt.Errorf("%w: distilling: the vocabulary has %d tokens that are neither special nor unused", ErrUnsupported, len(ids))
	}
	vectors, err := m.tokenVectors(ctx, ids, &o)
	if err != nil {
		return nil, err
	}
	d := &Distilled{dim: m.config.HiddenSize, Tokens: len(ids), Explained: 1, files: map[string][]byte{"tokenizer.json": tokenizer}}
	if vectors, err = d.reduce(ctx, vectors, o.Dim); err != nil {
		return nil, err
	}
	weights := zipfWeights(len(ids), o.SIF)
	d.vectors = make([]float32, vocab*d.dim)
	for i, id := range ids {
		row := d.vectors[int(id)*d.dim : (int(id)+1)*d.dim]
		for f, v := range vectors[i*d.dim : (i+1)*d.dim] {
			row[f] = float32(weights[i] * float64(v))
		}
	}
	return d, d.describe(m, &o)
}

// complete checks the options and sets defaults.
func (o *DistillOptions) complete() error {
	if o.Dim < 0 || o.Dim > maxWidth {
		return fmt.Errorf("%w: DistillOptions.Dim is %d, want 0 to %d", ErrInput, o.Dim, maxWidth)
	}
	if !(o.SIF < 1) {
		return fmt.Errorf("%w: DistillOptions.SIF is %g, want less than 1", ErrInput, o.SIF)
	}
	if o.Pooling == 0 {
		o.Pooling = PoolMean
	}
	if len(o.Pooling.modes()) != 1 || o.Pooling >= PoolPooler {
		return fmt.Errorf("%w: DistillOptions.Pooling is %v, want one mode other than %v", ErrInput, o.Pooling, PoolPooler)
	}
	if o.Dim == 0 {
		o.Dim = DefaultDistillDim
	}
	if o.SIF == 0 {
		o.SIF = defaultSIF
	}
	return nil
}

// tokenVectors returns the vectors [ids, hidden] of single tokens, each with the
// special tokens of a text around it.
func (m *Model) tokenVectors(ctx context.Context, ids []int32, o *DistillOptions) ([]float32, error) {
	around, err := m.tokenizer.EncodeWith("a", tokenize.EncodeOptions{})
	if err != nil {
		return nil, fmt.Errorf("distilling: %w", err)
	}
	before := slices.Index(around.SpecialTokensMask, 0)
	after := len(around.IDs)
	for after > 0 && around.SpecialTokensMask[after-1] == 1 {
		after--
	}
	if before < 0 {
		before = 0
	}
	j := m.runner.Job()
	defer m.runner.Release(j)
	s := &j.Sequences
	s.Reset()
	for _, id := range ids {
		s.IDs = append(s.IDs, around.IDs[:before]...)
		s.IDs = append(s.IDs, id)
		s.IDs = append(s.IDs, around.IDs[after:]...)
		if m.typed {
			s.Types = m.tokenizer.AppendTypeIDs(s.Types, before+1+len(around.IDs)-after)
		}
		s.End()
	}
	size := m.config.HiddenSize
	out := make([]float32, len(ids)*size)
	progress := reporter(o.Progress, len(ids))
	err = m.runner.Run(ctx, m.encoder, j, false, func(a *engine.Arena, b *engine.Batch, hidden []float32) error {
		a.Sums = engine.Grow(a.Sums, size)
		for t, i := range b.Index {
			from, to := b.Span(t)
			o.Pooling.pool(out[i*size:(i+1)*size], hidden[from*size:to*size], 0, a.Sums)
		}
		if progress != nil {
			progress(b.Texts())
		}
		return nil
	})
	return out, err
}

// reduce returns the coordinates [tokens, d.dim] of vectors [tokens, d.dim as
// before] along their first principal components. Fewer tokens than components
// are left as they are, as in model2vec.
func (d *Distilled) reduce(ctx context.Context, vectors []float32, dim int) ([]float32, error) {
	dim = min(dim, d.dim)
	if dim >= d.Tokens {
		return vectors, nil
	}
	mean := make([]float64, d.dim)
	for i := range d.Tokens {
		kernel.AddTo(mean, vectors[i*d.dim:(i+1)*d.dim])
	}
	for f := range mean {
		mean[f] /= float64(d.Tokens)
	}
	// centred returns tokens from to to of x [tokens, dim] without the mean.
	centred := func(from, to int) *mat.Dense {
		x := mat.NewDense(to-from, d.dim, nil)
		for i := range to - from {
			row := x.RawRowView(i)
			for f, v := range vectors[(from+i)*d.dim : (from+i+1)*d.dim] {
				row[f] = float64(v) - mean[f]
			}
		}
		return x
	}
	blocks := func(do func(from int, x *mat.Dense)) error {
		for from := 0; from < d.Tokens; from += distillRows {
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
			do(from, centred(from, min(from+distillRows, d.Tokens)))
		}
		return nil
	}
	scatter := mat.NewSymDense(d.dim, nil)
	if err := blocks(func(_ int, x *mat.Dense) { scatter.SymRankK(scatter, 1, x.T()) }); err != nil {
		return nil, err
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(scatter, true) {
		return nil, errors.New("distilling: the components of the tokens' vectors were not found")
	}
	var directions mat.Dense // [features, features], ascending variance
	eigen.VectorsTo(&directions)
	leading := directions.Slice(0, d.dim, d.dim-dim, d.dim)
	kept, total := 0.0, 0.0
	for i, v := range eigen.Values(nil) {
		total += max(v, 0)
		if i >= d.dim-dim {
			kept += max(v, 0)
		}
	}
	if total > 0 {
		d.Explained = kept / total
	}
	out := make([]float32, d.Tokens*dim)
	err := blocks(func(from int, x *mat.Dense) {
		var y mat.Dense
		y.Mul(x, leading)
		n, _ := y.Dims()
		for i := range n {
			row := y.RawRowView(i)
			for f := range dim { // greatest variance first
				out[(from+i)*dim+f] = float32(row[dim-1-f])
			}
		}
	})
	d.dim = dim
	return out, err
}

// distillRows is the number of tokens that are centred at once.
const distillRows = 4096

// zipfWeights returns sif/(sif+p) for n tokens in the order of their frequency,
// of which the token with rank r, from 2 on, has the share p in proportion to
// 1/r.
func zipfWeights(n int, sif float64) []float64 {
	w, total := make([]float64, n), 0.0
	for i := range w {
		total += 1 / float64(i+2)
	}
	for i := range w {
		w[i] = 1
		if sif > 0 {
			w[i] = sif / (sif + 1/float64(i+2)/total)
		}
	}
	return w
}

// probes are texts that the written tokenizer has to split as the model's does.
var probes = []string{"The battery's EMPTY, by Noon!", "naïve Ünïcode ÉCOLE straße İstanbul", "快递很慢 客服", "한국어 かな", "  spaces \t\n and\u00a0more ", "12.50€ e-mail@example.org #tag 😀", "##ing [UNK] <s> ▁x Ġy"}

// plainTokenizer returns the model's tokenizer.json without special tokens,
// truncation and padding, and with what other files of the directory add to it.
func (m *Model) plainTokenizer() ([]byte, error) {
	name := path.Join(m.pipeline.transformer, "tokenizer.json")
	data, err := fs.ReadFile(m.dir, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s has no %s; save its tokenizer with save_pretrained of a fast tokenizer", ErrUnsupported, m.name, name)
	}
	if err != nil {
		return nil, err
	}
	var file map[string]json.RawMessage
	if err := unmarshalFile(name, data, &file); err != nil {
		return nil, err
	}
	null := json.RawMessage("null")
	file["truncation"], file["padding"] = null, null
	file["post_processor"] = json.RawMessage(`{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}}],"pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":0}}],"special_tokens":{}}`)
	if m.pipeline.lowerCase {
		lower := json.RawMessage(`{"type":"Lowercase"}`)
		if !isNull(file["normalizer"]) {
			if lower, err = json.Marshal(map[string]any{"type": "Sequence", "normalizers": []json.RawMessage{lower, file["normalizer"]}}); err != nil {
				return nil, err
			}
		}
		file["normalizer"] = lower
	}
	out, err := json.Marshal(file)
	if err != nil {
		return nil, err
	}
	written, err := tokenize.ParseJSON(out)
	if err != nil {
		return nil, err
	}
	own := m.tokenizer.WithoutSpecialTokens()
	for _, text := range probes {
		want, _ := own.AppendIDs(nil, text, 0)
		if got, _ := written.AppendIDs(nil, text, 0); !slices.Equal(got, want) {
			return nil, fmt.Errorf("%w: %s changes what %s says of texts; save the tokenizer with save_pretrained of a fast tokenizer", ErrUnsupported, tokenizerConfigFile, name)
		}
	}
	return out, nil
}

// describe adds the files that say what the vectors are.
func (d *Distilled) describe(m *Model, o *DistillOptions) error {
	sif := any(o.SIF)
	if o.SIF < 0 {
		sif = nil
	}
	pooling := map[Pooling]string{PoolMean: "mean", PoolCLS: "first", PoolLastToken: "last"}[o.Pooling]
	if pooling == "" {
		pooling = o.Pooling.String()
	}
	for name, v := range map[string]any{
		configFile: map[string]any{
			"model_type": "model2vec", "architectures": []string{"StaticModel"}, "tokenizer_name": m.name, "apply_pca": d.dim,
			"sif_coefficient": sif, "hidden_dim": d.dim, "seq_length": 1000000, "normalize": true, "pooling": pooling,
			"max_length": model2vecLength, "embedding_dtype": "float32",
		},
		modulesFile: []moduleEntry{
			{Index: 0, Name: "0", Path: ".", Type: "sentence_transformers.models.StaticEmbedding"},
			{Index: 1, Name: "1", Path: "1_Normalize", Type: "sentence_transformers.models.Normalize"},
		},
	} {
		data, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			return fmt.Errorf("distilling: %w", err)
		}
		d.files[name] = append(data, '\n')
	}
	return nil
}
