package train

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"
)

// Five steps give the losses of PyTorch, which computes in float64, and move every
// parameter as far and in the same direction (testdata/pytorch/make.py).
func TestStepsEqualPyTorch(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/pytorch/steps.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Losses  []float64
		Changes map[string][3]float64
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	m := tiny(t)
	pairs, _ := topics(12)
	r, err := newRun(t.Context(), m, all(pairs), &MultipleNegatives{}, Options{Epochs: 6, LearningRate: 1e-3, WarmUp: 1. / 6, Decay: 0.01, NoDropout: true})
	if err != nil {
		t.Fatal(err)
	}
	r.collectParameters()
	for i, loss := range want.Losses {
		p, err := r.step(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(p.Loss-loss) > 1e-4 {
			t.Errorf("step %d: loss %g, by PyTorch %g", i, p.Loss, loss)
		}
	}
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	before := make(map[string][]float32)
	nn.ForEachParam(tree, func(p *nn.Param) { before[tree.Name(p)] = mat.Data[float32](p.Matrix) })
	compared := 0
	for _, p := range r.params {
		w, ok := want.Changes[p.name]
		if !ok {
			t.Errorf("PyTorch does not change %s", p.name)
			continue
		}
		compared++
		var square float64
		var along [2]float64
		for i, v := range p.values() {
			d := float64(v) - float64(before[p.name][i])
			square += d * d
			along[0] += d * math.Cos(float64(i*i%997))
			along[1] += d * math.Sin(float64(i*i%1009))
		}
		if strings.HasSuffix(p.name, "key.bias") {
			continue // its gradient is 0 but for rounding, of which Adam makes steps
		}
		for i, v := range [3]float64{math.Sqrt(square), along[0], along[1]} {
			if d := math.Abs(v - w[i]); !(d <= 0.01*w[0]) {
				t.Errorf("%s: quantity %d of the change is %g, by PyTorch %g", p.name, i, v, w[i])
			}
		}
	}
	if compared != len(want.Changes) {
		t.Errorf("%d parameters were compared, PyTorch changes %d", compared, len(want.Changes))
	}
}
