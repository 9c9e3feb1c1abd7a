package train

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// checkpointFile is a safetensors file with the parameters, both moments of each,
// and the best parameters; its metadata holds the state as JSON.
const checkpointFile = "checkpoint.safetensors"

// fingerprint is a digest of the model, the examples and the options that decide
// the result, but not of functions and threads.
func (r *run[E]) fingerprint() (string, error) {
	h := sha256.New()
	o := r.options
	fmt.Fprintf(h, "cohort training 1\n%s\n%s\n", r.model.Digest(), r.loss.settings())
	fmt.Fprintln(h, o.Epochs, o.BatchSize, o.Chunk, o.Accumulate, o.MaxSteps, o.LearningRate, o.WarmUp, o.Schedule, o.Decay, o.Clip, o.NoDropout, o.Seed, o.Score != nil, o.ScoreEvery, o.Patience)
	if o.Adapters != nil {
		fmt.Fprintf(h, "%+v\n", *o.Adapters)
	}
	encoder := json.NewEncoder(h)
	for i, e := range r.examples {
		if err := encoder.Encode(e); err != nil {
			return "", fmt.Errorf("%w: example %d: %w", ErrExamples, i, err)
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// parts are the tensors of a checkpoint by the prefix of their names.
func (r *run[E]) parts() map[string][][]float32 {
	parts := map[string][][]float32{"first.": r.adam.first, "second.": r.adam.second}
	for _, p := range r.params {
		parts["parameter."] = append(parts["parameter."], p.values())
	}
	if len(r.best) > 0 {
		parts["best."] = r.best
	}
	return parts
}

// save writes the state.
func (r *run[E]) save() error {
	if err := os.MkdirAll(r.options.Checkpoint, 0o755); err != nil {
		return fmt.Errorf("train: writing a checkpoint: %w", err)
	}
	text, err := json.Marshal(r.state)
	if err != nil {
		return fmt.Errorf("train: writing a checkpoint: %w", err)
	}
	var tensors []safetensors.Tensor
	for prefix, values := range r.parts() {
		for k, p := range r.params {
			t, err := safetensors.Of(prefix+p.name, p.Shape(), values[k])
			if err != nil {
				return fmt.Errorf("train: writing a checkpoint: %w", err)
			}
			tensors = append(tensors, t)
		}
	}
	path := filepath.Join(r.options.Checkpoint, checkpointFile)
	if err := safetensors.WriteFile(path, tensors, map[string]string{"state": string(text), "run": r.digest}); err != nil {
		return fmt.Errorf("train: writing a checkpoint: %w", err)
	}
	return nil
}

// resume reads the state of a run that was interrupted, if there is one.
func (r *run[E]) resume() error {
	if r.options.Checkpoint == "" {
		return nil
	}
	path := filepath.Join(r.options.Checkpoint, checkpointFile)
	file, err := safetensors.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	defer file.Close()
	meta := file.Metadata()
	if meta["run"] != r.digest {
		return fmt.Errorf("%w: %s is of another run: the model, the examples or the options differ; use another directory, or remove it", ErrCheckpoint, path)
	}
	var s state
	if err := json.Unmarshal([]byte(meta["state"]), &s); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrCheckpoint, path, err)
	}
	if s.Step < 0 || s.Step > r.steps || s.Best < 0 || len(s.Scores) > 0 && s.Best >= len(s.Scores) || len(s.Losses) != (s.Step+r.perEpoch-1)/r.perEpoch {
		return fmt.Errorf("%w: %s: step %d of %d, score %d of %d", ErrCheckpoint, path, s.Step, r.steps, s.Best, len(s.Scores))
	}
	if len(s.Scores) > 0 {
		for _, p := range r.params {
			s.best = append(s.best, make([]float32, len(p.values())))
		}
	}
	r.state = s
	for prefix, values := range r.parts() {
		for k, p := range r.params {
			t, ok := file.Lookup(prefix + p.name)
			if !ok || !slices.Equal(t.Shape, p.Shape()) {
				return fmt.Errorf("%w: %s: tensor %s is missing or has the shape %v, want %v", ErrCheckpoint, path, prefix+p.name, t.Shape, p.Shape())
			}
			x, err := t.Float32()
			if err != nil {
				return fmt.Errorf("%w: %w", ErrCheckpoint, err)
			}
			copy(values[k], x)
		}
	}
	return nil
}
