package bert

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/seed-56ee9438/cohort/bert/internal/engine"
)

// The raw outputs of every head against the float64 reference.
func TestGoldenHeads(t *testing.T) {
	t.Parallel()
	compared := make(map[string]int)
	dirs := goldenModels(t)
	for name, dir := range nextDirs(t, "expected_f64.safetensors") {
		dirs["next/"+name] = dir
	}
	for name, dir := range dirs {
		g := openGolden(t, filepath.Join(dir, "expected_f64.safetensors"))
		if g.has("case0.last_hidden_state") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			m := loadGoldenModel(t, dir, Options{})
			if unused := m.Unused(); len(unused) > 0 {
				t.Errorf("unused tensors %q", unused)
			}
			for k := 0; g.has(fmt.Sprintf("case%d.input_ids", k)); k++ {
				prefix := fmt.Sprintf("case%d.", k)
				c, _ := g.batch(m.config, prefix)
				check := func(output string, got []float32, want []float64) {
					t.Helper()
					if e := relativeError(got, want); !(e <= 1e-5) {
						t.Errorf("%s%s: relative error %g", prefix, output, e)
					}
					compared[name]++
				}
				j := &engine.Job{Sequences: c.Sequences}
				switch {
				case m.heads.sequence != nil:
					got, err := m.textLogits(t.Context(), j)
					if err != nil {
						t.Fatal(err)
					}
					want, _ := g.floats(prefix + "logits")
					check("logits", got, want)
				case m.heads.token != nil:
					got, err := m.tokenLogits(t.Context(), j, m.heads.token)
					if err != nil {
						t.Fatal(err)
					}
					want, _ := g.floats(prefix + "logits")
					check("logits", got, c.unpadded(want, m.heads.token.out.Out))
				case m.heads.question != nil:
					got, err := m.tokenLogits(t.Context(), j, m.heads.question)
					if err != nil {
						t.Fatal(err)
					}
					for o, output := range []string{"start_logits", "end_logits"} {
						var column []float32
						for i := o; i < len(got); i += 2 {
							column = append(column, got[i])
						}
						want, _ := g.floats(prefix + output)
						check(output, column, c.unpadded(want, 1))
					}
				case m.heads.maskedLM != nil:
					hidden := hiddenStates(t, m, c.Sequences)
					size, vocab := m.config.HiddenSize, m.config.VocabSize
					got := make([]float32, len(c.IDs)*vocab)
					for i := range c.IDs {
						m.heads.maskedLM.logits(new(engine.Scratch), got[i*vocab:(i+1)*vocab], hidden[i*size:(i+1)*size])
					}
					want, _ := g.floats(prefix + "logits")
					check("logits", got, c.unpadded(want, vocab))
				default:
					t.Fatal("no head was loaded")
				}
			}
			if compared[name] == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}
