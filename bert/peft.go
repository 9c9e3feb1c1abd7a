package bert

import (
	"errors"
	"fmt"
	"io/fs"
)

// adapterFile is written by PEFT beside the weights of an adapter, such as
// LoRA's. transformers adds those to the model beside it, or to one that the
// file names.
const adapterFile = "adapter_config.json"

// refuseAdapter refuses a directory with an adapter: without it, the model is
// another one.
func refuseAdapter(fsys fs.FS) error {
	_, err := fs.Stat(fsys, adapterFile)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %s: %w", ErrConfig, adapterFile, err)
	}
	return &ConfigError{File: adapterFile, Got: "an adapter", Want: "none: merge it into the weights with merge_and_unload of PEFT and save the model", kind: ErrUnsupported}
}
