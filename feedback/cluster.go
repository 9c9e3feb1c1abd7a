package feedback

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/kernel"
	"github.com/seed-56ee9438/cohort/internal/parallel"
)

// ClusterOptions configures [Cluster].
type ClusterOptions struct {
	K       int    // number of clusters, 1 or more, and at least that of the named segments
	Starts  int    // the best of so many starts is kept, at most 10,000; 0: 5
	MaxIter int    // rounds of a start; 0: 100
	Seed    uint64 // of the first centres
}

// mostStarts is the largest number of starts.
const mostStarts = 10_000

// Clusters is the result of [Cluster].
type Clusters struct {
	// Labels are the clusters of the rows, [rows]. Named segments are the first
	// clusters, in the order of Constraints.Segments.
	Labels  []int
	Centers *mat.Dense // [K, d]
	Inertia float64    // sum of squared distances to the centres
	Broken  int        // cannot-links that could not be kept
}

// Cluster finds K clusters of the rows of x [c.Rows, d] by k-means that keeps to
// constraints (Wagstaff et al. 2001): rows that must-links join move together,
// rows of a named segment stay in it and seed its centre (Basu et al. 2002), and
// rows that a cannot-link parts go to the nearest centre that no such row has
// taken. If others have taken all, the link is broken and counted. Must-links and
// named segments are never broken.
func Cluster(ctx context.Context, x mat.Matrix, c *Constraints, o ClusterOptions) (*Clusters, error) {
	if err := parallel.Cause(ctx); err != nil {
		return nil, err
	}
	if err := c.check(x); err != nil {
		return nil, err
	}
	k, err := newConstrained(x, c, o.K)
	if err != nil {
		return nil, err
	}
	if o.Starts < 0 || o.Starts > mostStarts || o.MaxIter < 0 {
		return nil, optionsError("Starts is %d and MaxIter %d, want 0 to %d and 0 or more", o.Starts, o.MaxIter, mostStarts)
	}
	if o.Starts == 0 {
		o.Starts = 5
	}
	if o.MaxIter == 0 {
		o.MaxIter = 100
	}
	var best *Clusters
	for start := range o.Starts {
		r, err := k.run(ctx, o.MaxIter, rand.New(rand.NewPCG(o.Seed, uint64(start))))
		if err != nil {
			return nil, err
		}
		if best == nil || r.Broken < best.Broken || r.Broken == best.Broken && r.Inertia < best.Inertia {
			best = r
		}
	}
	return best, nil
}

// constrained is what all starts share.
type constrained struct {
	x      dense.Rows[float32]
	k      int
	chunks []chunk
	order  []int // chunks in the order in which they are assigned
	named  int   // number of clusters that are named segments
}

// chunk is rows that stay together. The sum of their squared distances to a centre
// is, up to a constant, their number times that of their mean.
type chunk struct {
	rows   []int
	mean   []float32 // [d]
	label  int       // or -1
	cannot []int     // chunks that may not be in the same cluster, a link each
}

func newConstrained(x mat.Matrix, c *Constraints, clusters int) (*constrained, error) {
	if clusters < 1 || clusters > c.Rows || clusters < len(c.Segments) {
		return nil, optionsError("K is %d, want at least the %d named segments and at most the %d rows", clusters, max(1, len(c.Segments)), c.Rows)
	}
	k := &constrained{x: dense.Narrow(x), k: clusters, named: len(c.Segments)}
	unit, _ := c.groups()
	at := make([]int, c.Rows)
	for r, u := range unit {
		if u == r {
			at[r] = len(k.chunks)
			k.chunks = append(k.chunks, chunk{label: -1})
		}
		at[r] = at[u]
		ch := &k.chunks[at[r]]
		ch.rows = append(ch.rows, r)
		ch.label = max(ch.label, c.Label[r])
	}
	for i := range k.chunks {
		ch := &k.chunks[i]
		if len(ch.rows) == 1 {
			ch.mean = k.x.Row(ch.rows[0])
		} else {
			ch.mean = k.mean(ch.rows)
		}
	}
	for _, p := range c.Cannot {
		a, b := at[p[0]], at[p[1]]
		k.chunks[a].cannot = append(k.chunks[a].cannot, b)
		k.chunks[b].cannot = append(k.chunks[b].cannot, a)
	}
	// Those that cannot move come first, so that the others keep out of their way.
	for _, first := range []bool{true, false} {
		for i, ch := range k.chunks {
			if (ch.label >= 0) == first {
				k.order = append(k.order, i)
			}
		}
	}
	return k, nil
}

func (k *constrained) mean(rows []int) []float32 {
	sum := make([]float64, k.x.Dim)
	for _, r := range rows {
		kernel.AddTo(sum, k.x.Row(r))
	}
	return over(sum, len(rows))
}

func over(sum []float64, n int) []float32 {
	mean := make([]float32, len(sum))
	for j, v := range sum {
		mean[j] = float32(v / float64(n))
	}
	return mean
}

func squared(a, b []float32) float64 {
	sum := 0.0
	for j, v := range a {
		d := float64(v - b[j])
		sum += d * d
	}
	return sum
}

// first chooses the first centres: the means of the named segments, and further
// ones by k-means++ (Arthur and Vassilvitskii 2007).
func (k *constrained) first(r *rand.Rand) [][]float32 {
	var centers [][]float32
	for s := range k.named {
		var rows []int
		for _, ch := range k.chunks {
			if ch.label == s {
				rows = append(rows, ch.rows...)
			}
		}
		centers = append(centers, k.mean(rows))
	}
	if len(centers) == 0 {
		centers = append(centers, k.x.Row(r.IntN(k.x.Len)))
	}
	nearest := make([]float64, k.x.Len)
	for i := range nearest {
		nearest[i] = math.Inf(1)
		for _, c := range centers {
			nearest[i] = min(nearest[i], squared(k.x.Row(i), c))
		}
	}
	for len(centers) < k.k {
		total := 0.0
		for _, d := range nearest {
			total += d
		}
		next, u := r.IntN(k.x.Len), r.Float64()*total
		for i, d := range nearest {
			if u -= d; u < 0 {
				next = i
				break
			}
		}
		c := k.x.Row(next)
		centers = append(centers, c)
		for i := range nearest {
			nearest[i] = min(nearest[i], squared(k.x.Row(i), c))
		}
	}
	return centers
}

func (k *constrained) run(ctx context.Context, rounds int, r *rand.Rand) (*Clusters, error) {
	centers := k.first(r)
	of := make([]int, len(k.chunks)) // chunk -> cluster
	for i := range of {
		of[i] = -1
	}
	for range rounds {
		if err := parallel.Cause(ctx); err != nil {
			return nil, err
		}
		if !k.assign(of, centers) {
			break
		}
		k.move(centers, of)
	}
	out := &Clusters{Labels: make([]int, k.x.Len), Centers: mat.NewDense(k.k, k.x.Dim, nil)}
	for i, ch := range k.chunks {
		for _, other := range ch.cannot {
			if other <= i && of[other] == of[i] { // each link is in both chunks
				out.Broken++
			}
		}
		for _, row := range ch.rows {
			out.Labels[row] = of[i]
			out.Inertia += squared(k.x.Row(row), centers[of[i]])
		}
	}
	for i, c := range centers {
		for j, v := range c {
			out.Centers.Set(i, j, float64(v))
		}
	}
	return out, nil
}

// assign puts every chunk into a cluster and reports whether any changed.
func (k *constrained) assign(of []int, centers [][]float32) (changed bool) {
	was := append([]int(nil), of...)
	for i := range of {
		of[i] = -1
	}
	for _, i := range k.order {
		ch := &k.chunks[i]
		if of[i] = ch.label; ch.label < 0 {
			of[i] = k.nearest(ch, of, centers)
		}
		changed = changed || of[i] != was[i]
	}
	return changed
}

// nearest returns the nearest cluster that breaks the fewest links with chunks
// that have been assigned.
func (k *constrained) nearest(ch *chunk, of []int, centers [][]float32) int {
	var broken []int // of each cluster
	if len(ch.cannot) > 0 {
		broken = make([]int, k.k)
		for _, other := range ch.cannot {
			if of[other] >= 0 {
				broken[of[other]]++
			}
		}
	}
	best, least := -1, math.Inf(1)
	for c, center := range centers {
		if broken != nil && best >= 0 && broken[c] > broken[best] {
			continue
		}
		d := squared(ch.mean, center)
		if best < 0 || broken != nil && broken[c] < broken[best] || d < least {
			best, least = c, d
		}
	}
	return best
}

// move moves every centre to the mean of its rows; one without rows stays.
func (k *constrained) move(centers [][]float32, of []int) {
	sums, n := make([][]float64, k.k), make([]int, k.k)
	for i, ch := range k.chunks {
		c := of[i]
		if sums[c] == nil {
			sums[c] = make([]float64, k.x.Dim)
		}
		for _, r := range ch.rows {
			kernel.AddTo(sums[c], k.x.Row(r))
		}
		n[c] += len(ch.rows)
	}
	for c := range centers {
		if n[c] > 0 {
			centers[c] = over(sums[c], n[c])
		}
	}
}
