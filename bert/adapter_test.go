package bert

import (
	"errors"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/nlpodyssey/spago/ag"
	"github.com/nlpodyssey/spago/nn"
)

// trainable loads a tiny model and a trainable copy of its encoder.
func trainable(t *testing.T, name string) (*Model, *Encoder) {
	t.Helper()
	m := loadGoldenModel(t, filepath.Join("testdata", "models", name), Options{})
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	return m, tree.Trainable()
}

func hidden(t *testing.T, e *Encoder, o Pass) []float32 {
	t.Helper()
	s, err := e.ForwardWith(trainInputs(e.config), o)
	if err != nil {
		t.Fatal(err)
	}
	return data(s.Hidden)
}

func largest(a, b []float32) (d float64) {
	for i, v := range a {
		d = max(d, math.Abs(float64(v-b[i])))
	}
	return d
}

// Fresh adapters change nothing; trained ones change the same whether kept
// apart, merged or packed, and only they get gradients.
func TestAdapters(t *testing.T) {
	t.Parallel()
	m, e := trainable(t, "bert")
	before := hidden(t, e, Pass{})
	targets, err := e.AddAdapters(AdapterOptions{Rank: 3, Seed: 5})
	if err != nil || !slices.Equal(targets, []string{"query", "value"}) {
		t.Fatal(targets, err)
	}
	if d := largest(hidden(t, e, Pass{}), before); d != 0 {
		t.Errorf("fresh adapters change the states by %g", d)
	}
	node, _ := loss(t, e, trainInputs(m.config))
	if err := ag.Backward(node); err != nil {
		t.Fatal(err)
	}
	adapters := 0
	nn.ForEachParam(e, func(p *nn.Param) {
		name := e.Name(p)
		if is := strings.Contains(name, ".lora_"); is != p.RequiresGrad() || is != p.HasGrad() {
			t.Errorf("%s: requires a gradient: %v, has one: %v", name, p.RequiresGrad(), p.HasGrad())
		} else if is {
			adapters++
			for i := range values(p) {
				values(p)[i] += 0.3 * float32(math.Sin(float64(i)))
			}
		}
	})
	if adapters != 2*2*2 {
		t.Errorf("%d parameters of adapters, want 2 layers of 2", adapters)
	}
	apart := hidden(t, e, Pass{})
	if d := largest(apart, before); d < 0.01 {
		t.Errorf("the adapters change the states by %g only", d)
	}
	packed, err := m.WithEncoder(e)
	if err != nil {
		t.Fatal(err)
	}
	if d := largest(hiddenStates(t, packed, toSequences(trainInputs(m.config))), apart); d > 1e-5 {
		t.Errorf("packing changes the states by %g", d)
	}
	if own, err := packed.Encoder(); err != nil || len(own.names) != len(e.names)-adapters {
		t.Errorf("the packed model's tree has %d parameters, %v", len(own.names), err)
	}
	copied := e.Trainable()
	copied.MergeAdapters()
	if d := largest(hidden(t, copied, Pass{}), apart); d > 1e-5 {
		t.Errorf("merging changes the states by %g", d)
	}
	nn.ForEachParam(copied, func(p *nn.Param) {
		if !p.RequiresGrad() || strings.Contains(copied.Name(p), "lora") {
			t.Errorf("%s after merging", copied.Name(p))
		}
	})
	if len(copied.names) != len(e.names)-adapters {
		t.Errorf("%d names after merging %d", len(copied.names), len(e.names))
	}
}

func TestAdaptersRefused(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]AdapterOptions{
		"target": {Targets: []string{"queries"}}, "part of a name": {Targets: []string{"uery"}},
		"rank": {Rank: 32}, "negative": {Rank: -1}, "alpha": {Alpha: math.NaN()},
	} {
		_, e := trainable(t, "bert")
		if _, err := e.AddAdapters(o); !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
		nn.ForEachParam(e, func(p *nn.Param) {
			if !p.RequiresGrad() {
				t.Errorf("%s: %s was frozen", name, e.Name(p))
			}
		})
	}
}

// Dropout changes the states, the same way for a seed and any number of threads,
// and leaves them alone on average.
func TestForwardWithDropout(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"bert", "mpnet"} {
		_, e := trainable(t, name)
		plain := hidden(t, e, Pass{})
		a, b := hidden(t, e, Pass{Dropout: true, Seed: 1, Threads: 1}), hidden(t, e, Pass{Dropout: true, Seed: 1, Threads: 3})
		other := hidden(t, e, Pass{Dropout: true, Seed: 2})
		if !slices.Equal(a, b) {
			t.Errorf("%s: threads change the dropout", name)
		}
		if largest(a, plain) < 0.05 || largest(a, other) < 0.05 {
			t.Errorf("%s: dropout changes the states by %g, another seed by %g", name, largest(a, plain), largest(a, other))
		}
		mean := make([]float32, len(plain))
		const passes = 300
		for seed := range uint64(passes) {
			for i, v := range hidden(t, e, Pass{Dropout: true, Seed: seed}) {
				mean[i] += v / passes
			}
		}
		var away, length float64
		for i, v := range mean {
			away += float64(v-plain[i]) * float64(v-plain[i])
			length += float64(plain[i]) * float64(plain[i])
		}
		if share := math.Sqrt(away / length); share > 0.1 {
			t.Errorf("%s: the mean of %d passes is %g away", name, passes, share)
		}
	}
}

func TestDropoutRates(t *testing.T) {
	t.Parallel()
	distil := `{"model_type": "distilbert", "vocab_size": 9, "dim": 4, "n_heads": 2, "dropout": 0.3, "attention_dropout": 0.2, "hidden_dropout_prob": 0.7}`
	if c, err := ParseConfig([]byte(distil)); err != nil || c.dropout != (dropoutRates{0.3, 0.2, true}) {
		t.Error(c, err)
	}
	if c, err := ParseConfig([]byte(`{"model_type": "bert"}`)); err != nil || c.dropout != (dropoutRates{0.1, 0.1, false}) {
		t.Error(c, err)
	}
	_, e := trainable(t, "bert")
	changed := *e.config
	changed.dropout.hidden = 1
	e.config = &changed
	if _, err := e.ForwardWith(trainInputs(&changed), Pass{Dropout: true}); !errors.Is(err, ErrConfig) {
		t.Error("rate 1:", err)
	}
	if _, err := e.ForwardWith(trainInputs(&changed), Pass{}); err != nil {
		t.Error("rate 1 without dropout:", err)
	}
}

// ForwardTokens gives the vectors of EmbedTokens.
func TestForwardTokens(t *testing.T) {
	t.Parallel()
	m := loadTiny(t, Options{})
	tree, err := m.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	e := tree.Trainable()
	tokens := m.Tokenize([]string{"a short text", "another text of more words, with a comma", "x"})
	want, err := m.EmbedTokens(t.Context(), tokens)
	if err != nil {
		t.Fatal(err)
	}
	y, err := m.ForwardTokens(e, tokens, Pass{})
	if err != nil {
		t.Fatal(err)
	}
	flat, _ := want.RawFloat32()
	if got := data(y); len(got) != len(flat) || largest(got, flat) > 1e-5 {
		t.Errorf("%d values, %g apart", len(got), largest(got, flat))
	}
	for name, pooling := range map[string]Pooling{"max": PoolMax, "two": PoolCLS | PoolMean} {
		other := loadTiny(t, Options{Pooling: pooling})
		tree, err := other.Encoder()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.ForwardTokens(tree, other.Tokenize([]string{"a"}), Pass{}); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := loadTiny(t, Options{}).ForwardTokens(e, tokens, Pass{}); !errors.Is(err, ErrInput) {
		t.Errorf("another model's encoder: %v", err)
	}
}
