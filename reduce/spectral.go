package reduce

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/gramschmidt"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/sparse"
)

// connected reports whether the graph is connected.
func connected(w *sparse.Matrix) bool {
	n := len(w.Start) - 1
	seen := make([]bool, n)
	todo := []int32{0}
	seen[0] = true
	count := 1
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		cols, _ := w.Row(int(i))
		for _, j := range cols {
			if !seen[j] {
				seen[j] = true
				count++
				todo = append(todo, j)
			}
		}
	}
	return count == n
}

// spectral returns the k eigenvectors, [k, n], of the normalised adjacency D^-½
// W D^-½ with the largest eigenvalues except the first: the smoothest functions
// on the graph (Belkin & Niyogi 2003). It uses the Lanczos method with full
// orthogonalisation. The vectors need not converge, since they are only an
// initial layout. It reports false for a graph that is not connected or is too
// small.
func spectral(ctx context.Context, w *sparse.Matrix, k int, seed uint64, threads int) (dense.Rows[float64], bool, error) {
	none := dense.Rows[float64]{}
	n := len(w.Start) - 1
	if n < k+2 || !connected(w) {
		return none, false, nil
	}
	root := make([]float64, n) // [n] square roots of the degrees, which form the first eigenvector
	for i := range n {
		_, value := w.Row(i)
		for _, v := range value {
			root[i] += float64(v)
		}
		root[i] = math.Sqrt(root[i])
	}
	// As many steps as 128 MiB of vectors permit.
	steps := min(n-1, 200, max(k+20, (16<<20)/n))
	basis := dense.New[float64](steps+1, n) // [steps+1, n], the first row is the known eigenvector
	copy(basis.Row(0), root)
	if !gramschmidt.Orthonormalize(basis.Row(0), dense.Rows[float64]{Dim: n, Stride: n}) {
		return none, false, nil
	}
	r := rand.New(rand.NewPCG(seed, 0x1a2c05))
	for i := range n {
		basis.Row(1)[i] = r.NormFloat64()
	}
	gramschmidt.Orthonormalize(basis.Row(1), basis.Slice(0, 1))
	alpha, beta, err := lanczos(ctx, w, root, basis, threads)
	if err != nil || len(alpha) < k {
		return none, false, err
	}
	out, ok := ritz(alpha, beta, basis, k)
	return out, ok, nil
}

// lanczos fills basis [steps+1, n] from its third row on with an orthonormal
// basis of the Krylov space of the normalised adjacency, in which that is a
// tridiagonal matrix with diagonal alpha [m] and off-diagonal beta [m-1]. root
// holds the square roots of the degrees.
func lanczos(ctx context.Context, w *sparse.Matrix, root []float64, basis dense.Rows[float64], threads int) (alpha, beta []float64, err error) {
	n, steps := basis.Dim, basis.Len-1
	next := make([]float64, n)
	for s := 1; s <= steps; s++ {
		v := basis.Row(s)
		err := parallel.Do(ctx, threads, blocksOf(n), func(_, b int) {
			for i := b * blockRows; i < min((b+1)*blockRows, n); i++ {
				cols, value := w.Row(i)
				var sum float64
				for c, j := range cols {
					sum += float64(value[c]) / root[j] * v[j]
				}
				next[i] = sum / root[i]
			}
		})
		if err != nil {
			return nil, nil, err
		}
		alpha = append(alpha, kernel.DotF64(v, next))
		if s == steps {
			break
		}
		// beta is the length of the part of next that is orthogonal to the basis.
		if err := orthogonalize(ctx, next, basis.Slice(0, s+1), threads); err != nil {
			return nil, nil, err
		}
		length := math.Sqrt(kernel.DotF64(next, next))
		if length < 1e-10 { // the subspace is invariant, so there is nothing more to find
			break
		}
		beta = append(beta, length)
		for i, x := range next {
			basis.Row(s + 1)[i] = x / length
		}
	}
	return alpha, beta, nil
}

// ritz returns the k leading eigenvectors of the tridiagonal matrix, [m, m], as
// vectors of the space spanned by basis from its second row on, [k, n].
func ritz(alpha, beta []float64, basis dense.Rows[float64], k int) (dense.Rows[float64], bool) {
	m := len(alpha)
	t := mat.NewSymDense(m, nil)
	for i := range m {
		t.SetSym(i, i, alpha[i])
		if i+1 < m {
			t.SetSym(i, i+1, beta[i])
		}
	}
	var eig mat.EigenSym
	if !eig.Factorize(t, true) {
		return dense.Rows[float64]{}, false
	}
	var vectors mat.Dense // [m, m] columns, eigenvalues ascending
	eig.VectorsTo(&vectors)
	out := dense.New[float64](k, basis.Dim)
	for c := range k {
		for i := range m {
			kernel.AxpyF64(vectors.At(i, m-1-c), basis.Row(i+1), out.Row(c))
		}
	}
	return out, true
}

// orthogonalize removes the components along the rows of basis from x. If at
// most half of x remains, it repeats this, because that many digits were lost
// (Daniel, Gragg, Kaufman & Stewart 1976).
func orthogonalize(ctx context.Context, x []float64, basis dense.Rows[float64], threads int) error {
	parts := make([]float64, basis.Len)
	before := kernel.DotF64(x, x)
	for range 2 {
		err := parallel.Do(ctx, threads, basis.Len, func(_, i int) { parts[i] = kernel.DotF64(x, basis.Row(i)) })
		if err != nil {
			return err
		}
		err = parallel.Do(ctx, threads, blocksOf(len(x)), func(_, b int) {
			lo, hi := b*blockRows, min((b+1)*blockRows, len(x))
			for i, c := range parts {
				kernel.AxpyF64(-c, basis.Row(i)[lo:hi], x[lo:hi])
			}
		})
		if err != nil {
			return err
		}
		if after := kernel.DotF64(x, x); after > before/4 {
			break
		}
	}
	return nil
}
