package sentiment

import (
	"errors"
	"fmt"
)

var (
	// ErrDim: vectors of another length than the head was fitted on.
	ErrDim = errors.New("sentiment: vectors do not fit the head")
	// ErrTraining: the data to fit on are empty, of differing lengths, not
	// finite, or all of one class.
	ErrTraining = errors.New("sentiment: training data cannot be used")
	// ErrFormat: the bytes are not a saved head.
	ErrFormat = errors.New("sentiment: not a saved head")
	// ErrLabels: what a classifier's labels feel like cannot be told.
	ErrLabels = errors.New("sentiment: labels of no known feeling")
)

func trainingError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrTraining, fmt.Sprintf(format, args...))
}
