package bert

import (
	"maps"
	"slices"
)

// architecture describes one member of the BERT family as data: what its
// checkpoint calls each tensor, where its positions begin, and what its heads
// consist of. The encoder itself (encoder.go, package engine) is the same for
// all: embeddings, LayerNorm, then layers of attention and feed-forward blocks
// with LayerNorm after each residual sum (Devlin et al. 2018,
// arXiv:1810.04805).
//
// Each architecture's values are in the file of its name.
type architecture struct {
	defaults  Config // values that config.json may omit
	fixedEps  bool   // layer_norm_eps is a constant of the reference implementation, not read
	positions positionScheme
	names     encoderNames
	heads     headNames
	// describe reads the settings in config.json of an architecture whose
	// layers are described by data, and leaves errors in the fields. If nil,
	// the layers are BERT's.
	describe func(f *fields, c *Config)
	// rms: the norms are RMSNorms. unitOffset: their weights are stored minus
	// 1. affine: norms only scale and shift.
	rms, unitOffset, affine bool
	// wideHeadNorms: norms of queries and keys are of all heads together.
	wideHeadNorms bool
	// ownHeadDim: a head's width may differ from the hidden size divided by the
	// number of heads.
	ownHeadDim bool
	// firstWithout names the norm that the first layer lacks.
	firstWithout string
	// other has other names, those of the checkpoint if it has other's name for
	// down in the first layer.
	other *architecture
	// gatedNames are the names of up and gate where a gated block's differ from
	// those of one without a gate.
	gatedNames [2]string
	// finish loads whatever else a layer has.
	finish func(l *treeLoader, layer *Layer, i int, at func(name string) string)
	// angleBrackets: special tokens are written <mask> rather than [MASK].
	angleBrackets bool
}

// positionScheme says which row of the position table a token uses.
type positionScheme uint8

const (
	// positionsFrom0 counts tokens from row 0.
	positionsFrom0 positionScheme = iota
	// positionsAfterPad counts from the row after pad_token_id, and gives a
	// padding token that row itself without counting it.
	positionsAfterPad
	// positionsFrom2 is the same with the padding id fixed at 1.
	positionsFrom2
)

// encoderNames are tensor names without the prefix. A name stands for its
// ".weight" and, for linear layers and LayerNorms, its ".bias".
type encoderNames struct {
	prefix      string // put before every name in checkpoints of models with a head
	otherPrefix string // the same, of some heads

	tokens         string // [vocab, embedding]
	positions      string // [positions, embedding]
	tokenTypes     string // [types, embedding]; empty: none
	embeddingsNorm string // [embedding]
	project        string // [hidden, embedding]; empty: none
	relativeBias   string // [buckets, heads]; empty: none

	// Parts that only some later architectures have; empty: none.
	taskTypes           string // [tasks, embedding]
	angles              string // [positions, dim]
	relativeEmbeddings  string // [positions, hidden]
	relativeNorm        string // [hidden] of those
	otherLayer          string // what some checkpoints call layer
	finalNorm           string // [hidden] of the last layer's output
	output              string // [output, hidden] after that norm
	qkv                 string // [heads·dim of queries, keys and values, hidden], instead of the three
	attentionInputNorm  string // [hidden] of what goes into attention
	queryNorm, keyNorm  string // [dim] of each head
	attentionOutputNorm string // [hidden] of what attention adds to the residual stream
	outputInputNorm     string // [hidden] of what goes into the feed-forward block
	gate                string // [intermediate, hidden]
	gateUp, upGate      string // [2·intermediate, hidden], instead of gate and up, in that order
	outputOutputNorm    string // [hidden] of what the feed-forward block adds to the residual stream

	layer           string // followed by the layer's number, a dot and one of those below
	query           string // [hidden, hidden]
	key             string // [hidden, hidden]
	value           string // [hidden, hidden]
	attentionOutput string // [hidden, hidden]
	attentionNorm   string // [hidden]
	up              string // [intermediate, hidden]
	down            string // [hidden, intermediate]
	outputNorm      string // [hidden]

	pooler string // [hidden, hidden], under the prefix; empty: none
}

// headNames describe the heads. Unlike the encoder's names, these are never
// prefixed.
type headNames struct {
	// Masked language model: dense, activation, LayerNorm, decoder.
	maskedLM maskedLMNames
	// Sequence classification: a dense layer and its activation over the first
	// token (the pooler if dense is empty and bare is not set), then out.
	classifierDense string
	bare            bool
	classifierAct   string
	classifierNorm  string // after that layer and its activation; empty: none
	classifierOut   string
	unbiased        bool // classifierOut has no bias
	// Token classification: one linear layer.
	tokenClassifier string
	// Question answering: one linear layer with two outputs, start and end.
	questionAnswering string
}

type maskedLMNames struct {
	dense    string               // [embedding, hidden]; empty: the hidden states are decoded as they are
	act      string               // empty: the config's hidden_act
	norm     string               // [embedding]
	decoder  string               // [vocab, embedding], often absent: tied to the token embeddings
	bias     []string             // [vocab], the first of these full names that exists
	unbiased func(c *Config) bool // reports that there is no bias; nil: there is
	split    string               // [hidden - embedding, vocab], more columns of the decoder; empty: none
	other    *maskedLMNames       // of other checkpoints, if dense is missing
}

// of returns the names that the checkpoint has.
func (n *maskedLMNames) of(w *weights) *maskedLMNames {
	if n.other != nil && !w.has(n.dense+".weight") {
		return n.other
	}
	return n
}

// headPooling says what a head over texts takes of the hidden states.
type headPooling uint8

const (
	headFirst headPooling = iota // the first token
	headMean                     // the mean of all tokens
	headLast                     // the last token that is not pad_token_id
	headLate                     // all tokens; the mean of the outputs is taken
)

// architectures are the model types that this package runs.
var architectures = map[string]*architecture{
	"bert":        &archBERT,
	"distilbert":  &archDistilBERT,
	"roberta":     &archRoBERTa,
	"xlm-roberta": &archRoBERTa,
	"camembert":   &archRoBERTa,
	"mpnet":       &archMPNet,
	"electra":     &archELECTRA,

	"modernbert":         &archModernBERT,
	"nomic_bert":         &archNomicBERT,
	"gte":                &archGTE,
	"new":                &archGTE, // the name in checkpoints on the hub
	"qwen2":              &archQwen2,
	"qwen3":              &archQwen3,
	"gemma3_text":        &archGemma3,
	"eurobert":           &archEuroBERT,
	"t5":                 &archT5,
	"albert":             &archALBERT,
	"ernie":              &archERNIE,
	"megatron-bert":      &archMegatronBERT,
	"xlm-roberta-xl":     &archXLMRoBERTaXL,
	"deberta":            &archDeBERTa,
	"deberta-v2":         &archDeBERTaV2,
	"mobilebert":         &archMobileBERT,
	"jina_embeddings_v3": &archJinaV3,
	"jina_bert":          &archJinaBERT, // "bert" with ALiBi in config.json

	"embedding_gemma2_text": &archEmbeddingGemma2,
	"roformer":              &archRoFormer,
}

func modelTypes() []string { return slices.Sorted(maps.Keys(architectures)) }
