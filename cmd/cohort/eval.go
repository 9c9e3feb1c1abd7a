package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/jsonerr"
	"github.com/seed-56ee9438/cohort/npy"
)

func (a *app) eval() *cobra.Command {
	var in, labels, truth, metric, out string
	c := verb("eval", "Score a clustering, as JSON", func(ctx context.Context) error {
		if err := need([2]string{"in", in}, [2]string{"labels", labels}, [2]string{"out", out}); err != nil {
			return err
		}
		m, err := eval.ParseMetric(metric)
		if err != nil {
			return usagef("--metric: %v", err)
		}
		x, err := npy.ReadMatrix(in)
		if err != nil {
			return err
		}
		l, err := a.readLabels(labels)
		if err != nil {
			return err
		}
		var t []int
		if truth != "" {
			if t, err = a.readLabels(truth); err != nil {
				return err
			}
			if len(t) != len(l) {
				return fmt.Errorf("%s: %d labels, want the %d of %s: %w", truth, len(t), len(l), labels, estimator.ErrShape)
			}
		}
		r, err := eval.Scorer{Metric: m}.Report(ctx, x, l, t)
		if err != nil {
			return fmt.Errorf("%s with %s: %w", in, labels, err)
		}
		if r.Undefined != nil && r.Internal == nil && r.WithoutNoise == nil && t == nil {
			return fmt.Errorf("%s with %s: %w", in, labels, r.Undefined)
		}
		return a.writeJSON(out, r)
	})
	c.Example = "  cohort eval --in vectors.npy --labels labels.json"
	s := c.Flags()
	s.StringVar(&in, "in", "", "NumPy `file` [points, features]")
	s.StringVar(&labels, "labels", "", "`file` of labels: a JSON array, the output of \"cohort cluster\", or a .npy file of integers; - is standard input")
	s.StringVar(&truth, "truth", "", "`file` of true labels to compare with, in the same formats; - is standard input")
	s.StringVar(&metric, "metric", "euclidean", "`metric` of the silhouette: euclidean, cosine, manhattan or chebyshev")
	s.StringVar(&out, "out", "-", "write to this JSON `file`; - is standard output")
	return c
}

// readLabels reads labels in any supported form.
func (a *app) readLabels(path string) ([]int, error) {
	if strings.HasSuffix(path, ".npy") {
		return npy.ReadInts(path)
	}
	var data []byte
	var err error
	if path == "-" {
		path = "standard input"
		data, err = io.ReadAll(a.in)
	} else {
		data, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	var list []int
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		var o struct{ Labels *[]int }
		if err = jsonerr.Hide(json.Unmarshal(data, &o)); err == nil && o.Labels == nil {
			err = errors.New(`it has no "labels"`)
		}
		if err == nil {
			list = *o.Labels
		}
	} else {
		err = jsonerr.Hide(json.Unmarshal(data, &list))
	}
	if err != nil {
		return nil, fmt.Errorf("%s: labels must be a JSON array of integers or the output of cluster: %w", path, err)
	}
	return list, nil
}
