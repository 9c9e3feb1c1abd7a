package engine

import "github.com/seed-56ee9438/cohort/internal/kernel"

// LayerSum holds the weights of the encoder's outputs in a weighted sum of
// them.
type LayerSum struct {
	First   int       // output with the first weight: 0 is the embeddings, n that of layer n
	Weights []float64 // as many as there are outputs from First on
}

// add adds a layer's output, if it has a weight, to sum, which the first one
// clears.
func (w *LayerSum) add(sum []float64, layer int, hidden []float32) {
	if layer < w.First || layer-w.First >= len(w.Weights) {
		return
	}
	if layer == w.First {
		clear(sum)
	}
	kernel.AddScaledTo(sum, w.Weights[layer-w.First], hidden)
}

// visits returns what a pass calls after each layer of a batch, or nil: j.Visit,
// and the weighted sum of the layers in a.mixed.
func (j *Job) visits(a *Arena, size int) func(layer int, hidden []float32) {
	if j.Layers == nil {
		if j.Visit == nil {
			return nil
		}
		return func(layer int, hidden []float32) { j.Visit(&a.batch, layer, hidden) }
	}
	a.mixed = Grow(a.mixed, size)
	return func(layer int, hidden []float32) {
		j.Layers.add(a.mixed, layer, hidden)
		if j.Visit != nil {
			j.Visit(&a.batch, layer, hidden)
		}
	}
}

// mix writes the weighted sum of the layers to hidden.
func (a *Arena) mix(hidden []float32) {
	for i, v := range a.mixed[:len(hidden)] {
		hidden[i] = float32(v)
	}
}
