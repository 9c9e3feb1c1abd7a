package bert

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// massive returns a tiny checkpoint with the massive activations of published
// models: rows of the output layers of attention and feed-forward blocks, and of
// the layers into the feed-forward blocks, are multiplied, so that feature 3 of
// the residual stream and feature 5 inside the feed-forward blocks are that much
// larger than the others. The final norm's weight makes up for the former, as in
// trained models.
func massive(tb testing.TB, name string, factor float64) fstest.MapFS {
	tb.Helper()
	fsys := goldenFS(tb, name)
	f, err := safetensors.Open(filepath.Join(nextDir(tb, name), "model.safetensors"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var tensors []safetensors.Tensor
	changed := 0
	for _, tensor := range f.Names() {
		t, _ := f.Lookup(tensor)
		row, by := -1, factor
		for suffix, r := range map[string]int{
			"down_proj.weight": 3, "o_proj.weight": 3, "fc2.weight": 3, "out_proj.weight": 3, "Wo.weight": 3,
			"up_proj.weight": 5, "fc11.weight": 5, "mlp.Wi.weight": 5,
			"post_feedforward_layernorm.weight": 3, "norm1.weight": 3,
		} {
			if strings.HasSuffix(tensor, suffix) {
				row = r
			}
		}
		if slices.Contains([]string{"norm.weight", "final_norm.weight", "model.norm.weight"}, tensor) {
			row, by = 3, 1/factor
		}
		source, err := t.Float32()
		if err != nil {
			tb.Fatal(err)
		}
		values := slices.Clone(source)
		if row >= 0 {
			changed++
			offset := float32(0)
			if strings.Contains(name, "gemma3") && len(t.Shape) == 1 {
				offset = 1 // norms' weights are stored minus 1
			}
			cols := len(values) / t.Shape[0]
			for i := row * cols; i < (row+1)*cols; i++ {
				values[i] = (values[i]+offset)*float32(by) - offset
			}
		}
		tensors = append(tensors, floats(tb, tensor, t.Shape, func(i int) float64 { return float64(values[i]) }))
	}
	if changed < 4 {
		tb.Fatalf("%s: %d tensors changed", name, changed)
	}
	addWeights(tb, fsys, "model.safetensors", tensors...)
	return fsys
}

// withOutliers returns the model with outliers in a copy of its encoder, as
// massive makes them in a checkpoint: feature 3 of what layers add to the residual
// stream, or of the norms of their sums, and feature 5 inside the feed-forward
// blocks are that much larger. The last norm makes up for it.
func withOutliers(t *testing.T, m *Model, factor float32) *Model {
	t.Helper()
	e, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	e = e.Trainable()
	seen := map[*nn.Param]bool{}
	times := func(p *nn.Param, row int, by float32) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		x := values(p)
		cols := len(x) / p.Shape()[0]
		for i := row * cols; i < (row+1)*cols; i++ {
			x[i] *= by
		}
	}
	norm := func(n *LayerNorm, by float32) {
		if n == nil {
			return
		}
		if n.UnitOffset {
			if x := values(n.Weight); !seen[n.Weight] {
				seen[n.Weight] = true
				x[3] = (x[3]+1)*by - 1
			}
			return
		}
		times(n.Weight, 3, by)
		times(n.Bias, 3, by)
	}
	for i, l := range e.Layers {
		times(l.FeedForward.Up.Weight, 5, factor)
		if l.FeedForward.Norm == nil && l.Attention.Norm == nil {
			times(l.Attention.Output.Weight, 3, factor)
			times(l.FeedForward.Down.Weight, 3, factor)
			norm(l.FeedForward.OutputNorm, factor)
			continue
		}
		norm(l.Attention.Norm, factor)
		if i < len(e.Layers)-1 {
			norm(l.FeedForward.Norm, factor)
		}
	}
	norm(e.Final, 1/factor)
	m, err = m.WithEncoder(e)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Int8 with outliers in every architecture: what is kept in float32 has to
// suffice, and without outliers that has to be nothing.
func TestInt8Outliers(t *testing.T) {
	t.Parallel()
	dirs := nextDirs(t, "model.safetensors")
	local, _ := filepath.Glob("testdata/models/*/model.safetensors")
	for _, p := range local {
		dirs[filepath.Base(filepath.Dir(p))] = filepath.Dir(p)
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			exact := loadGoldenModel(t, dir, Options{Threads: 1})
			if exact.Static() || exact.config.NumHiddenLayers == 0 {
				t.Skip("no layers")
			}
			coarse := loadGoldenModel(t, dir, Options{Threads: 1, Precision: Int8})
			if kept := coarse.KeptFloat32(); len(kept) > 0 {
				t.Errorf("without outliers %v are kept", kept)
			}
			factors := []float32{100, 1000}
			if slowKernels() {
				factors = factors[:1]
			}
			for _, factor := range factors {
				coarse := withOutliers(t, coarse, factor)
				mean, worst := meanCosines(t, withOutliers(t, exact, factor), coarse)
				t.Logf("%s, outliers of %g: cosine %.5f, worst %.5f, kept %v", exact.config.ModelType, factor, mean, worst, coarse.KeptFloat32())
				if !(mean >= 0.99) {
					t.Errorf("outliers of %g: cosine %.5f, want at least 0.99", factor, mean)
				}
			}
		})
	}
}

// The same in checkpoints.
func TestInt8OutliersLoaded(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"qwen3", "nomic-bert-masked-lm", "gemma3-text-bidirectional", "modernbert"}[:sized(4, 2)] {
		for _, factor := range []float64{100, 1, 1000}[:sized(3, 1)] {
			fsys := massive(t, name, factor)
			exact := mustLoadFS(t, fsys, Options{Threads: 1, NoTokenizer: true})
			coarse := mustLoadFS(t, fsys, Options{Threads: 2, NoTokenizer: true, Precision: Int8})
			mean, worst := meanCosines(t, exact, coarse)
			t.Logf("%s, outliers of %g: cosine %.5f, worst %.5f, kept %v", name, factor, mean, worst, coarse.KeptFloat32())
			if !(mean >= 0.99) {
				t.Errorf("%s, outliers of %g: cosine %.5f, want at least 0.99", name, factor, mean)
			}
		}
	}
}

// meanCosines returns the mean and the worst cosine of the means of 50 random
// texts' hidden states by two models.
func meanCosines(t *testing.T, exact, coarse *Model) (mean, worst float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	var texts []Input
	for range 50 {
		ids := make([]int32, 2+r.IntN(min(exact.MaxLength(), 60)-1))
		for i := range ids {
			ids[i] = 3 + int32(r.IntN(exact.config.VocabSize-3))
		}
		texts = append(texts, Input{IDs: ids})
	}
	var sums [][]float64
	for _, m := range []*Model{exact, coarse} {
		h, err := m.EncodeIDs(t.Context(), texts)
		if err != nil {
			t.Fatal(err)
		}
		last := h.Layers[len(h.Layers)-1]
		for i, ids := range h.IDs {
			sum := make([]float64, h.Output)
			for k := range ids {
				for j := range sum {
					sum[j] += float64(last[(i*h.Tokens+k)*h.Output+j])
				}
			}
			sums = append(sums, sum)
		}
	}
	worst = 1
	for i := range texts {
		var dot, a, b float64
		for j, x := range sums[i] {
			y := sums[len(texts)+i][j]
			dot, a, b = dot+x*y, a+x*x, b+y*y
		}
		cosine := dot / math.Sqrt(a*b)
		mean, worst = mean+cosine/float64(len(texts)), min(worst, cosine)
	}
	return mean, worst
}
