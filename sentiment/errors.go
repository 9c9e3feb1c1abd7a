package sentiment

import (
	"errors"
	"fmt"
)

var (
	// ErrDim: the vectors do not have the length that the head was fitted on.
	ErrDim = errors.New("sentiment: vectors do not fit the head")
	// ErrTraining: the training data is empty, of differing lengths, not finite,
	// or all of one class.
	ErrTraining = errors.New("sentiment: training data cannot be used")
	// ErrFormat: the bytes are not a saved head.
	ErrFormat = errors.New("sentiment: not a saved head")
	// ErrLabels: the sentiment of a classifier's labels cannot be derived.
	ErrLabels = errors.New("sentiment: labels of no known feeling")
)

func trainingError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTraining, fmt.Sprintf(format, args...))
}
