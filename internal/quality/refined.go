package quality

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/score"
	"github.com/seed-56ee9438/cohort/refine"
	"github.com/seed-56ee9438/cohort/result"
)

// When refined segments are kept. Agreement alone tells little about a gain: on
// labelled sets where refinement gains five points, resamples may agree by 0.05
// less than before; but a training that has gone astray loses more.
const (
	leastRounds  = 6    // resamples of half of the users
	mostRounds   = 10   // where training anew is about as good
	roundsAtOnce = 2    // divides both
	mostJudged   = 1000 // users of a resample
	mostLost     = 0.1  // of the agreement of resamples
	leastAlike   = 0.5  // adjusted Rand index with the segments before
	clearly      = 0.02 // more agreement than that of training from the segments that there are
	evenly       = 0.02 // less agreement, if segments are drawn to one size
)

// Refine refines the segments (see group.Groups.Refined) and judges by resamples
// whether to keep the result. It returns the groups to go on with, g itself if not
// refined, the Config that makes them again, and what was decided.
func Refine(ctx context.Context, u *pool.Users, g *group.Groups, c group.Config, seed uint64, report progress.Func) (*group.Groups, group.Config, *result.Refinement, error) {
	out := &result.Refinement{}
	k, users := g.Found, u.Vectors.Len
	if least := 2 * leastUsers * k; users < least {
		out.Reason = fmt.Sprintf("Not refined: %d users are too few to judge it by resamples of %d segments; it takes %d.", users, k, least)
		return g, c, out, nil
	}
	trials, err := train(ctx, u, g, c)
	if errors.Is(err, group.ErrUnrefined) {
		_, why, _ := strings.Cut(err.Error(), ": ")
		out.Reason = "Not refined: " + why + "."
		return g, c, out, nil
	}
	if err != nil {
		return nil, c, nil, err
	}
	if out.Before, err = judge(ctx, u, g, trials, c, seed, report); err != nil {
		return nil, c, nil, err
	}
	best, err := settleSizes(ctx, u, g, c, choose(trials))
	if err != nil {
		return nil, c, nil, err
	}
	out.Alike, out.Moved, out.After = best.alike, best.groups.Moved, best.agreement
	out.Anew, out.Even = best.training.Begin > 0, best.even()
	decide(out)
	if !out.Refined {
		return g, c, out, nil
	}
	c.Refine, c.Training = true, best.training
	return best.groups, c, out, nil
}

// trial is one way of training.
type trial struct {
	training  group.Training
	groups    *group.Groups
	alike     float64 // adjusted Rand index with the segments before
	agreement float64 // mean of resamples
	kept      float64 // the same before segments were drawn to one size; as agreement if they were not
}

// even reports whether training drew the segments to one size.
func (t trial) even() bool { return t.training.Sizes == refine.SizesEven }

// train trains from the segments of g and, beside that, anew where it may. It returns
// the former first, and an ErrUnrefined if that is not possible; the latter only if it
// is like enough to g.
func train(ctx context.Context, u *pool.Users, g *group.Groups, c group.Config) ([]trial, error) {
	c.Training = group.Training{}
	begin := c.Anew(u.Vectors.Len, g.Found)
	if begin == 0 {
		t, err := try(ctx, u, g, c)
		return []trial{t}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var t, anew trial
	var err, anewErr error
	var trap parallel.Trap
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		quiet := c
		quiet.Progress = nil // which is for one goroutine
		quiet.Training.Begin = begin
		trap.Run(func() { anew, anewErr = try(ctx, u, g, quiet) })
	}()
	trap.Run(func() {
		if t, err = try(ctx, u, g, c); err != nil {
			cancel()
		}
	})
	<-ended
	trap.Rethrow()
	switch {
	case err != nil:
		return nil, err
	case errors.Is(anewErr, group.ErrUnrefined) || anewErr == nil && !(anew.alike >= leastAlike):
		return []trial{t}, nil
	case anewErr != nil:
		return nil, anewErr
	}
	return []trial{t, anew}, nil
}

// try trains as c.Training says, with the sizes that there are if one size for all
// leads to other segments. The trial's Training has the sizes that it came to, since
// resamples, which are less sure of them, are to follow.
func try(ctx context.Context, u *pool.Users, g *group.Groups, c group.Config) (trial, error) {
	refined, err := g.Refined(ctx, u, c)
	if err != nil {
		return trial{}, err
	}
	alike, err := eval.ARI(g.Start(), refined.Start())
	if err != nil {
		return trial{}, err
	}
	even := refined.Kept() != nil
	c.Training.Sizes = refine.SizesKept
	if even && !(alike >= leastAlike) {
		return try(ctx, u, g, c)
	}
	if even {
		c.Training.Sizes = refine.SizesEven
	}
	return trial{training: c.Training, groups: refined, alike: alike}, nil
}

// settleSizes trains again, without drawing segments to one size, if resamples
// agree clearly less once they are. Sizes that are about equal by chance, or as
// k-means makes them, come apart so.
func settleSizes(ctx context.Context, u *pool.Users, g *group.Groups, c group.Config, best trial) (trial, error) {
	if !best.even() || best.agreement >= best.kept-evenly {
		return best, nil
	}
	c.Training = group.Training{Begin: best.training.Begin, Sizes: refine.SizesKept}
	again, err := try(ctx, u, g, c)
	again.agreement, again.kept = best.kept, best.kept
	return again, err
}

// judge sets how far resamples agree with the segments of the trials, and returns
// how far with those before. It draws more where two trials are close.
func judge(ctx context.Context, u *pool.Users, before *group.Groups, trials []trial, c group.Config, seed uint64, report progress.Func) (float64, error) {
	j := jury{before: before, trials: trials, threads: c.Threads}
	var err error
	if j.again, err = group.NewAgain(u, before, c); err != nil {
		return 0, err
	}
	random := rand.New(rand.NewPCG(seed, 0x5e1f))
	size := min(u.Vectors.Len/2, mostJudged)
	for len(j.votes) < leastRounds || len(j.votes) < mostRounds && !settled(j.gains()) {
		report.Report("refine", len(j.votes), max(leastRounds, len(j.votes)+1))
		drawn := make([][]int, roundsAtOnce)
		for n := range drawn {
			drawn[n] = random.Perm(u.Vectors.Len)[:size]
			slices.Sort(drawn[n])
		}
		if err := j.hear(ctx, drawn); err != nil {
			return 0, err
		}
	}
	report.Report("refine", len(j.votes), len(j.votes))
	was := 0.0
	for _, v := range j.votes {
		was += v.before / float64(len(j.votes))
		for i := range trials {
			trials[i].agreement += v.trained[i] / float64(len(j.votes))
			trials[i].kept += v.kept[i] / float64(len(j.votes))
		}
	}
	return was, nil
}

// jury judges trials by resamples.
type jury struct {
	again   *group.Again
	before  *group.Groups
	trials  []trial
	threads int
	votes   []ballot
}

// ballot holds how far a resample agrees with segments.
type ballot struct {
	before  float64
	trained []float64 // of each trial
	kept    []float64 // of each trial, before segments were drawn to one size
}

// hear adds the votes of resamples of these rows. They are clustered and trained
// side by side, but clustered one after the other where the caller's clusterer may
// not be for several goroutines.
func (j *jury) hear(ctx context.Context, drawn [][]int) error {
	plain, threads := make([][]int, len(drawn)), 1
	if j.again.Shared() {
		threads = j.threads
	}
	if err := each(ctx, threads, len(drawn), func(n int) (err error) {
		plain[n], err = j.again.Plain(ctx, drawn[n])
		return err
	}); err != nil {
		return err
	}
	for n, rows := range drawn {
		v, err := eval.ARI(score.Pick(j.before.Start(), rows), plain[n])
		if err != nil {
			return err
		}
		j.votes = append(j.votes, ballot{v, make([]float64, len(j.trials)), make([]float64, len(j.trials))})
	}
	votes := j.votes[len(j.votes)-len(drawn):]
	trainings := len(drawn) * len(j.trials)
	return each(ctx, j.threads, trainings, func(i int) (err error) {
		n, t := i%len(drawn), len(j.trials)-1-i/len(drawn) // anew first, which takes longest
		votes[n].trained[t], votes[n].kept[t], err = j.vote(ctx, j.trials[t], drawn[n], plain[n], max(1, parallel.Threads(j.threads)/trainings))
		return err
	})
}

// each calls f for each number below n, side by side, and returns the first error by
// the numbers.
func each(ctx context.Context, threads, n int, f func(i int) error) error {
	errs := make([]error, n)
	err := parallel.Do(ctx, threads, n, func(_, i int) { errs[i] = f(i) })
	return cmp.Or(append([]error{err}, errs...)...)
}

// vote returns the adjusted Rand index of the segments of a trial with those that
// its training makes of the clusters plain of a resample, and the same of both
// before they were drawn to one size.
func (j *jury) vote(ctx context.Context, t trial, rows, plain []int, threads int) (agreement, kept float64, err error) {
	of, was, err := j.again.Trained(ctx, rows, plain, t.training, threads)
	if err != nil {
		return 0, 0, err
	}
	if agreement, err = eval.ARI(score.Pick(t.groups.Start(), rows), of); err != nil || !t.even() {
		return agreement, agreement, err
	}
	kept, err = eval.ARI(score.Pick(t.groups.Kept(), rows), was)
	return agreement, kept, err
}

// gains returns how much more each resample agrees with the last trial than with
// the first.
func (j *jury) gains() []float64 {
	out := make([]float64, len(j.votes))
	for n, v := range j.votes {
		out[n] = v.kept[len(v.kept)-1] - v.kept[0]
	}
	return out
}

// settled reports whether the mean of gains is above or below clearly by two and a
// half standard errors.
func settled(gains []float64) bool {
	mean, deviation := stat.MeanStdDev(gains, nil)
	return math.Abs(mean-clearly) >= 2.5*deviation/math.Sqrt(float64(len(gains)))
}

// choose returns the trial whose segments resamples agree with most, before they
// are drawn to one size, but the first one unless another is clearly better.
func choose(trials []trial) trial {
	best, least := trials[0], trials[0].kept+clearly
	for _, t := range trials[1:] {
		if t.kept >= least {
			best, least = t, t.kept
		}
	}
	return best
}

// decide sets whether to keep the refined segments, and why.
func decide(out *result.Refinement) {
	found := fmt.Sprintf("resamples agree with the segments at %.2f, before at %.2f; %d users moved (adjusted Rand index %.2f)", out.After, out.Before, out.Moved, out.Alike)
	if out.Anew {
		found += "; training began anew, with vectors and words together"
	}
	if out.Even {
		found += "; the segments were of nearly one size and were drawn towards it"
	}
	switch {
	case !(out.Alike >= leastAlike):
		out.Reason = fmt.Sprintf("Not refined: training found other segments (%s).", found)
	case !(out.After >= out.Before-mostLost):
		out.Reason = fmt.Sprintf("Not refined: they would hold less well (%s).", found)
	default:
		out.Refined, out.Reason = true, fmt.Sprintf("Refined: %s.", found)
	}
}
