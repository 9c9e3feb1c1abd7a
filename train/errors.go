package train

import (
	"errors"
	"fmt"
)

var (
	// ErrOptions: an option that cannot be followed.
	ErrOptions = errors.New("train: bad options")
	// ErrExamples: examples that cannot be learned from.
	ErrExamples = errors.New("train: bad examples")
	// ErrDiverged: the loss or a gradient became infinite or NaN.
	ErrDiverged = errors.New("train: the training diverged")
	// ErrCheckpoint: a checkpoint that is damaged, or of another run.
	ErrCheckpoint = errors.New("train: bad checkpoint")
)

func optionError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrOptions, fmt.Sprintf(format, args...))
}

func exampleError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrExamples, fmt.Sprintf(format, args...))
}
