package train

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/nlpodyssey/spago/mat"
	"github.com/nlpodyssey/spago/nn"

	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// adapterConfig is the part of PEFT's adapter_config.json that describes LoRA
// adapters as they are made here.
type adapterConfig struct {
	Type          string   `json:"peft_type"`
	Task          string   `json:"task_type"`
	Base          string   `json:"base_model_name_or_path"`
	Rank          int      `json:"r"`
	Alpha         float64  `json:"lora_alpha"`
	Dropout       float64  `json:"lora_dropout"`
	Bias          string   `json:"bias"`
	Targets       []string `json:"target_modules"`
	FanInFanOut   bool     `json:"fan_in_fan_out"`
	InferenceMode bool     `json:"inference_mode"`
}

// SaveAdapter writes the adapters of a run with Options.Adapters to a directory
// in the format of PEFT: adapter_config.json and adapter_model.safetensors, for
// the encoder that transformers loads with AutoModel from the name or directory
// base. Without adapters it returns an ErrOptions.
func (r *Result) SaveAdapter(dir, base string) error {
	if r.targets == nil {
		return optionError("there are no adapters: the run had no Options.Adapters")
	}
	c := adapterConfig{Type: "LORA", Task: "FEATURE_EXTRACTION", Base: base, Bias: "none", Targets: r.targets, InferenceMode: true}
	var tensors []safetensors.Tensor
	var err error
	nn.ForEachParam(r.encoder, func(p *nn.Param) {
		name := r.encoder.Name(p)
		if !strings.Contains(name, ".lora_") || err != nil {
			return
		}
		if strings.HasSuffix(name, ".lora_A.weight") {
			c.Rank = p.Shape()[0]
		}
		var t safetensors.Tensor
		if t, err = safetensors.Of("base_model.model."+name, p.Shape(), mat.Data[float32](p.Matrix)); err == nil {
			tensors = append(tensors, t)
		}
	})
	if err != nil {
		return fmt.Errorf("train: saving adapters: %w", err)
	}
	if c.Alpha = r.options.Alpha; c.Alpha == 0 {
		c.Alpha = 2 * float64(c.Rank)
	}
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("train: saving adapters: %w", err)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("train: saving adapters: %w", err)
	}
	if err := safetensors.WriteFile(filepath.Join(dir, "adapter_model.safetensors"), tensors, map[string]string{"format": "pt"}); err != nil {
		return fmt.Errorf("train: saving adapters: %w", err)
	}
	return atomicfile.Write(filepath.Join(dir, "adapter_config.json"), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}
