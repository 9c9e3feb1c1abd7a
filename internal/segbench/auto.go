package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/crowd"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/reduce"
)

// rungs are the numbers of clusters of candidates.
var rungs = []int{2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50, 60, 75, 90, 110, 130, 150}

// space is a way to describe points before they are clustered, with as many
// points without clusters in the same description.
type space struct {
	name    string
	x, null mat.Matrix
	metric  eval.Metric
	seconds float64
}

// candidates prints every candidate of every set, as lines separated by tabs:
// what it was judged by and its adjusted Rand index.
func candidates(ctx context.Context, w io.Writer, sets []*set) error {
	fmt.Fprintln(w, "set\tclasses\tn\tseed\tspace\tk\tari\tsil\tnull\tcos\tagree\tnullagree\tinertia\tnullinertia\tcross\tseconds\tcons\tconscos")
	for _, full := range sets {
		for seed := uint64(*firstSeed); seed < uint64(*firstSeed+*seeds); seed++ {
			s := full.draw(seed)
			if err := s.try(ctx, w, seed); err != nil {
				return err
			}
		}
	}
	return nil
}

// draw returns a random sample of s, of some of its classes or all.
func (s *set) draw(seed uint64) *set {
	r := rand.New(rand.NewPCG(seed, 23))
	rows := r.Perm(len(s.truth))
	classes := s.classes
	if *few > 0 && *few < classes {
		classes = *few
		of := rand.New(rand.NewPCG(seed, 29)).Perm(s.classes) // the first are taken
		rows = slices.DeleteFunc(rows, func(row int) bool { return of[s.truth[row]] >= classes })
	}
	rows = rows[:min(len(rows), *sample)]
	slices.Sort(rows)
	d := s.part(s.name, rows)
	for _, row := range rows {
		d.truth, d.texts = append(d.truth, s.truth[row]), append(d.texts, s.texts[row])
	}
	d.classes = classes
	return d
}

func (s *set) try(ctx context.Context, w io.Writer, seed uint64) error {
	x := dense.Matrix{Rows: s.users.Vectors}
	null := dense.Matrix{Rows: crowd.New(s.users.Vectors).Draw(seed, 0)}
	spaces, err := spacesOf(ctx, x, null, seed)
	if err != nil {
		return err
	}
	for _, k := range rungs {
		if k > len(s.truth)/10 {
			break
		}
		found := make([][]int, len(spaces))
		lines := make([]string, len(spaces))
		for i, sp := range spaces {
			begin := time.Now()
			of, inertia, sil, agree, err := sp.cluster(ctx, sp.x, k, seed)
			if err != nil {
				return err
			}
			took := time.Since(begin).Seconds()
			_, nullInertia, nullSil, nullAgree, err := sp.cluster(ctx, sp.null, k, seed)
			if err != nil {
				return err
			}
			cos, err := (eval.Scorer{Metric: eval.Cosine}).Silhouette(ctx, x, of)
			if err != nil {
				return err
			}
			ari, err := eval.ARI(s.truth, of)
			if err != nil {
				return err
			}
			found[i] = of
			lines[i] = fmt.Sprintf("%s\t%d\t%d\t%d\t%s\t%d\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.5g\t%.5g", s.name, s.classes, len(s.truth), seed, sp.name, k, ari, sil, nullSil, cos, agree, nullAgree, inertia, nullInertia)
			lines[i] += "\t%.4f" + fmt.Sprintf("\t%.2f", took+sp.seconds)
		}
		cons, err := s.consensus(ctx, spaces, k, seed)
		if err != nil {
			return err
		}
		consCos, err := (eval.Scorer{Metric: eval.Cosine}).Silhouette(ctx, x, cons)
		if err != nil {
			return err
		}
		consARI, err := eval.ARI(s.truth, cons)
		if err != nil {
			return err
		}
		for i := range spaces {
			var cross float64
			for j := range spaces {
				if j != i {
					a, err := eval.ARI(found[i], found[j])
					if err != nil {
						return err
					}
					cross += a / float64(len(spaces)-1)
				}
			}
			fmt.Fprintf(w, lines[i], cross)
			fmt.Fprintf(w, "\t%.4f\t%.4f\n", consARI, consCos)
		}
	}
	return nil
}

// spacesOf returns the vectors x and those of the crowd null as they are and
// reduced.
func spacesOf(ctx context.Context, x, null mat.Matrix, seed uint64) ([]space, error) {
	spaces := []space{{name: "plain", x: x, null: null, metric: eval.Cosine}}
	begin := time.Now()
	for _, by := range []struct {
		name string
		r    reduce.Reducer
	}{{"pca50", reduce.PCA{Components: 50}}, {"umap5", reduce.UMAP{Components: 5, Metric: reduce.Cosine, Seed: seed}}} {
		sp := space{name: by.name}
		for i, m := range []mat.Matrix{x, null} {
			p, err := by.r.Reduce(ctx, m)
			if err != nil {
				return nil, err
			}
			var y mat.Matrix
			if f, ok := p.(interface{ Fitted() *mat.Dense }); ok {
				y = f.Fitted()
			} else if y, err = p.Transform(ctx, m); err != nil {
				return nil, err
			}
			if i == 0 {
				sp.x = y
				sp.seconds = time.Since(begin).Seconds()
			} else {
				sp.null = y
			}
		}
		begin = time.Now()
		spaces = append(spaces, sp)
	}
	return spaces, nil
}

// consensus returns k clusters of the points by the clusters that they have in
// several spaces, from three starts each.
func (s *set) consensus(ctx context.Context, spaces []space, k int, seed uint64) ([]int, error) {
	const each = 3
	n := len(s.truth)
	in := mat.NewDense(n, len(spaces)*each*k, nil)
	for i, sp := range spaces {
		for e := range each {
			p, err := cluster.KMeans{K: k, Seed: seed + 100*uint64(e+1)}.Fit(ctx, sp.x)
			if err != nil {
				return nil, err
			}
			for r, l := range p.Labels {
				in.Set(r, (i*each+e)*k+l, 1)
			}
		}
	}
	p, err := cluster.KMeans{K: k, NInit: 3, Seed: seed}.Fit(ctx, in)
	if err != nil {
		return nil, err
	}
	return p.Labels, nil
}

// cluster finds k clusters of x, their silhouette in the space, and how far two
// halves of x that are clustered apart agree on where all points belong.
func (sp *space) cluster(ctx context.Context, x mat.Matrix, k int, seed uint64) (of []int, inertia, silhouette, agree float64, err error) {
	fit, err := cluster.KMeans{K: k, NInit: 3, Seed: seed}.Fit(ctx, x)
	if err != nil {
		return nil, 0, 0, 0, err
	}
	if silhouette, err = (eval.Scorer{Metric: sp.metric, SampleSize: 1000}).Silhouette(ctx, x, fit.Labels); err != nil {
		return nil, 0, 0, 0, err
	}
	n, dim := x.Dims()
	splits := 1
	if dim < 10 {
		splits = 4
	}
	for split := range splits {
		order := rand.New(rand.NewPCG(seed, uint64(split))).Perm(n)
		var halves [2][]int
		for h := range halves {
			half := mat.NewDense(n/2, dim, nil)
			for i := range n / 2 {
				for j := range dim {
					half.Set(i, j, x.At(order[h*(n/2)+i], j))
				}
			}
			p, err := cluster.KMeans{K: k, NInit: 3, Seed: seed}.Fit(ctx, half)
			if err != nil {
				return nil, 0, 0, 0, err
			}
			if halves[h], err = p.Predict(ctx, x); err != nil {
				return nil, 0, 0, 0, err
			}
		}
		a, err := eval.ARI(halves[0], halves[1])
		if err != nil {
			return nil, 0, 0, 0, err
		}
		agree += a / float64(splits)
	}
	return fit.Labels, fit.Inertia, silhouette, agree, err
}
