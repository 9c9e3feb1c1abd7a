package bert

import (
	"math"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// trainInputs are some short texts of ids, one of them empty.
func trainInputs(c *Config) []Input {
	var in []Input
	for i, n := range []int{5, 1, 0, 9} {
		var x Input
		for j := range n {
			x.IDs = append(x.IDs, int32((i*97+j*31+5)%c.VocabSize))
			if c.TypeVocabSize > 1 {
				x.TypeIDs = append(x.TypeIDs, int32(j/3%c.TypeVocabSize))
			}
		}
		in = append(in, x)
	}
	return in
}

func toSequences(in []Input) engine.Sequences {
	var s engine.Sequences
	s.Reset()
	for _, x := range in {
		s.IDs = append(s.IDs, x.IDs...)
		s.Types = append(s.Types, x.TypeIDs...)
		s.End()
	}
	return s
}

// data returns the elements of a node or parameter without a copy.
func data(t mat.Tensor) []float32 { return mat.Data[float32](t.Value()) }

// encoderModels are golden models without a head, one an architecture at least.
func encoderModels(t *testing.T) map[string]string {
	dirs := goldenModels(t)
	for name, dir := range dirs {
		if !openGolden(t, filepath.Join(dir, "expected_f64.safetensors")).has("case0.last_hidden_state") {
			delete(dirs, name)
		}
	}
	return dirs
}

// The differentiable pass shares no code with the inference pass but the
// tables of names and activations.
func TestForwardEqualsInference(t *testing.T) {
	t.Parallel()
	for name, dir := range encoderModels(t) {
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{})
			tree, err := m.Encoder()
			if err != nil {
				t.Fatal(err)
			}
			in := trainInputs(m.config)
			states, err := tree.Forward(in)
			if err != nil {
				t.Fatal(err)
			}
			want := hiddenStates(t, m, toSequences(in))
			got := data(states.Hidden)
			if len(got) != len(want) {
				t.Fatalf("%d values, want %d", len(got), len(want))
			}
			for i, w := range want {
				if d := math.Abs(float64(got[i] - w)); !(d <= 1e-5) {
					t.Fatalf("element %d is %g by ag, %g by inference", i, got[i], w)
				}
			}
		})
	}
}

// loss is a fixed smooth function of the hidden states: the weighted sum of the
// features of unit mean vectors and unit first vectors. It returns the node of
// the features, which has the weights as its gradient, and the sum in float64.
func loss(t *testing.T, e *Encoder, in []Input) (mat.Tensor, float64) {
	t.Helper()
	s, err := e.Forward(in)
	if err != nil {
		t.Fatal(err)
	}
	mean, first := NormalizeRows(s.Mean()), NormalizeRows(s.FirstTokens())
	y := ag.Add(mean, first)
	rows, cols := y.Shape()[0], y.Shape()[1]
	weights := make([]float32, rows*cols)
	for i := range weights {
		weights[i] = float32(math.Sin(float64(i*i%101 + 1)))
	}
	sum := 0.0
	for i, w := range weights {
		sum += float64(w) * (float64(data(mean)[i]) + float64(data(first)[i]))
	}
	y.AccGrad(mat.NewDense[float32](mat.WithShape(rows, cols), mat.WithBacking(weights)))
	return y, sum
}

// Every parameter's gradient is compared with a central difference along the
// direction of its own signs, in which the loss changes most.
func TestGradients(t *testing.T) {
	t.Parallel()
	for name, dir := range encoderModels(t) {
		if name == "bert-float16" || name == "bert-bfloat16" || name == "bert-sharded" {
			continue // the same code as bert
		}
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{})
			tree, err := m.Encoder()
			if err != nil {
				t.Fatal(err)
			}
			e := tree.Trainable()
			in := trainInputs(m.config)
			node, _ := loss(t, e, in)
			if err := ag.Backward(node); err != nil {
				t.Fatal(err)
			}
			checked := 0
			nn.ForEachParam(e, func(p *nn.Param) {
				if !p.HasGrad() {
					t.Errorf("%s has no gradient", e.Name(p))
					return
				}
				checked++
				x, grad := values(p), slices.Clone(data(p.Grad()))
				before := slices.Clone(x)
				norm := 0.0
				for _, g := range grad {
					norm += float64(g) * float64(g)
				}
				norm = math.Sqrt(norm)
				if norm < 1e-5 {
					return // keys' biases: softmax does not see them
				}
				// A step along the gradient that changes the loss by about 4e-3.
				h := 2e-3 / norm
				at := func(sign float64) float64 {
					for i, g := range grad {
						x[i] = float32(float64(before[i]) + sign*h*float64(g)/norm)
					}
					_, l := loss(t, e, in)
					return l
				}
				difference := (at(1) - at(-1)) / (2 * h)
				copy(x, before)
				if math.Abs(difference-norm) > 0.01*norm+1e-4 {
					t.Errorf("%s: derivative along the gradient is %g by differences, %g by ag", e.Name(p), difference, norm)
				}
			})
			if want := len(e.names); checked != want || want < 2+16*len(e.Layers) {
				t.Errorf("%d parameters were walked, the tree has %d", checked, want)
			}
		})
	}
}

func TestGradientsAreReproducible(t *testing.T) {
	t.Parallel()
	m := loadGoldenModel(t, "testdata/models/bert", Options{})
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	grads := func() (out []float32) {
		e := tree.Trainable()
		node, _ := loss(t, e, trainInputs(m.config))
		if err := ag.Backward(node); err != nil {
			t.Fatal(err)
		}
		nn.ForEachParam(e, func(p *nn.Param) { out = append(out, data(p.Grad())...) })
		return out
	}
	want := grads()
	for range 5 {
		if !slices.Equal(grads(), want) {
			t.Fatal("gradients of two runs differ")
		}
	}
}

// A few steps of gradient descent push two texts' vectors apart, and the
// model packed from the trained tree gives what the tree says.
func TestTraining(t *testing.T) {
	t.Parallel()
	m := loadGoldenModel(t, "testdata/models/bert", Options{})
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	e := tree.Trainable()
	in := []Input{{IDs: []int32{3, 1, 4, 1, 5}}, {IDs: []int32{9, 2, 6}}}
	cosine := func(x []float32) (sum float64) {
		n := len(x) / 2
		for i := range n {
			sum += float64(x[i]) * float64(x[n+i])
		}
		return sum
	}
	unit := func() mat.Tensor {
		s, err := e.Forward(in)
		if err != nil {
			t.Fatal(err)
		}
		return NormalizeRows(s.Mean())
	}
	before := cosine(data(unit()))
	for range 20 {
		y := unit()
		similarity := ag.Dot(ag.RowView(y, 0), ag.RowView(y, 1))
		if err := ag.Backward(similarity); err != nil {
			t.Fatal(err)
		}
		nn.ForEachParam(e, func(p *nn.Param) {
			for i, g := range data(p.Grad()) {
				values(p)[i] -= 0.05 * g
			}
			p.ZeroGrad()
		})
	}
	after := cosine(data(unit()))
	t.Logf("cosine %.4f before, %.4f after 20 steps", before, after)
	if !(after < before-0.05) {
		t.Errorf("cosine went from %g to %g", before, after)
	}
	trained, err := m.WithEncoder(e)
	if err != nil {
		t.Fatal(err)
	}
	want := data(unit())
	got := make([]float32, len(want))
	j := &engine.Job{Sequences: toSequences(in)}
	if err := trained.embedJob(t.Context(), j, got, nil); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		normalise(got[i*32 : (i+1)*32])
	}
	for i, w := range want {
		if math.Abs(float64(got[i]-w)) > 1e-5 {
			t.Fatalf("feature %d is %g after packing, %g in the tree", i, got[i], w)
		}
	}
	if trained.Digest() == m.Digest() {
		t.Error("the trained model has the digest of the untrained one")
	}
	original := hiddenStates(t, m, toSequences(in))
	if slices.Equal(original, hiddenStates(t, trained, toSequences(in))) {
		t.Error("training changed nothing")
	}
}

// The tree over a float32 checkpoint is the mapped file, not a copy; many may
// ask for it at once.
func TestEncoderAliasesTheFile(t *testing.T) {
	t.Parallel()
	m := loadGoldenModel(t, "testdata/models/bert", Options{})
	var wg sync.WaitGroup
	trees := make([]*Encoder, 4)
	for i := range trees {
		wg.Go(func() { trees[i], _ = m.Encoder() })
	}
	wg.Wait()
	if trees[0] == nil || trees[0] != trees[3] {
		t.Fatal("different trees")
	}
	e := trees[0]
	tensor, _ := m.weights.file.Lookup("encoder.layer.1.attention.self.query.weight")
	raw, err := tensor.Float32()
	if err != nil {
		t.Fatal(err)
	}
	if got := values(e.Layers[1].Attention.Query.Weight); &got[0] != &raw[0] {
		t.Error("the parameter is a copy")
	}
	params := 0
	nn.ForEachParam(e, func(*nn.Param) { params++ })
	models := 0
	nn.Apply(e, func(nn.Model) { models++ })
	if params != 5+2*16 || models != 1+1+1+2*(1+1+4+1+1+2+1) {
		t.Errorf("walked %d parameters and %d models", params, models)
	}
}

func TestForwardRefuses(t *testing.T) {
	t.Parallel()
	m := loadGoldenModel(t, "testdata/models/bert", Options{})
	e, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	for name, in := range map[string][]Input{
		"none":       {},
		"id":         {{IDs: []int32{512}}},
		"negative":   {{IDs: []int32{-1}}},
		"type":       {{IDs: []int32{1}, TypeIDs: []int32{2}}},
		"type count": {{IDs: []int32{1}, TypeIDs: []int32{0, 0}}},
		"too long":   {{IDs: make([]int32, 65)}},
	} {
		if _, err := e.Forward(in); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
