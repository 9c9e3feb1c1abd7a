// Convert creates the directory of a model for embedding in programs: it copies
// the small files and converts the weights to float16 safetensors, half the
// size of float32. Weights that are already float16 are copied bit for bit.
//
//	go run ./internal/modelfs/convert -from DIR -to bert/minilm/model
//
// Buffers that are not weights (position_ids) are left out. It prints the
// largest rounding errors.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-56ee9438/cohort/internal/safetensors"
)

// small lists the files that loading needs; those that a model lacks are
// skipped.
var small = []string{
	"README.md", "config.json", "config_sentence_transformers.json", "modules.json",
	"sentence_bert_config.json", "special_tokens_map.json", "tokenizer.json",
	"tokenizer_config.json", "1_Pooling/config.json",
}

func main() {
	from := flag.String("from", "", "model directory to read")
	to := flag.String("to", "", "model directory to write")
	source := flag.String("source", "", "where the model comes from, kept in the weights' metadata")
	flag.Parse()
	if *from == "" || *to == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := convert(*from, *to, *source); err != nil {
		fmt.Fprintln(os.Stderr, "convert:", err)
		os.Exit(1)
	}
}

func convert(from, to, source string) error {
	for _, name := range small {
		data, err := os.ReadFile(filepath.Join(from, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		dst := filepath.Join(to, name)
		if err := os.MkdirAll(filepath.Dir(dst), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(dst, data, 0o644); err != nil {
			return err
		}
	}
	in, err := safetensors.Open(filepath.Join(from, safetensors.SingleName))
	if err != nil {
		return err
	}
	defer in.Close()
	var out []safetensors.Tensor
	var worst, relative float64 // largest rounding error, absolute and relative to its tensor's largest weight
	for _, name := range in.Names() {
		if strings.HasSuffix(name, "position_ids") {
			continue
		}
		t, _ := in.Lookup(name)
		values, err := t.Float32()
		if err != nil {
			return err
		}
		half, err := safetensors.OfFloat16(name, t.Shape, values)
		if err != nil {
			return err
		}
		rounded, err := half.Float32()
		if err != nil {
			return err
		}
		var off, scale float64
		for i, v := range values {
			off = max(off, math.Abs(float64(v)-float64(rounded[i])))
			scale = max(scale, math.Abs(float64(v)))
		}
		worst = max(worst, off)
		if scale > 0 {
			relative = max(relative, off/scale)
		}
		out = append(out, half)
	}
	metadata := map[string]string{"format": "pt"}
	if source != "" {
		metadata["source"] = source
	}
	if err := safetensors.WriteFile(filepath.Join(to, safetensors.SingleName), out, metadata); err != nil {
		return err
	}
	fmt.Printf("%d tensors, largest rounding error %.3g (%.3g of its tensor's largest weight)\n", len(out), worst, relative)
	return nil
}
