package refine

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// How latent words are found. More rounds, or more directions than are asked for,
// change nothing that matters for a few dozen of them.
const (
	latentRounds = 5
	latentSpare  = 10
	latentPieces = 8      // of which sums are made, so that they do not depend on threads
	mostFitted   = 20_000 // users whose words the directions are fitted to
)

// latent returns users' words by latent semantic analysis (Deerwester et al.
// 1990), [n, d]: the first d left singular vectors of their TF-IDF weights, times
// the singular values, by subspace iteration from random directions (Halko,
// Martinsson & Tropp 2011). Rows are scaled to length 1; those of users who have no word
// that counts are 0. There are fewer than d columns if there are fewer words.
func (w *words) latent(ctx context.Context, d, threads int) (dense.Rows[float32], error) {
	n := len(w.bags)
	d = min(d, w.count, n)
	if d == 0 {
		return dense.New[float32](n, 0), nil
	}
	r := min(d+latentSpare, w.count, n)
	fitted := make([]int, min(n, mostFitted))
	for i := range fitted {
		fitted[i] = i * n / len(fitted)
	}
	random := rand.New(rand.NewPCG(0, 0x15a))
	z := dense.New[float64](w.count, r) // [words, r]
	for i := range z.Data {
		z.Data[i] = random.NormFloat64()
	}
	for range latentRounds {
		if err := w.spread(ctx, z, fitted, threads); err != nil {
			return dense.Rows[float32]{}, err
		}
	}
	turn, err := w.principal(ctx, z, fitted, d, threads)
	if err != nil {
		return dense.Rows[float32]{}, err
	}
	out := dense.New[float32](n, d)
	scratch := dense.New[float64](pieces, r)
	err = eachRow(ctx, n, threads, func(piece, i int) {
		y := scratch.Row(piece)
		w.weigh(y, z, i)
		row := out.Row(i)
		for c := range d {
			row[c] = float32(kernel.DotF64(y, turn.Row(c)))
		}
		if l := math.Sqrt(kernel.Dot64(row, row)); l > tiny {
			kernel.Scale(row, float32(1/l))
		} else {
			clear(row)
		}
	})
	return out, err
}

// tiny is the length of a user's latent words, at most 1, below which they are
// rounding errors.
const tiny = 1e-5

// weigh sets dst [r] to the product of user i's TF-IDF weights, which have length
// 1, and z [words, r].
func (w *words) weigh(dst []float64, z dense.Rows[float64], i int) {
	clear(dst)
	w.each(i, func(t int32, v float64) { kernel.AxpyF64(v, z.Row(int(t)), dst) })
}

// each calls f with the words of user i and their weights: the logarithm of the
// count, plus 1, times the inverse document frequency, scaled to length 1.
func (w *words) each(i int, f func(t int32, v float64)) {
	squares := 0.0
	for _, t := range w.bags[i] {
		v := (1 + math.Log(float64(t.Count))) * w.idf[t.Word]
		squares += v * v
	}
	scale := 1 / math.Sqrt(squares)
	for _, t := range w.bags[i] {
		f(t.Word, scale*(1+math.Log(float64(t.Count)))*w.idf[t.Word])
	}
}

// spread replaces z [words, r] by an orthonormal basis of AᵀA z, where A are the
// weights of some users.
func (w *words) spread(ctx context.Context, z dense.Rows[float64], users []int, threads int) error {
	parts := make([]dense.Rows[float64], latentPieces) // each [words, r]
	err := parallel.Do(ctx, threads, latentPieces, func(_, p int) {
		sum, y := dense.New[float64](z.Len, z.Dim), make([]float64, z.Dim)
		for _, i := range users[p*len(users)/latentPieces : (p+1)*len(users)/latentPieces] {
			w.weigh(y, z, i)
			w.each(i, func(t int32, v float64) { kernel.AxpyF64(v, y, sum.Row(int(t))) })
		}
		parts[p] = sum
	})
	if err != nil {
		return err
	}
	clear(z.Data)
	for _, p := range parts {
		kernel.AxpyF64(1, p.Data, z.Data)
	}
	orthonormal(z)
	return nil
}

// orthonormal makes the columns of z [words, r] orthonormal by Gram-Schmidt,
// applied twice, which is enough (Giraud & Langou 2002). A column that depends on
// those before it becomes 0.
func orthonormal(z dense.Rows[float64]) {
	columns := dense.New[float64](z.Dim, z.Len)
	for t := range z.Len {
		for c, v := range z.Row(t) {
			columns.Row(c)[t] = v
		}
	}
	for c := range columns.Len {
		col := columns.Row(c)
		for range 2 {
			before := math.Sqrt(kernel.DotF64(col, col))
			for b := range c {
				kernel.AxpyF64(-kernel.DotF64(col, columns.Row(b)), columns.Row(b), col)
			}
			after := math.Sqrt(kernel.DotF64(col, col))
			if !(after > 1e-12*before) {
				clear(col)
				break
			}
			for t := range col {
				col[t] /= after
			}
		}
	}
	for t := range z.Len {
		for c, row := 0, z.Row(t); c < z.Dim; c++ {
			row[c] = columns.Row(c)[t]
		}
	}
}

// principal returns the eigenvectors [d, r] of the d largest eigenvalues of yᵀy,
// in descending order, where y = A z are the weights of some users by the basis z
// [words, r].
func (w *words) principal(ctx context.Context, z dense.Rows[float64], users []int, d, threads int) (dense.Rows[float64], error) {
	r := z.Dim
	parts := make([][]float64, latentPieces) // each [r, r]
	err := parallel.Do(ctx, threads, latentPieces, func(_, p int) {
		sum, y := make([]float64, r*r), make([]float64, r)
		for _, i := range users[p*len(users)/latentPieces : (p+1)*len(users)/latentPieces] {
			w.weigh(y, z, i)
			for c, v := range y {
				kernel.AxpyF64(v, y, sum[c*r:(c+1)*r])
			}
		}
		parts[p] = sum
	})
	if err != nil {
		return dense.Rows[float64]{}, err
	}
	gram := make([]float64, r*r)
	for _, p := range parts {
		kernel.AxpyF64(1, p, gram)
	}
	var eig mat.EigenSym
	if !eig.Factorize(mat.NewSymDense(r, gram), true) {
		return dense.Rows[float64]{}, fmt.Errorf("refine: the eigenvalues of words do not converge: %w", estimator.ErrNotFinite)
	}
	var vectors mat.Dense // [r, r], columns by ascending eigenvalue
	eig.VectorsTo(&vectors)
	out := dense.New[float64](d, r)
	for c := range d {
		mat.Col(out.Row(c), r-1-c, &vectors)
	}
	return out, nil
}
