package bert

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
)

// Every type of scaling against transformers' frequencies, which are float32.
func TestRope(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/rope.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Parameters  json.RawMessage
		Tokens      int
		Frequencies []float64
		Scale       float64
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{"default": true, "ntk": true}
	for _, c := range cases {
		for _, field := range []string{"rope_parameters", "rope_scaling"} {
			config := fmt.Sprintf(`{"model_type":"qwen3","vocab_size":10,"hidden_size":64,"num_attention_heads":2,"num_key_value_heads":2,"head_dim":32,"num_hidden_layers":1,"max_position_embeddings":256,%q:%s}`, field, c.Parameters)
			got, err := ParseConfig([]byte(config))
			if err != nil {
				t.Errorf("%s: %v", c.Parameters, err)
				continue
			}
			r := got.blocks[0].Rotary
			frequencies := r.Frequencies
			if r.Beyond != nil && c.Tokens > r.Trained {
				frequencies = r.Beyond(c.Tokens)
			}
			if len(frequencies) != len(c.Frequencies) {
				t.Errorf("%s: %d frequencies, want %d", c.Parameters, len(frequencies), len(c.Frequencies))
				continue
			}
			for i, want := range c.Frequencies {
				if math.Abs(frequencies[i]-want) > 2e-6*want {
					t.Errorf("%s, %d tokens: frequency %d is %g, want %g", c.Parameters, c.Tokens, i, frequencies[i], want)
				}
			}
			if scale := max(r.Scale, 0); math.Abs(scale-c.Scale) > 1e-12 && (scale != 0 || c.Scale != 1) {
				t.Errorf("%s: scale %g, want %g", c.Parameters, r.Scale, c.Scale)
			}
			var kind struct {
				Type string `json:"rope_type"`
			}
			_ = json.Unmarshal(c.Parameters, &kind)
			seen[kind.Type] = true
		}
	}
	for _, kind := range ropeTypes {
		if !seen[kind] {
			t.Errorf("%s was not compared", kind)
		}
	}
}

// GTE's own type multiplies the base and the factor of the last frequency (Su
// 2023, https://kexue.fm/archives/9706, equations 6, 10 and 12).
func TestRopeNTK(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		settings string
		want     func(i float64) float64 // the divisor of frequency i of 4
	}{
		{`{"type":"ntk","factor":16}`, func(i float64) float64 { return math.Pow(16, (i+1)/4) }},
		{`{"type":"ntk","factor":16,"mixed_b":0.625}`, func(i float64) float64 { return math.Exp(math.Log(16) / math.Pow(4, 0.625) * math.Pow(i+1, 0.625)) }},
	} {
		config, err := ParseConfig([]byte(`{"model_type":"new","hidden_size":16,"num_attention_heads":2,"rope_theta":10000,"rope_scaling":` + c.settings + `}`))
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range config.blocks[0].Rotary.Frequencies {
			if want := math.Pow(10000, -float64(i)/4) / c.want(float64(i)); math.Abs(got-want) > 1e-12*want {
				t.Errorf("%s: frequency %d is %g, want %g", c.settings, i, got, want)
			}
		}
	}
}

// Settings that make no sense are refused by name.
func TestRopeRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ field, settings string }{
		{"rope_type", `{"rope_type":"other"}`},
		{"factor", `{"rope_type":"linear"}`},
		{"factor", `{"rope_type":"linear","factor":0}`},
		{"factor", `{"rope_type":"dynamic","factor":-2}`},
		{"factor", `{"rope_type":"ntk","factor":0.5}`},
		{"factor", `{"rope_type":"llama3","low_freq_factor":1,"high_freq_factor":4}`},
		{"high_freq_factor", `{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4}`},
		{"low_freq_factor", `{"rope_type":"llama3","factor":8}`},
		{"original_max_position_embeddings", `{"rope_type":"yarn","factor":8,"original_max_position_embeddings":-1}`},
		{"short_factor", `{"rope_type":"longrope","short_factor":[1],"long_factor":[1,1,1,1]}`},
		{"long_factor", `{"rope_type":"longrope","short_factor":[1,1,1,1],"long_factor":[1,1,1,-1]}`},
		{"partial_rotary_factor", `{"rope_type":"proportional","partial_rotary_factor":1.5}`},
		{"partial_rotary_factor", `{"rope_type":"linear","factor":2,"partial_rotary_factor":0.1}`},
		{"mrope_section", `{"rope_type":"default","mrope_section":[2,1,1]}`},
		{"type", `{"rope_type":"linear","type":"yarn","factor":2}`},
	} {
		_, err := ParseConfig([]byte(`{"model_type":"qwen3","hidden_size":16,"num_attention_heads":2,"num_key_value_heads":2,"head_dim":8,"rope_scaling":` + c.settings + `}`))
		var wrong *ConfigError
		if !errors.As(err, &wrong) || wrong.Field != "rope_scaling."+c.field {
			t.Errorf("%s: %v", c.settings, err)
		}
	}
}

// Texts may be longer than max_position_embeddings if the base grows with them,
// but are truncated there unless more is asked for.
func TestDynamicLength(t *testing.T) {
	t.Parallel()
	m := loadGoldenModel(t, nextDir(t, "qwen2-dynamic"), Options{})
	if got := m.config.limit(); got != 48 || m.MaxLength() != 12 {
		t.Errorf("limit %d, length %d, want 48 and 12", got, m.MaxLength())
	}
	text := Input{IDs: slices.Repeat([]int32{5}, 48)}
	if _, err := m.EmbedIDs(t.Context(), []Input{text}); err != nil {
		t.Error(err)
	}
	text.IDs = append(text.IDs, 5)
	if _, err := m.EmbedIDs(t.Context(), []Input{text}); !errors.Is(err, ErrInput) {
		t.Errorf("a longer text: %v", err)
	}
}
