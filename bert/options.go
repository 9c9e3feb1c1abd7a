package bert

import (
	"fmt"
	"math"
)

// Options say how a model is loaded and run. The zero value means float32, all
// cores, and the settings of the model's directory.
type Options struct {
	// Threads is the number of goroutines that compute, over all calls on the
	// model; 0 means GOMAXPROCS at the time of loading. Memory for activations
	// grows with it. Results do not depend on it. At most 1,024.
	Threads int
	// BatchTokens is the number of tokens that a goroutine takes through the
	// encoder at once; 0 means a value that suits common caches. A longer text
	// is a batch by itself. Results do not depend on it. At most 32,768.
	BatchTokens int
	// Precision is the precision of weights and products: Float32 or Int8.
	Precision Precision
	// Dim, if not 0, truncates embeddings to their first Dim features and
	// normalises them again if the model normalises. It is meant for models
	// trained for it (Matryoshka representation learning, Kusupati et al.
	// 2022, arXiv:2205.13147).
	Dim int
	// Pooling overrides how token vectors become a text's vector; 0 means what
	// the directory says, or the mean if it says nothing.
	Pooling Pooling
	// MaxLength overrides the number of tokens, special ones included, to which
	// texts are truncated; 0 means what the directory says. It cannot exceed
	// the size of the position table.
	MaxLength int
	// NoTokenizer leaves out the tokenizer, for directories without one: the
	// model takes token ids ([Model.EncodeIDs], [Model.EmbedIDs]), and methods
	// that take texts return ErrNoTokenizer.
	NoTokenizer bool
	// Name is what Model.Name returns; empty means the directory's name, or the
	// model's if the directory is a snapshot in the Hugging Face cache.
	Name string
	// Progress, if not nil, is called after each batch with the number of texts
	// done and their total, or -1 if it is unknown (EmbedSeq). Calls for one
	// Embed are sequential but may come from any goroutine.
	Progress func(done, total int)
}

// Precision is how weights are stored and multiplied.
type Precision uint8

// The values of Precision.
const (
	// Float32 is the checkpoint's own precision: embeddings differ from exact
	// arithmetic by less than 1e-6.
	Float32 Precision = iota
	// Int8 stores weights as int8 with a scale per output channel (embedding
	// tables: per row) and quantises activations row by row as they come; the
	// error of GELU is at most 1.4e-4. It takes a quarter of the memory and is
	// faster; the mean cosine to Float32 is 0.998. Parts of models whose
	// activations have outliers stay in float32: see [Model.KeptFloat32].
	Int8
)

// String returns "float32" or "int8".
func (p Precision) String() string {
	if p == Int8 {
		return "int8"
	}
	return "float32"
}

// Upper limits of threads and tokens per batch, far above useful values, so
// that a mistaken number does not exhaust memory.
const (
	mostThreads     = 1 << 10
	mostBatchTokens = 1 << 15
)

// check refuses values that make no sense.
func (o *Options) check() error {
	for _, c := range []struct {
		name        string
		value, most int
	}{
		{"Threads", o.Threads, mostThreads}, {"BatchTokens", o.BatchTokens, mostBatchTokens},
		{"Dim", o.Dim, math.MaxInt}, {"MaxLength", o.MaxLength, math.MaxInt}, // which depends on the model
	} {
		if c.value < 0 || c.value > c.most {
			return fmt.Errorf("%w: Options.%s is %d, want 0 to %d", ErrInput, c.name, c.value, c.most)
		}
	}
	if o.Precision > Int8 {
		return fmt.Errorf("%w: Options.Precision is %d, want Float32 or Int8", ErrInput, o.Precision)
	}
	return nil
}
