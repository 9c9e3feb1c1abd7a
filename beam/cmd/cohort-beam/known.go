package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// known is a model of which the vectors of some texts are known already. It
// embeds others, such as quotations with a word left out.
type known struct {
	*bert.Model
	vectors map[[sha256.Size]byte][]float32

	mu    sync.Mutex
	fresh int // texts that were embedded
}

func newKnown(m *bert.Model) *known {
	return &known{Model: m, vectors: map[[sha256.Size]byte][]float32{}}
}

func (k *known) add(text string, v []float32) { k.vectors[sha256.Sum256([]byte(text))] = v }

// EmbedSeq implements cohort.Embedder.
func (k *known) EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error] {
	return func(yield func([]float32, error) bool) {
		var waiting []string  // to be embedded
		var order [][]float32 // nil: the next of waiting
		flush := func() (goOn bool) {
			made := make([][]float32, 0, len(waiting))
			if len(waiting) > 0 {
				for v, err := range k.Model.EmbedSeq(ctx, sliceOf(waiting)) {
					if err != nil {
						yield(nil, err)
						return false
					}
					made = append(made, append([]float32(nil), v...))
				}
				if len(made) != len(waiting) {
					yield(nil, fmt.Errorf("the model gave %d vectors for %d texts", len(made), len(waiting)))
					return false
				}
				k.mu.Lock()
				k.fresh += len(made)
				k.mu.Unlock()
			}
			for _, v := range order {
				if v == nil {
					v, made = made[0], made[1:]
				}
				if !yield(v, nil) {
					return false
				}
			}
			waiting, order = waiting[:0], order[:0]
			return true
		}
		for t := range texts {
			v := k.vectors[sha256.Sum256([]byte(t))]
			if v == nil {
				waiting = append(waiting, t)
			}
			if order = append(order, v); len(order) == 1024 && !flush() {
				return
			}
		}
		flush()
	}
}

func sliceOf(list []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, s := range list {
			if !yield(s) {
				return
			}
		}
	}
}

// placed is the clusterer of the run on one machine: it gives users the nearest
// of the centres that pipelines found. Stability is measured with KMeans, or
// MiniBatchKMeans, on resamples.
type placed struct {
	j    *job
	some *sample
}

// Choose returns the labels; the root's steps ask a clusterer that chooses.
func (p *placed) Choose(ctx context.Context, x mat.Matrix) (*cluster.Choice, error) {
	r := &cluster.KMeansResult{Centers: p.j.centers.Matrix(), NIter: p.j.centers.Round, Inertia: p.j.scores.Inertia}
	var err error
	if r.Labels, err = r.Predict(ctx, x); err != nil {
		return nil, err
	}
	reason := fmt.Sprintf("The centres were found by Apache Beam among %d users, in %d rounds.", p.j.scores.Users, p.j.centers.Round)
	if !p.some.all {
		reason += fmt.Sprintf(" Sizes, words and the scores of Calinski-Harabasz and Davies-Bouldin are those of all users; quotations, sentiment, the map and stability are those of %d users drawn at random.", p.some.users)
	}
	return &cluster.Choice{Candidates: []cluster.Candidate{{K: p.j.k, Clusters: p.j.k, Partition: r}}, Knee: -1, Reason: reason}, nil
}

// Estimator returns what clusters resamples.
func (p *placed) Estimator(*cluster.Candidate) cluster.Clusterer {
	if p.j.algorithm == "minibatch" {
		return cluster.MiniBatchKMeans{K: p.j.k, BatchSize: p.j.batchSize, Seed: p.j.seed, Threads: p.j.threads}
	}
	return cluster.KMeans{K: p.j.k, Init: cluster.Parallel, Seed: p.j.seed, Threads: p.j.threads}
}

// Cluster implements cluster.Clusterer.
func (p *placed) Cluster(ctx context.Context, x mat.Matrix) (cluster.Partition, error) {
	c, err := p.Choose(ctx, x)
	if err != nil {
		return nil, err
	}
	return c.Recommended().Partition, nil
}

// stripped is a Preparer that also leaves out boilerplate that was found before.
type stripped struct {
	cohort.Preparer
	filter *repeats.Filter
}

// Prepare implements cohort.Preparer.
func (s stripped) Prepare(ctx context.Context, texts []string) ([]cohort.Prepared, error) {
	out, err := s.Preparer.Prepare(ctx, texts)
	for i := range out {
		out[i].Text = s.filter.Strip(out[i].Text)
	}
	return out, err
}

// filter returns what strips the boilerplate that was found.
func (j *job) filter() *repeats.Filter {
	return repeats.NewFilter(repeats.FilterOptions{KeepNearDuplicates: true}, repeats.OpenStripper(repeats.BoilerplateOptions{}, j.prepare.Boilerplate))
}

// allSearched reports whether boilerplate was looked for in all texts.
func (j *job) allSearched() bool { return j.searched < j.boilerplateRows }
