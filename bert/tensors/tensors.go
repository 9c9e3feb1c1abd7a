// Package tensors converts results of package bert to n-dimensional arrays of
// gorgonia. Tensors share the memory of the results.
//
// Gorgonia has no tensors without elements: in that case the functions of this
// package return nil.
package tensors

import (
	"gorgonia.org/tensor"

	"github.com/seed-56ee9438/cohort/bert"
)

// Of returns embeddings as a tensor [texts, dim] of float32.
func Of(e *bert.Embeddings) *tensor.Dense {
	data, _ := e.RawFloat32()
	return dense(data, e.Len(), e.Dim())
}

// Layer returns hidden states as a tensor [texts, tokens, hidden] of float32:
// layer 0 is the embeddings, layer i the output of the i-th encoder layer. It
// panics if there is no such layer.
func Layer(h *bert.HiddenStates, layer int) *tensor.Dense {
	size := h.Hidden
	if layer == len(h.Layers)-1 {
		size = h.Output
	}
	return dense(h.Layers[layer], h.Texts, h.Tokens, size)
}

// Last returns the output of the last encoder layer, as [Layer] does.
func Last(h *bert.HiddenStates) *tensor.Dense { return Layer(h, len(h.Layers)-1) }

// Mask returns the mask as a tensor [texts, tokens] of float32.
func Mask(h *bert.HiddenStates) *tensor.Dense { return dense(h.Mask, h.Texts, h.Tokens) }

func dense(data []float32, shape ...int) *tensor.Dense {
	if len(data) == 0 {
		return nil
	}
	return tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data))
}
