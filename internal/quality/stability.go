package quality

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/result"
)

// Limits on the points of one resample, so that stability costs no more than a
// few clusterings of that many points.
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
	ARI      *result.Estimate    // see result.Scores
	Segments []*result.Stability // of the segments, in their order
}

// Resample resamples users, clusters them, or their texts, according to c, and
// measures which segments are found again. Segments changed by edits are not
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
	round := 0
	res, err := eval.Stability{Rounds: how.Rounds, Seed: how.Seed}.MeasureSamples(ctx, of, func(ctx context.Context, drawn []int, _ uint64) ([]int, error) {
		how.Progress.Report("stability", round, how.Rounds)
		round++
		rows := make([]int, len(drawn))
		for i, n := range drawn {
			rows[i] = pick[n]
		}
		return again.Label(ctx, rows)
	})
	if err != nil {
		if cause := parallel.Cause(ctx); cause != nil {
			return none, cause
		}
		return none, fmt.Errorf("stability: %w", err)
	}
	how.Progress.Report("stability", how.Rounds, how.Rounds)
	return resampled(res, none), nil
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
