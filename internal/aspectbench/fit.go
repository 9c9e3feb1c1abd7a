package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/opinion"
	"github.com/seed-56ee9438/cohort/probe"
)

// fit fits the selection of aspects to the labels of all products in a directory,
// and writes its weights and bias.
func fit(w io.Writer, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		return fmt.Errorf("no files *.txt in %s: %w", dir, os.ErrNotExist)
	}
	var rows []float64
	var labels []int
	for _, f := range files {
		p, err := readHuLiu(dir, strings.TrimSuffix(filepath.Base(f), ".txt"))
		if err != nil {
			return err
		}
		tally, named, _ := p.count(func([]opinion.Mention, label, string) {})
		for _, c := range tally.All() {
			features := c.Features(len(p.sentences))
			rows = append(rows, features[:]...)
			_, fits := share(map[string]bool{normal(c.Aspect): true}, named)
			labels = append(labels, int(fits))
		}
	}
	m, err := probe.FitLogistic(context.Background(), mat.NewDense(len(labels), opinion.NumFeatures, rows), labels, probe.LogisticOptions{Penalties: []float64{1}, Uncalibrated: true})
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d aspects: %.3f, bias %.3f\n", len(labels), m.Weights[0], m.Bias[0])
	return nil
}
