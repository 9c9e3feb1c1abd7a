package bert

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/kernel"
)

// pytorchGradients are the results of testdata/gradients/make.py.
type pytorchGradients struct {
	Loss      float64
	Gradients map[string][3]float64 // length, and the sums along two directions
}

// Every parameter's gradient is that of PyTorch, which computes in float64, at
// every level of the kernels.
func TestGradientsEqualPyTorch(t *testing.T) {
	raw, err := os.ReadFile("testdata/gradients/gradients.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]pytorchGradients
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	for name, dir := range goldenModels(t) {
		want, ok := all[name]
		if !ok {
			t.Errorf("%s: no gradients by PyTorch", name)
			continue
		}
		for _, level := range kernel.Supported() {
			t.Run(name+"/"+level.String(), func(t *testing.T) {
				defer kernel.Force(level)()
				m := loadGoldenModel(t, dir, Options{NoTokenizer: true})
				tree, err := m.Encoder()
				if err != nil {
					t.Fatal(err)
				}
				e := tree.Trainable()
				node, got := loss(t, e, trainInputs(m.config))
				if math.Abs(got-want.Loss) > 2e-5 {
					t.Errorf("the loss is %g, by PyTorch %g", got, want.Loss)
				}
				if err := ag.Backward(node); err != nil {
					t.Fatal(err)
				}
				compared := 0
				nn.ForEachParam(e, func(p *nn.Param) {
					w, ok := want.Gradients[e.Name(p)]
					if !ok {
						t.Errorf("PyTorch has no gradient of %s", e.Name(p))
						return
					}
					compared++
					var square float64
					var along [2]float64
					for i, g := range data(p.Grad()) {
						g := float64(g)
						square += g * g
						along[0] += g * math.Cos(float64(i*i%997))
						along[1] += g * math.Sin(float64(i*i%1009))
					}
					for i, v := range [3]float64{math.Sqrt(square), along[0], along[1]} {
						if d := math.Abs(v - w[i]); !(d <= 1e-4*w[0]+2e-5) {
							t.Errorf("%s: quantity %d is %g, by PyTorch %g", e.Name(p), i, v, w[i])
						}
					}
				})
				if compared != len(want.Gradients) {
					t.Errorf("%d gradients were compared, PyTorch has %d", compared, len(want.Gradients))
				}
			})
		}
	}
}
