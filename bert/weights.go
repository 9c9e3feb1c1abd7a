package bert

import (
	"fmt"
	"maps"
	"slices"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// weights returns the tensors of a checkpoint by name, checks their shapes and
// values, and keeps track of which were used. The first error sticks, so that a
// block can load all its tensors in a row and check for errors once.
type weights struct {
	file   *safetensors.File
	prefix string          // this checkpoint's prefix for the encoder's names: "" or the architecture's
	used   map[string]bool // full names
	err    error
	// scratch, if not nil, holds the values of converted tensors until reset.
	// Without it they get their own memory.
	scratch []float32
	// converted reports that some tensor had to be converted.
	converted bool
	// handed are the tensors returned since release was last called.
	handed []safetensors.Tensor
	// checked reports that the values were checked before, when the tree is
	// built for a model that has been loaded.
	checked bool
}

func newWeights(file *safetensors.File, arch *architecture) *weights {
	w := &weights{file: file, used: make(map[string]bool)}
	// Models with a head have the prefix, bare encoders do not, though some
	// conversions prefix those as well. The token table decides.
	for _, prefix := range []string{arch.names.prefix, arch.names.otherPrefix} {
		if w.prefix == "" && w.has(prefix+arch.names.tokens+".weight") {
			w.prefix = prefix
		}
	}
	return w
}

// name returns the full name of an encoder tensor in this checkpoint.
func (w *weights) name(n string) string { return w.prefix + n }

// has reports whether the checkpoint holds a tensor of that full name.
func (w *weights) has(name string) bool {
	_, ok := w.file.Lookup(name)
	return ok
}

// tensor returns the first of the named tensors that exists, which must have
// the given shape and finite values.
func (w *weights) tensor(shape []int, names ...string) (safetensors.Tensor, bool) {
	t, ok := w.lookup(shape, names...)
	if ok && !w.checked {
		if err := t.CheckFinite(); err != nil {
			w.err = fmt.Errorf("%w: %w", ErrWeights, err)
			return t, false
		}
	}
	return t, ok
}

// lookup is tensor without checking the values.
func (w *weights) lookup(shape []int, names ...string) (safetensors.Tensor, bool) {
	if w.err != nil {
		return safetensors.Tensor{}, false
	}
	for _, name := range names {
		t, ok := w.file.Lookup(name)
		if !ok {
			continue
		}
		w.used[name] = true
		if !sameShape(t.Shape, shape) {
			w.err = &TensorError{File: w.file.Name(), Tensor: name, Got: fmt.Sprintf("%s %v", t.DType, t.Shape), Want: fmt.Sprint(shape)}
			return t, false
		}
		switch t.DType {
		case safetensors.F32, safetensors.F16, safetensors.BF16, safetensors.F64:
		default:
			w.err = &TensorError{File: w.file.Name(), Tensor: name, Got: t.DType.String(), Want: "F32, F16, BF16 or F64"}
			return t, false
		}
		w.handed = append(w.handed, t)
		return t, true
	}
	w.err = &TensorError{File: w.file.Name(), Tensor: names[0], Got: "nothing", Want: fmt.Sprint(shape)}
	return safetensors.Tensor{}, false
}

// sameShape compares shapes, allowing dimensions of 1 in front.
func sameShape(got, want []int) bool {
	for len(got) > len(want) && got[0] == 1 {
		got = got[1:]
	}
	return slices.Equal(got, want)
}

// param returns the first of the named tensors that exists as a spago
// parameter of the given shape ([n] for a vector). An aligned float32 tensor is
// not copied: the parameter aliases the mapped file and must not be written to.
func (w *weights) param(shape []int, names ...string) *nn.Param {
	t, ok := w.tensor(shape, names...)
	if !ok {
		return nil
	}
	w.converted = w.converted || t.DType != safetensors.F32
	if n := len(w.scratch); t.DType != safetensors.F32 && t.Len() <= cap(w.scratch)-n {
		w.scratch = w.scratch[:n+t.Len()]
		data := w.scratch[n : n+t.Len() : n+t.Len()]
		if err := t.CopyFloat32(data, 0); err != nil {
			w.err = fmt.Errorf("%w: %w", ErrWeights, err)
			return nil
		}
		return newParam(data, shape...)
	}
	data, err := t.Float32()
	if err != nil {
		w.err = fmt.Errorf("%w: %w", ErrWeights, err)
		return nil
	}
	return newParam(data, shape...)
}

// release lets the tensors returned since the last call leave memory: each has
// been copied into its packed form.
func (w *weights) release() {
	for _, t := range w.handed {
		t.Release()
	}
	w.handed = w.handed[:0]
}

// fork returns a weights for another goroutine.
func (w *weights) fork() *weights {
	return &weights{file: w.file, prefix: w.prefix, used: make(map[string]bool), checked: w.checked, err: w.err}
}

// join adds the names that a fork used, and its error if there was none before.
func (w *weights) join(f *weights) {
	maps.Copy(w.used, f.used)
	if w.err == nil {
		w.err = f.err
	}
}

// newParam returns a parameter over data without copying it (nn.NewParam
// clones). spago's matrices have two dimensions at most; any more are joined
// with the second.
func newParam(data []float32, shape ...int) *nn.Param {
	if len(shape) > 2 {
		shape = []int{shape[0], len(data) / max(shape[0], 1)}
	}
	return &nn.Param{Matrix: mat.NewDense[float32](mat.WithShape(shape...), mat.WithBacking(data))}
}

// unused lists, in order, the tensors that were not requested.
func (w *weights) unused() []string {
	var names []string
	for _, n := range w.file.Names() {
		if !w.used[n] {
			names = append(names, n)
		}
	}
	return names
}
