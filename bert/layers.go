package bert

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// This file has sentence-transformers' WeightedLayerPooling, which precedes the
// Pooling: the hidden states that are pooled are the sum of those of the layers
// from layer_start on (0 is the embeddings), each by its trained weight, over the
// sum of the weights.

// loadLayers reads a WeightedLayerPooling. checkLayers compares it with the
// encoder.
func (p *pipeline) loadLayers(fsys fs.FS, dir string) error {
	name := path.Join(dir, "config.json")
	var raw struct {
		Dim    *int `json:"embedding_dimension"`
		OldDim *int `json:"word_embedding_dimension"`
		Layers *int `json:"num_hidden_layers"`
		Start  *int `json:"layer_start"`
	}
	if err := readModule(fsys, name, "WeightedLayerPooling", &raw); err != nil {
		return err
	}
	layers, start := 12, 4 // the class's defaults
	if raw.Layers != nil {
		layers = *raw.Layers
	}
	if raw.Start != nil {
		start = *raw.Start
	}
	if layers < 1 || layers > maxLayers {
		return &ConfigError{File: name, Field: "num_hidden_layers", Got: strconv.Itoa(layers), Want: fmt.Sprintf("1 to %d", maxLayers)}
	}
	if start < 0 || start > layers {
		return &ConfigError{File: name, Field: "layer_start", Got: strconv.Itoa(start), Want: fmt.Sprintf("0 to %d", layers)}
	}
	for _, dim := range []*int{raw.Dim, raw.OldDim} {
		if dim != nil {
			p.layersWidth = *dim
		}
	}
	w, closeFile, err := p.openModule(fsys, dir)
	if err != nil {
		return err
	}
	defer closeFile()
	param := w.param([]int{layers + 1 - start}, "layer_weights")
	if w.err != nil {
		return w.err
	}
	weights, sum := make([]float64, 0, layers+1-start), 0.0
	for _, v := range values(param) {
		weights = append(weights, float64(v))
		sum += float64(v)
	}
	for i := range weights {
		if weights[i] /= sum; math.IsNaN(weights[i]) || math.IsInf(weights[i], 0) {
			return fmt.Errorf("%w: module %s: the sum of layer_weights is %g, want a number other than 0", ErrWeights, dir, sum)
		}
	}
	p.layers, p.layersFrom = &engine.LayerSum{First: start, Weights: weights}, name
	return nil
}

// checkLayers requires that a WeightedLayerPooling fits the encoder, and that
// the encoder gives it the layers: sentence-transformers passes over the module
// otherwise.
func (m *Model) checkLayers() error {
	p := m.pipeline
	if p.layers == nil {
		return nil
	}
	if n := len(p.layers.Weights) + p.layers.First - 1; n != m.config.NumHiddenLayers {
		return &ConfigError{File: p.layersFrom, Field: "num_hidden_layers", Got: strconv.Itoa(n), Want: fmt.Sprintf("the encoder's %d", m.config.NumHiddenLayers)}
	}
	if n := p.layersWidth; n != 0 && n != m.config.HiddenSize {
		return &ConfigError{File: p.layersFrom, Field: "embedding_dimension", Got: strconv.Itoa(n), Want: fmt.Sprintf("the encoder's hidden size %d", m.config.HiddenSize)}
	}
	if m.config.outputSize != 0 && m.config.outputSize != m.config.HiddenSize {
		return &ConfigError{File: modulesFile, Field: "type", Got: "WeightedLayerPooling", Want: "none for an encoder that projects its output", kind: ErrUnsupported}
	}
	if slices.Contains(p.modes, PoolPooler) {
		return fmt.Errorf("%w: pooling %v takes the last layer, and the model's WeightedLayerPooling several", ErrInput, p.poolingName())
	}
	if !p.allLayers && !outputsLayers(m.files[0]) {
		return &ConfigError{File: configFile, Field: "output_hidden_states", Got: "false", Want: "true for WeightedLayerPooling, which sentence-transformers otherwise passes over; without it, remove the module from " + modulesFile, kind: ErrUnsupported}
	}
	return nil
}

// outputsLayers reports whether settings of an encoder say that it outputs all
// layers.
func outputsLayers(data json.RawMessage) bool {
	var raw struct {
		All bool `json:"output_hidden_states"`
	}
	return json.Unmarshal(data, &raw) == nil && raw.All
}
