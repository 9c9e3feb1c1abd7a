// Package bgezh embeds the Chinese sentence encoder bge-small-zh-v1.5 in the
// program, so that there is nothing to download.
//
//	m, err := bgezh.Load(bert.Options{})
//	vectors, err := m.Embed(ctx, []string{"电池坏了。"}) // [1, 512]
//
// The model (MIT, see model/PROVENANCE.md) has 4 layers, 512 features and 8
// heads, reads up to 512 tokens and returns unit vectors of dimension 512. Its
// weights are float16 as published and add 47 MB to programs that import this
// package.
package bgezh

import (
	"embed"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/modelfs"
)

// Name is the model's name on the Hugging Face hub.
const Name = "BAAI/bge-small-zh-v1.5"

//go:embed model/*.json model/1_Pooling/config.json
var files embed.FS

//go:embed model/model.safetensors
var weights string

// Load returns the model, ready to embed. The zero Options work; it is then called
// Name.
func Load(options bert.Options) (*bert.Model, error) {
	dir, err := modelfs.New(files, "model", weights)
	if err != nil {
		return nil, err
	}
	if options.Name == "" {
		options.Name = Name
	}
	return bert.LoadFS(dir, options)
}
