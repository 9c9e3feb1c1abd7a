package cohort

import (
	"runtime/debug"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/internal/quality"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
)

// findings holds what the stages of a run have found.
type findings struct {
	survey     *reading.Survey
	wanted     int // segments that were asked for; 0: the clusterer decides
	users      *pool.Users
	groups     *group.Groups
	refined    *Refinement // nil: not asked for
	profiles   *profile.Profiles
	scores     Scores
	resampled  quality.Resampled
	drawing    *quality.Drawing
	similarity [][]float64
	tree       []Join
	beside     *beside // nil, as the next two are, without features
	features   *result.Features
	effects    [][]result.FeatureEffect
}

// segmentation assembles the result.
func (f *findings) segmentation(o *Options) *Segmentation {
	s := &Segmentation{
		Version: FormatVersion, Lang: f.profiles.Lang,
		Scores: quality.Judge(f.scores, len(f.groups.Centres), f.resampled, 2*f.survey.Cleaning.Unread > f.survey.Texts),
		Counts: f.counts(), Segments: f.profiles.Segments, Users: f.profiles.Users,
		Map: f.drawing.Map, Similarity: f.similarity, Tree: f.tree, Fields: f.profiles.Fields, Combinations: f.profiles.Combinations, Cleaning: f.survey.Cleaning,
		Privacy:  Privacy{Masked: f.survey.Masked, MinUsers: o.MinUsers, SmallestQuoted: f.profiles.SmallestQuoted},
		Features: f.features,
		Run:      f.run(o),
	}
	for i := range s.Segments {
		at := f.drawing.Segments[i]
		s.Segments[i].X, s.Segments[i].Y, s.Segments[i].Stability = at.X, at.Y, f.resampled.Segments[i]
		if f.effects != nil {
			s.Segments[i].Features = f.effects[i]
		}
		if s.Scores.Verdict == VerdictNoSegments { // nobody should act on cuts through one crowd
			s.Segments[i].Suggestions = nil
		}
	}
	for u, r := range f.users.Row {
		if r >= 0 {
			if m := f.groups.Memberships; m != nil {
				s.Users[u].Memberships = m.RawRowView(r)
			}
			s.Users[u].X, s.Users[u].Y = f.drawing.Users[r].X, f.drawing.Users[r].Y
		}
	}
	return s
}

func (f *findings) counts() Counts {
	c := Counts{Texts: f.survey.Texts, WithoutText: f.survey.Wordless, UnreadRatings: f.survey.UnreadRatings(), EmptyTexts: f.survey.Empty, Users: len(f.survey.Users), Joined: f.groups.Joined}
	for _, u := range f.profiles.Users {
		if u.Segment == Unassigned {
			c.Unassigned++
		}
		if u.Texts == 0 && u.Segment == Unassigned {
			c.NoText++
		}
	}
	if f.groups.Found < f.wanted {
		c.Wanted = f.wanted
	}
	return c
}

// run returns the description of the run.
func (f *findings) run(o *Options) Run {
	by := cluster.Describe(f.groups.Setting)
	r := Run{
		Cohort: version(), Model: o.Model.Name(), Digest: o.Model.Digest(), Dim: o.Model.Dim(),
		Seed: o.Seed, Pooling: o.Pooling.String(), Clusterer: by.String(), Chosen: f.groups.Chosen,
		Input: f.survey.Digest, Edits: o.Edits, Settings: &RunSettings{Clusterer: by},
	}
	r.Refine = f.refined
	if o.Rest != RestUnassigned {
		r.Rest, r.RestThreshold = o.Rest.String(), o.RestThreshold
	}
	if o.Pooling == PoolRecency {
		r.Pooling += ", half-life " + o.HalfLife.String()
	}
	if f.groups.Reduce != nil {
		d := reduce.Describe(f.groups.Reduce)
		r.Reduce, r.Settings.Reduce = d.String(), &d
	}
	if o.Prepare != nil {
		r.Prepare = o.Prepare.Describe()
	}
	if o.Sentiment != nil {
		r.Sentiment = o.Sentiment.Describe()
	}
	return r
}

// modulePath is the path of this module in a program's build information.
const modulePath = "github.com/seed-56ee9438/cohort"

// version returns the version of this module that the program was built with.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		if b.Main.Path == modulePath {
			return b.Main.Version
		}
		for _, d := range b.Deps {
			if d.Path == modulePath {
				return d.Version
			}
		}
	}
	return "(devel)"
}
