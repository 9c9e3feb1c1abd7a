package bert

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// Kinds of errors in model directories and requests. Errors for such reasons
// wrap one of these; their messages name the file and item, the value found and
// the value expected.
var (
	// ErrConfig: a configuration file is missing, is not JSON, or holds a value
	// that no model of this family can have. See *ConfigError.
	ErrConfig = errors.New("bert: bad model configuration")
	// ErrWeights: the weights are missing, damaged, or disagree with the
	// configuration. See *TensorError for a single tensor.
	ErrWeights = errors.New("bert: bad model weights")
	// ErrUnsupported: a valid model of a kind that this package does not run.
	ErrUnsupported = errors.New("bert: unsupported model")
	// ErrNoHead: the model has no head for the request.
	ErrNoHead = errors.New("bert: the model has no such head")
	// ErrVectorKind: the model's vectors are of another kind than the method's:
	// dense (Embed), sparse (EmbedSparse), or one per token (EmbedMulti).
	ErrVectorKind = errors.New("bert: the model gives vectors of another kind")
	// ErrNoTokenizer: the model was loaded without a tokenizer and cannot take
	// texts. See Options.NoTokenizer.
	ErrNoTokenizer = errors.New("bert: the model was loaded without a tokenizer")
	// ErrClosed: the model was closed before the call or during the loop over a
	// stream.
	ErrClosed = engine.ErrClosed
	// ErrInput: a request that this model cannot serve, such as token ids
	// outside its vocabulary.
	ErrInput = errors.New("bert: bad input")

	errStopped = errors.New("bert: the caller left the loop")
)

// ConfigError reports a value in a configuration file that cannot be used. It
// wraps ErrConfig, or ErrUnsupported if the value is valid elsewhere.
type ConfigError struct {
	File  string // the file's name inside the model directory
	Field string // the JSON field; empty for the whole file
	Got   string // the value found
	Want  string // the value expected
	kind  error  // ErrConfig or ErrUnsupported
}

func (e *ConfigError) Error() string {
	where := e.File
	if e.Field != "" {
		where += ": " + e.Field
	}
	return fmt.Sprintf("%v: %s is %s, want %s", e.Unwrap(), where, e.Got, e.Want)
}

// Unwrap returns ErrConfig or ErrUnsupported.
func (e *ConfigError) Unwrap() error {
	if e.kind == nil {
		return ErrConfig
	}
	return e.kind
}

// TensorError reports a tensor of the checkpoint that is missing or does not
// match the configuration. It wraps ErrWeights.
type TensorError struct {
	File   string // the weights file
	Tensor string // the tensor's name in the checkpoint
	Got    string // what was found, "nothing" if the tensor is missing
	Want   string // what the configuration requires
}

func (e *TensorError) Error() string {
	return fmt.Sprintf("%v: %s: tensor %q: got %s, want %s", ErrWeights, e.File, e.Tensor, e.Got, e.Want)
}

// Unwrap returns ErrWeights.
func (e *TensorError) Unwrap() error { return ErrWeights }
