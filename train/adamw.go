package train

import (
	"context"
	"math"

	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// adamW is the optimiser's state: Adam (Kingma and Ba 2015, arXiv:1412.6980) with
// decoupled weight decay, in the order of operations of PyTorch's.
type adamW struct {
	params        []parameter
	first, second [][]float32 // the moments of each parameter's gradient
	threads       int
	pieces        []piece
}

// piece is a range of a parameter that one goroutine works on.
type piece struct{ param, from, to int }

const (
	beta1, beta2 = 0.9, 0.999
	adamEpsilon  = 1e-8
	pieceSize    = 1 << 16 // elements
)

func newAdamW(params []parameter, threads int) *adamW {
	a := &adamW{params: params, threads: threads}
	for k, p := range params {
		n := len(p.values())
		a.first, a.second = append(a.first, make([]float32, n)), append(a.second, make([]float32, n))
		for from := 0; from < n; from += pieceSize {
			a.pieces = append(a.pieces, piece{k, from, min(n, from+pieceSize)})
		}
	}
	return a
}

// each calls f for every piece.
func (a *adamW) each(f func(i int, p piece)) {
	_ = parallel.Do(context.Background(), a.threads, len(a.pieces), func(_, i int) { f(i, a.pieces[i]) }) // never cancelled
}

// norm returns the length of the gradients of all parameters together. Sums are
// taken piece by piece, so it does not depend on the threads.
func (a *adamW) norm() float64 {
	for _, p := range a.params {
		p.gradient()
	}
	squares := make([]float64, len(a.pieces))
	a.each(func(i int, p piece) {
		g := a.params[p.param].gradient()[p.from:p.to]
		squares[i] = kernel.Dot64(g, g)
	})
	sum := 0.0
	for _, s := range squares {
		sum += s
	}
	return math.Sqrt(sum)
}

// step moves the parameters by their gradients times scale, and clears these.
// number counts steps from 1.
func (a *adamW) step(number int, rate, decay, scale float64) {
	correct1, correct2 := 1-math.Pow(beta1, float64(number)), 1-math.Pow(beta2, float64(number))
	size, root := float32(rate/correct1), float32(1/math.Sqrt(correct2))
	s := float32(scale)
	a.each(func(_ int, p piece) {
		q := a.params[p.param]
		keep := float32(1)
		if q.decays {
			keep = float32(1 - rate*decay)
		}
		x, g := q.values()[p.from:p.to], q.gradient()[p.from:p.to]
		m, v := a.first[p.param][p.from:p.to], a.second[p.param][p.from:p.to]
		m, v, x = m[:len(g)], v[:len(g)], x[:len(g)]
		for i, gi := range g {
			gi *= s
			mi := m[i] + (1-beta1)*(gi-m[i])
			vi := beta2*v[i] + (1-beta2)*gi*gi
			m[i], v[i] = mi, vi
			x[i] = keep*x[i] - size*mi/(float32(math.Sqrt(float64(vi)))*root+adamEpsilon)
			g[i] = 0
		}
	})
}
