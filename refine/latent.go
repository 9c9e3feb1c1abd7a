package refine

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/gramschmidt"
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
// Martinsson & Tropp 2011). Rows are scaled to length 1; those of users who have no
// word that counts are 0. There are fewer than d columns if there are fewer words.
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
	a := w.weighted()
	for range latentRounds {
		if err := a.spread(ctx, z, fitted, threads); err != nil {
			return dense.Rows[float32]{}, err
		}
	}
	turn, err := a.principal(ctx, z, fitted, d, threads)
	if err != nil {
		return dense.Rows[float32]{}, err
	}
	out := dense.New[float32](n, d)
	scratch := dense.New[float64](pieces(n), r)
	err = eachRow(ctx, n, threads, func(piece, i int) {
		y := scratch.Row(piece)
		a.times(y, z, i)
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

// weighted holds the words of n users with their weights: the logarithm of the
// count, plus 1, times the inverse document frequency, scaled to length 1.
type weighted struct {
	bags    []Bag
	weights [][]float64 // of the words of each bag
}

func (w *words) weighted() weighted {
	out := weighted{w.bags, make([][]float64, len(w.bags))}
	for i, b := range w.bags {
		row, squares := make([]float64, len(b)), 0.0
		for n, t := range b {
			row[n] = (1 + math.Log(float64(t.Count))) * w.idf[t.Word]
			squares += row[n] * row[n]
		}
		scale := 1 / math.Sqrt(squares)
		for n := range row {
			row[n] *= scale
		}
		out.weights[i] = row
	}
	return out
}

// times sets dst [r] to the product of user i's weights and z [words, r].
func (a weighted) times(dst []float64, z dense.Rows[float64], i int) {
	clear(dst)
	for n, t := range a.bags[i] {
		kernel.AxpyF64(a.weights[i][n], z.Row(int(t.Word)), dst)
	}
}

// summed returns the sum of what add adds to a matrix of so many numbers for each of
// some users, given y [r], the user's weights times z [words, r].
func (a weighted) summed(ctx context.Context, z dense.Rows[float64], users []int, size, threads int, add func(sum, y []float64, i int)) ([]float64, error) {
	parts := dense.New[float64](latentPieces, size)
	err := parallel.Do(ctx, threads, latentPieces, func(_, p int) {
		y := make([]float64, z.Dim)
		for _, i := range users[p*len(users)/latentPieces : (p+1)*len(users)/latentPieces] {
			a.times(y, z, i)
			add(parts.Row(p), y, i)
		}
	})
	return summed(parts), err
}

// spread replaces z [words, r] by an orthonormal basis of AᵀA z, where A are the
// weights of some users. A column that depends on those before it becomes 0.
func (a weighted) spread(ctx context.Context, z dense.Rows[float64], users []int, threads int) error {
	r := z.Dim
	sum, err := a.summed(ctx, z, users, len(z.Data), threads, func(sum, y []float64, i int) {
		for n, t := range a.bags[i] {
			kernel.AxpyF64(a.weights[i][n], y, sum[int(t.Word)*r:(int(t.Word)+1)*r])
		}
	})
	if err != nil {
		return err
	}
	columns := dense.New[float64](r, z.Len)
	for c := range r {
		col := columns.Row(c)
		for t := range col {
			col[t] = sum[t*r+c]
		}
		if !gramschmidt.Orthonormalize(col, columns.Slice(0, c)) {
			clear(col)
		}
		for t, v := range col {
			z.Row(t)[c] = v
		}
	}
	return nil
}

// principal returns the eigenvectors [d, r] of the d largest eigenvalues of yᵀy,
// in descending order, where y = A z are the weights of some users by the basis z
// [words, r].
func (a weighted) principal(ctx context.Context, z dense.Rows[float64], users []int, d, threads int) (dense.Rows[float64], error) {
	r := z.Dim
	gram, err := a.summed(ctx, z, users, r*r, threads, func(sum, y []float64, _ int) {
		for c, v := range y {
			kernel.AxpyF64(v, y, sum[c*r:(c+1)*r])
		}
	})
	if err != nil {
		return dense.Rows[float64]{}, err
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
