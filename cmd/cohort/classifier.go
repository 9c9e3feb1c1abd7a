package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/sentiment"
)

// feelingModel is a sentiment classifier and the model behind it.
type feelingModel struct {
	sentiment.Classified
	model *bert.Model
}

// classifier loads a model for sequence classification whose labels name
// feelings.
func classifier(dir string, threads int) (*feelingModel, error) {
	m, err := bert.Load(dir, bert.Options{Threads: threads})
	if err != nil {
		return nil, fmt.Errorf("sentiment model %s: %w", filepath.Clean(dir), err)
	}
	values, err := sentiment.LabelValues(m.Config().Labels)
	if err != nil {
		m.Close()
		return nil, fmt.Errorf("sentiment model %s: %w", filepath.Clean(dir), err)
	}
	return &feelingModel{model: m, Classified: sentiment.Classified{
		Name: m.Name(), Values: values,
		Scores: func(ctx context.Context, texts []string) ([][]float64, error) {
			got, err := m.Classify(ctx, texts)
			out := make([][]float64, len(got))
			for i, c := range got {
				out[i] = c.Scores
			}
			return out, err
		},
	}}, nil
}
