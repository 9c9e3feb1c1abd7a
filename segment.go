package cohort

import (
	"cmp"
	"context"
	"iter"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/internal/quality"
	"github.com/seed-56ee9438/cohort/internal/reading"
)

// Segment groups the users of texts and returns the segments with the reasons
// for them.
//
// It ranges over texts twice, or three times with Options.Repeats or
// Options.Repair, and once more with RestByWords, and they must be the same each
// time: see the package comment. Use [Slice] for texts held in memory. An error
// from texts or from the model ends the run and is returned wrapped.
//
// Errors: ErrNoModel, ErrOptions, ErrNoTexts, ErrTooFewUsers and ErrIdentical
// (as *CountError), ErrNotFinite, ErrWeight, ErrSourceChanged, those of
// Options.Vectors (see [FromVectors]) and of the Clusterer, and the context's.
func Segment(ctx context.Context, texts iter.Seq2[Text, error], opt Options) (*Segmentation, error) {
	m, err := Fit(ctx, texts, opt)
	if err != nil {
		return nil, err
	}
	return m.Segmentation(), nil
}

// Fit is like Segment, but returns a Segmenter, which can place further users
// and can be saved. Its method Segmentation returns the segments.
func Fit(ctx context.Context, texts iter.Seq2[Text, error], opt Options) (*Segmenter, error) {
	o, err := opt.withDefaults(ctx)
	if err != nil {
		return nil, err
	}
	b := newBeside(o.Features)
	r, err := reading.Open(ctx, texts, o.reading(b))
	if err != nil {
		return nil, err
	}
	users, err := pool.Gather(ctx, r, o.pool(r, b))
	if err != nil {
		return nil, err
	}
	o.cleaned(r)
	defer users.Close()
	if err := r.Survey().RatingError(o.Rating); err != nil {
		return nil, err
	}
	wanted := cluster.Wanted(o.Clusterer)
	if a, ok := o.Clusterer.(cluster.AtMost); ok {
		wanted = cluster.Wanted(a.Clusterer)
		o.Clusterer = a.For(max(users.Distinct(wanted), 2))
	}
	if err := enough(users, cluster.Wanted(o.Clusterer)); err != nil {
		return nil, err
	}
	how := o.group()
	if places, trains := o.placesByWords(), o.refines(); places || trains {
		if how.Words, how.Every, err = profile.Bags(ctx, r, users, o.profile(0), places || trains, trains); err != nil {
			return nil, err
		}
	}
	groups, err := group.Find(ctx, users, how)
	if err != nil {
		return nil, err
	}
	var refined *Refinement
	if o.refines() {
		if groups, how, refined, err = quality.Refine(ctx, users, groups, how, o.Seed, o.report()); err != nil {
			return nil, err
		}
	}
	if o.Memberships {
		if err := groups.SetMemberships(ctx); err != nil {
			return nil, err
		}
	}
	f := findings{wanted: wanted, survey: r.Survey(), users: users, groups: groups, refined: refined, similarity: quality.Similarity(groups.Centres)}
	if f.profiles, err = profile.Collect(ctx, r, users, groups, o.profile(len(groups.Centres))); err != nil {
		return nil, err
	}
	if f.scores, err = quality.Score(ctx, users, groups, o.Threads); err != nil {
		return nil, err
	}
	if f.resampled, err = quality.Resample(ctx, users, groups, how, o.resampling()); err != nil {
		return nil, err
	}
	if f.drawing, err = quality.Draw(ctx, users, groups, o.Threads); err != nil {
		return nil, err
	}
	if b != nil {
		f.beside, f.effects = b, b.effects(users, groups)
		if f.features, err = b.describe(ctx, users, groups, o.Threads); err != nil {
			return nil, err
		}
	}
	if f.tree, err = quality.Tree(ctx, groups.Centres); err != nil {
		return nil, err
	}
	return newSegmenter(f.segmentation(&o), r, groups, b, &o), nil
}

// enough checks that there are enough users for the number of segments wanted,
// which is 0 if the clusterer determines it.
func enough(u *pool.Users, wanted int) error {
	least := max(wanted, 2)
	users := u.Vectors.Len
	if users < least {
		return &CountError{Err: ErrTooFewUsers, Users: users, Segments: wanted}
	}
	if d := u.Distinct(least); d < least {
		return &CountError{Err: ErrIdentical, Users: users, Distinct: d, Segments: wanted}
	}
	return nil
}

// The configuration of each stage.

func (o *Options) reading(b *beside) reading.Config {
	return reading.Config{
		Prepare: o.Prepare, Repeats: o.Repeats, FindBoilerplate: true, Seed: o.Seed, Timed: o.Pooling == PoolRecency,
		Rating: o.Rating, Languages: true, ModelLanguages: o.ModelLanguages, Legible: legible(o.Model), Given: o.given(), Features: b.reads(), Mend: o.mend(), Progress: o.report(),
	}
}

func (o *Options) pool(r *reading.Reader, b *beside) pool.Config {
	return pool.Config{
		Model: o.Model, Given: o.Vectors, Weigher: o.Pooling.weigher(o.HalfLife), TextsOf: o.Pooling == PoolMixture,
		Features: b.pooled(r.Survey().FeaturesError), Memory: o.Memory, Progress: o.report(),
	}
}

func (o *Options) group() group.Config {
	var balance features.Balance
	if o.Features != nil {
		balance = o.Features.Balance
	}
	return group.Config{
		Weight: o.featureWeight(), Balance: balance,
		Clusterer: o.Clusterer, Reduce: o.Reduce, ByText: o.Pooling == PoolMixture, Rest: group.Rest(o.Rest), Least: o.RestThreshold, Edits: o.Edits,
		Seed: o.Seed, Threads: o.Threads, Progress: o.report(),
	}
}

// shades returns Shades, or its default for a number of segments.
func (o *Options) shades(segments int) int {
	return cmp.Or(o.Shades, min(DefaultShades, max(1, mostShades/max(segments, 1))))
}

func (o *Options) profile(segments int) profile.Config {
	return profile.Config{
		Skip: o.featureFields(), ShowField: o.showField(), Model: o.wordModel(), Weigher: o.Pooling.weigher(o.HalfLife), Sentiment: o.Sentiment, Rating: o.Rating,
		MinUsers: o.MinUsers, Quotes: o.Quotes, Shades: o.shades(segments), Lang: o.Lang, Splitter: o.Splitter, Lemma: o.Lemma, Progress: o.report(), EachText: o.EachText,
	}
}

func (o *Options) resampling() quality.Resampling {
	return quality.Resampling{Rounds: o.Bootstrap, Seed: o.Seed, Progress: o.report()}
}
