package bert

import (
	"fmt"
	"math"
)

// Options say how a model is loaded and run. The zero value means float32, all
// cores, and everything as the model's directory says.
type Options struct {
	// Threads is the number of goroutines that compute, for all calls on the
	// model together; 0 is GOMAXPROCS at the time of loading. Memory for
	// activations grows with it. Results do not depend on it. At most 1,024.
	Threads int
	// BatchTokens is the number of tokens that a goroutine takes through the
	// encoder at once; 0 is a value that suits common caches. A longer text
	// is a batch of its own. Results do not depend on it. At most 32,768.
	BatchTokens int
	// Precision is that of weights and products: Float32 or Int8.
	Precision Precision
	// Dim, if not 0, truncates embeddings to their first Dim features and
	// normalises them again if the model normalises. It is meant for models
	// trained for it (Matryoshka representation learning, Kusupati et al.
	// 2022, arXiv:2205.13147).
	Dim int
	// Pooling overrules how token vectors become a text's vector; 0 is what
	// the directory says, and the mean where it says nothing.
	Pooling Pooling
	// MaxLength overrules the number of tokens, special ones included, to
	// which texts are truncated; 0 is what the directory says. It cannot
	// exceed what the position table holds.
	MaxLength int
	// NoTokenizer leaves the tokenizer out, for directories without one: the
	// model takes token ids ([Model.EncodeIDs], [Model.EmbedIDs]), and whatever
	// takes texts returns ErrNoTokenizer.
	NoTokenizer bool
	// Name is what Model.Name returns; empty for the directory's name, or the
	// model's where the directory is a snapshot in the Hugging Face cache.
	Name string
	// Progress, if not nil, is called after each batch with the number of
	// texts done and their total, -1 where it is not known (EmbedSeq). Calls
	// of one Embed come one at a time and may come from any goroutine.
	Progress func(done, total int)
}

// Precision is how weights are stored and multiplied.
type Precision uint8

const (
	// Float32 is the checkpoint's own precision: embeddings differ from exact
	// arithmetic by less than 1e-6.
	Float32 Precision = iota
	// Int8 stores weights as int8 with a scale per output channel (embedding
	// tables: per row) and quantises activations row by row as they come; GELU
	// is within 1.4e-4. A quarter of the memory, faster, mean cosine to Float32
	// 0.998.
	Int8
)

// String returns "float32" or "int8".
func (p Precision) String() string {
	if p == Int8 {
		return "int8"
	}
	return "float32"
}

// Most threads and tokens of a batch: far more than is of use, so that a number
// given by mistake does not take all memory.
const (
	mostThreads     = 1 << 10
	mostBatchTokens = 1 << 15
)

// check refuses values that cannot be meant.
func (o *Options) check() error {
	for _, c := range []struct {
		name        string
		value, most int
	}{
		{"Threads", o.Threads, mostThreads}, {"BatchTokens", o.BatchTokens, mostBatchTokens},
		{"Dim", o.Dim, math.MaxInt}, {"MaxLength", o.MaxLength, math.MaxInt}, // which depend on the model
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
