package quality

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/crowd"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/score"
	"github.com/seed-56ee9438/cohort/result"
)

// Limits on the points of one resample, so that stability costs no more than
// some forty clusterings of that many points.
const (
	mostResampled       = 5000
	mostResampledFitted = 1500 // points of a resample if a slow reduction is fitted to each
)

// leastUsers is the minimum number of users per segment.
const leastUsers = 4

// stableFrom is the Jaccard similarity from which a segment is called stable
// (Hennig 2007).
const stableFrom = 0.75

// Resampling configures the measurement of stability.
type Resampling struct {
	Rounds   int // below 1: no measurement
	Seed     uint64
	Progress progress.Func
}

// Resampled is the result of resampling users. The zero value means that
// nothing was measured.
type Resampled struct {
	ARI  *result.Estimate // see result.Scores
	Null *result.Estimate // see result.Scores
	// Separation: see result.Scores.
	Separation *result.Separation
	// Beaten reports whether the segments are more than cuts through a crowd.
	Beaten   bool
	Segments []*result.Stability // of the segments, in their order
}

// Resample resamples users, clusters them, or their texts, according to c, and
// measures which segments are found again, and how much resamples of users
// without segments would agree. Segments changed by edits are not
// measured: resampling says nothing about changes made by hand.
func Resample(ctx context.Context, u *pool.Users, g *group.Groups, c group.Config, how Resampling) (Resampled, error) {
	none := Resampled{Segments: make([]*result.Stability, len(g.Centres))}
	k, users := len(g.Centres), u.Vectors.Len
	if how.Rounds < 1 || k < 2 || reshaped(c.Edits) || users < leastUsers*k {
		return none, nil
	}
	again, err := group.NewAgain(u, g, c)
	if err != nil {
		return none, err
	}
	most := mostResampled
	if g.Space.Moves() {
		most = mostResampledFitted
	}
	if c.ByText {
		most = max(leastUsers*k, int(float64(most)*float64(users)/float64(again.Texts())))
	}
	pick := spread(users, most)
	of := make([]int, len(pick))
	for n, r := range pick {
		of[n] = g.Of[r]
	}
	plan := plainNull
	if g.Space.Moves() {
		plan = fittedNull
	}
	m := &measurement{Resampling: how, total: how.Rounds + plan.sets*(plan.rounds+1)}
	var drawn, found [][]int
	res, err := m.stability(ctx, of, how.Rounds, how.Seed, func(ctx context.Context, rows []int) ([]int, error) {
		labels, err := again.Label(ctx, score.Pick(pick, rows))
		drawn, found = append(drawn, rows), append(found, labels)
		return labels, err
	})
	if err != nil {
		return none, err
	}
	out := resampled(res, none)
	points := pool.Take(g.Space.Joined(u), pick)
	shown := joint{points: points, texts: u.Vectors.Dim}
	if g.Space.Join != nil {
		shown.factor = g.Space.Join.Factor
	}
	null, err := m.null(ctx, again, shown, pick, plan)
	if err != nil {
		return none, err
	}
	out.Null = nullOf(null.agreement, leastOfAgreement)
	out.Separation = &result.Separation{Null: *nullOf(null.silhouette, leastOfSilhouette)}
	if out.Separation.Silhouette, err = silhouette(ctx, shown, of); err != nil {
		return none, m.wrap(ctx, err)
	}
	own := res.Mean
	if len(pick) < users { // the sets of the null were not clustered with more users than the resamples, either
		if of, err = again.Label(ctx, pick); err != nil {
			return none, m.wrap(ctx, err)
		}
		own = 0
		for i, rows := range drawn {
			ari, err := eval.ARI(score.Pick(of, rows), found[i])
			if err != nil {
				return none, m.wrap(ctx, err)
			}
			own += ari / float64(len(drawn))
		}
	}
	out.Beaten = beaten(own, out.Null, out.Separation)
	if !out.Beaten {
		for _, s := range out.Segments {
			if s != nil {
				s.Stable = false
			}
		}
	}
	how.Progress.Report("stability", m.total, m.total)
	return out, nil
}

// measurement counts the clusterings of a measurement for its progress.
type measurement struct {
	Resampling
	done, total int
}

func (m *measurement) step() {
	m.Progress.Report("stability", m.done, m.total)
	m.done++
}

func (m *measurement) wrap(ctx context.Context, err error) error {
	if cause := parallel.Cause(ctx); cause != nil {
		return cause
	}
	return fmt.Errorf("stability: %w", err)
}

// labeller clusters the users in some rows and returns their clusters.
type labeller func(ctx context.Context, rows []int) ([]int, error)

// stability measures the stability of the labels of users by resampling them.
func (m *measurement) stability(ctx context.Context, of []int, rounds int, seed uint64, label labeller) (*eval.StabilityResult, error) {
	r, err := eval.Stability{Rounds: rounds, Seed: seed}.MeasureSamples(ctx, of, func(ctx context.Context, rows []int, _ uint64) ([]int, error) {
		m.step()
		return label(ctx, rows)
	})
	if err != nil {
		return nil, m.wrap(ctx, err)
	}
	return r, nil
}

// ofNull holds the scores of sets without segments, [sets].
type ofNull struct{ agreement, silhouette []float64 }

// joint holds users' vectors [n, texts] with their features beside them.
type joint struct {
	points dense.Rows[float32] // [n, texts + m]
	texts  int
	factor float64 // of the features
}

// vectors returns the part that texts made, [n, texts].
func (c joint) vectors() dense.Rows[float32] {
	x := c.points
	x.Dim = c.texts
	return x
}

// features returns the features at their own scale, [n, m].
func (c joint) features() dense.Rows[float32] {
	m := c.points.Dim - c.texts
	if m == 0 || c.factor == 0 {
		return dense.Rows[float32]{}
	}
	out := dense.New[float32](c.points.Len, m)
	for r := range out.Len {
		for j, v := range c.points.Row(r)[c.texts:] {
			out.Row(r)[j] = float32(float64(v) / c.factor)
		}
	}
	return out
}

// null returns the scores of sets without segments, made like the points of
// users.
func (m *measurement) null(ctx context.Context, again *group.Again, like joint, pick []int, plan nullPlan) (ofNull, error) {
	c := crowd.New(like.points).Length1(like.texts)
	out := ofNull{make([]float64, plan.sets), make([]float64, plan.sets)}
	all := make([]int, len(pick))
	for i := range all {
		all[i] = i
	}
	for set := range plan.sets {
		m.step()
		users := joint{c.Draw(m.Seed, uint64(set)), like.texts, like.factor}
		drawn := again.Instead(pick, users.vectors(), users.features())
		of, err := drawn.Label(ctx, all)
		if err == nil {
			out.silhouette[set], err = silhouette(ctx, users, of)
		}
		if err != nil {
			return out, m.wrap(ctx, err)
		}
		if parted(of) < 2 { // nothing was found that resamples could agree on
			m.done += plan.rounds
			continue
		}
		r, err := m.stability(ctx, of, plan.rounds, m.Seed+uint64(set)+1, drawn.Label)
		if err != nil {
			return out, err
		}
		out.agreement[set] = r.Mean
	}
	return out, nil
}

// resampled returns out with the results of r.
func resampled(r *eval.StabilityResult, out Resampled) Resampled {
	ari := slices.Sorted(slices.Values(r.ARI))
	at := func(q float64) float64 { return ari[int(math.Round(q*float64(len(ari)-1)))] }
	out.ARI = &result.Estimate{Mean: r.Mean, Low: at(0.05), High: at(0.95), N: len(ari)}
	for n, i := range r.Labels {
		out.Segments[i] = &result.Stability{Jaccard: r.Jaccard[n], Runs: len(ari), Stable: r.Jaccard[n] >= stableFrom}
	}
	return out
}

// spread returns at most about most of the numbers below n, evenly spread.
func spread(n, most int) []int {
	var out []int
	step := max(1, float64(n)/float64(most))
	for x := 0.0; int(x) < n; x += step {
		out = append(out, int(x))
	}
	return out
}

// reshaped reports whether edits do more than rename.
func reshaped(edits []result.Edit) bool {
	return slices.ContainsFunc(edits, func(e result.Edit) bool { return e.Op != "rename" })
}
