// Package quality measures the quality of segments, and their positions
// relative to one another.
package quality

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-56ee9438/cohort/eval"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/result"
)

// Score computes the scores of the segments on the users' vectors, with their
// features beside them, without
// unassigned users. [Judge] adds the results of resampling and the verdict.
func Score(ctx context.Context, u *pool.Users, g *group.Groups, threads int) (result.Scores, error) {
	var kept, of []int
	agree := 0
	for r, i := range g.Of {
		if i < 0 {
			continue
		}
		kept, of = append(kept, r), append(of, i)
		if at, _ := g.Centres.Nearest(g.Placed.Row(r)); at == i {
			agree++
		}
	}
	s := result.Scores{NoiseShare: float64(u.Vectors.Len-len(kept)) / float64(u.Vectors.Len)}
	if len(kept) == 0 {
		return s, nil
	}
	s.CentreAgreement = float64(agree) / float64(len(kept))
	x := dense.Matrix{Rows: pool.Take(g.Space.Joined(u), kept)}
	scorer := eval.Scorer{Threads: threads}
	var err error
	if s.CalinskiHarabasz, err = scorer.CalinskiHarabasz(ctx, x, of); err != nil {
		if errors.Is(err, eval.ErrLabelCount) { // one segment, or as many as users
			return s, nil
		}
		return s, fmt.Errorf("scoring: %w", err)
	}
	if s.DaviesBouldin, err = scorer.DaviesBouldin(ctx, x, of); err != nil {
		return s, fmt.Errorf("scoring: %w", err)
	}
	if s.Silhouette, err = scorer.Silhouette(ctx, x, of); err != nil {
		return s, fmt.Errorf("scoring: %w", err)
	}
	s.Defined = true
	return s, parallel.Cause(ctx)
}

// Bounds of the verdicts: the adjusted Rand index of resamples.
const (
	clearFrom = 0.75
	fairFrom  = 0.5
)

// Judge returns s with the results of resampling and the verdict. unread says
// that most texts are in languages that the model was not made for: however well
// they are found again, the segments are called weak at best.
func Judge(s result.Scores, segments int, r Resampled, unread bool) result.Scores {
	s.Resampled, s.Null, s.Separation = r.ARI, r.Null, r.Separation
	s.Verdict = verdict(&s, segments, r.Beaten)
	if unread && (s.Verdict == result.VerdictClear || s.Verdict == result.VerdictFair) {
		s.Verdict = result.VerdictWeak
	}
	return s
}

func verdict(s *result.Scores, segments int, beaten bool) result.Verdict {
	switch {
	case segments < 2:
		return result.VerdictNone
	case s.Resampled == nil || s.Null == nil:
		return result.VerdictUnmeasured
	case !beaten:
		return result.VerdictNoSegments
	case s.Resampled.Mean >= clearFrom:
		return result.VerdictClear
	case s.Resampled.Mean >= fairFrom:
		return result.VerdictFair
	}
	return result.VerdictWeak
}
