package bert

import (
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// What can be wrong with a model directory or with a request. Every error that
// this package returns for such a reason wraps one of these, so that
// errors.Is finds the kind and the message names file, thing, got and want.
var (
	// ErrConfig: a configuration file is missing, is no JSON, or holds a
	// value that no model of this family can have. See *ConfigError.
	ErrConfig = errors.New("bert: bad model configuration")
	// ErrWeights: the weights are missing, damaged, or disagree with the
	// configuration. See *TensorError for a single tensor.
	ErrWeights = errors.New("bert: bad model weights")
	// ErrUnsupported: a legal model of a kind that this package does not run.
	ErrUnsupported = errors.New("bert: unsupported model")
	// ErrNoHead: the model has no head for what was asked of it.
	ErrNoHead = errors.New("bert: the model has no such head")
	// ErrNoTokenizer: the model was loaded without a tokenizer and cannot take
	// texts. See Options.NoTokenizer.
	ErrNoTokenizer = errors.New("bert: the model was loaded without a tokenizer")
	// ErrClosed: the model was closed before the call, or during the loop over a
	// stream.
	ErrClosed = engine.ErrClosed
	// ErrInput: a request that this model cannot serve, such as token ids
	// outside its vocabulary.
	ErrInput = errors.New("bert: bad input")

	errStopped = errors.New("bert: the caller left the loop")
)

// ConfigError is a value of a configuration file that cannot be used.
// It wraps ErrConfig, or ErrUnsupported where the value is legal elsewhere.
type ConfigError struct {
	File  string // the file's name inside the model directory
	Field string // the JSON field, empty if the whole file is meant
	Got   string // what was there
	Want  string // what would be right
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

// TensorError is a tensor of the checkpoint that is missing or is not what the
// configuration says. It wraps ErrWeights.
type TensorError struct {
	File   string // the weights file
	Tensor string // the tensor's name in the checkpoint
	Got    string // what was there, "nothing" if the tensor is missing
	Want   string // what the configuration asks for
}

func (e *TensorError) Error() string {
	return fmt.Sprintf("%v: %s: tensor %q: got %s, want %s", ErrWeights, e.File, e.Tensor, e.Got, e.Want)
}

// Unwrap returns ErrWeights.
func (e *TensorError) Unwrap() error { return ErrWeights }
