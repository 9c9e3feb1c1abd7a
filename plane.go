package cohort

import (
	"context"
	"errors"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
)

// drawMap places users and segments on the first two principal components of
// the users' vectors.
func drawMap(ctx context.Context, s *Segmentation, g *gathered, gr *groups) error {
	mu, axes, explained, err := plane(g.vectors)
	if err != nil {
		return err
	}
	s.Map = Map{Method: "pca", Explained: explained}
	project := func(v []float32) (x, y float64) {
		for j := range mu {
			d := float64(v[j]) - mu[j]
			x += d * axes[0][j]
			y += d * axes[1][j]
		}
		return x, y
	}
	for u := range s.Users {
		if r := g.row[u]; r >= 0 {
			s.Users[u].X, s.Users[u].Y = project(g.vectors.Row(r))
		}
	}
	for i := range gr.list {
		s.Segments[i].X, s.Segments[i].Y = project(gr.list[i].centre)
	}
	return ctx.Err()
}

// plane returns the mean [d] and the two directions [2][d] of largest variance
// of x [n, d], each with its largest component positive, and the share of the
// variance that they hold.
func plane(x dense.Rows[float32]) (mu []float64, axes [2][]float64, explained float64, err error) {
	d := x.Dim
	mu = make([]float64, d)
	for i := range x.Len {
		for j, v := range x.Row(i) {
			mu[j] += float64(v)
		}
	}
	for j := range mu {
		mu[j] /= float64(x.Len)
	}
	cov := mat.NewSymDense(d, nil)
	c := make([]float64, d)
	vec := mat.NewVecDense(d, c)
	for i := range x.Len {
		for j, v := range x.Row(i) {
			c[j] = float64(v) - mu[j]
		}
		cov.SymRankOne(cov, 1, vec)
	}
	var eig mat.EigenSym
	if !eig.Factorize(cov, true) {
		return nil, axes, 0, errors.New("cohort: the principal components of the users' vectors cannot be found")
	}
	values := eig.Values(nil) // ascending
	var vectors mat.Dense
	eig.VectorsTo(&vectors)
	var total, shown float64
	for _, v := range values {
		total += max(v, 0)
	}
	for a := range axes {
		axes[a] = make([]float64, d)
		col := d - 1 - a
		if col < 0 {
			continue
		}
		shown += max(values[col], 0)
		mat.Col(axes[a], col, &vectors)
		big := 0
		for j, v := range axes[a] {
			if abs(v) > abs(axes[a][big]) {
				big = j
			}
		}
		if axes[a][big] < 0 {
			for j := range axes[a] {
				axes[a][j] = -axes[a][j]
			}
		}
	}
	if total > 0 {
		explained = shown / total
	}
	return mu, axes, explained, nil
}
