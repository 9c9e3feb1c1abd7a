package cohort

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/vector"
	"github.com/seed-56ee9438/cohort/result"
)

// Errors of LoadSegmenter and Assign.
var (
	// ErrSegmenter: the file is not a saved Segmenter, or of another version.
	ErrSegmenter = errors.New("cohort: not a saved segmenter")
	// ErrModel: the model is not the one that the segments were found with.
	ErrModel = fault.ErrModel
	// ErrPrepare: texts are cleaned or masked otherwise than they were when the
	// segments were found.
	ErrPrepare = errors.New("cohort: texts are prepared otherwise")
)

// Segmenter places users into segments found before, without moving them: a
// user goes to the segment with the nearest centre, in the space that
// Options.Reduce made where there was one. Where the clusterer had
// left users out, so does the Segmenter: a user farther from the nearest
// centre than anyone of that segment was is Unassigned.
type Segmenter struct {
	info    segmenterInfo
	centres []group
	space   space
	found   *Segmentation // nil where it was read from a file
}

// Segmentation returns the segments and the reasons for them; nil for a Segmenter
// that was not made by Fit but read from a file.
func (m *Segmenter) Segmentation() *Segmentation { return m.found }

func newSegmenter(s *Segmentation, g *gathered, gr *groups, o *Options) *Segmenter {
	out := &Segmenter{found: s, centres: gr.list, space: gr.space, info: segmenterInfo{
		Version: segmenterVersion, Model: o.Model.Name(), Digest: o.Model.Digest(), Dim: g.vectors.Dim,
		Pooling: o.Pooling.String(), HalfLife: int64(o.HalfLife), Noise: s.Scores.NoiseShare > 0,
	}}
	if o.Prepare != nil {
		out.info.Prepare = o.Prepare.Describe()
	}
	out.info.Repeats = saveRepeats(o, g.filter.Stripper())
	if own, ok := o.Splitter.Chinese.(interface{ OwnWords() []string }); ok {
		out.info.ChineseWords = own.OwnWords()
	}
	for i, p := range gr.list {
		out.info.Segments = append(out.info.Segments, savedSegment{p.id, s.Segments[i].Name, len(p.members), p.radius})
	}
	return out
}

// Model returns the name of the model that the segments were found with.
func (m *Segmenter) Model() string { return m.info.Model }

// Prepare returns how texts were prepared then, as Preparer.Describe says it.
func (m *Segmenter) Prepare() string { return m.info.Prepare }

// ChineseWords returns the words that the Splitter's Segmenter had beyond its
// dictionary then, as its method OwnWords says them (see package text/chinese):
// give Why a Splitter with the same ones, so that it speaks of the same words as
// the report does. They are saved in clear.
func (m *Segmenter) ChineseWords() []string { return slices.Clone(m.info.ChineseWords) }

// Len returns the number of segments.
func (m *Segmenter) Len() int { return len(m.centres) }

// Centres returns where the segments lie, for package drift.
func (m *Segmenter) Centres() *result.Centres {
	out := &result.Centres{Model: m.info.Model, Digest: m.info.Digest}
	for _, c := range m.centres {
		out.Segments = append(out.Segments, result.Centre{ID: c.id, Vector: slices.Clone(c.centre)})
	}
	return out
}

// Name returns the name of a segment, "" where there is none of that ID.
func (m *Segmenter) Name(id int) string {
	for _, c := range m.info.Segments {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// options checks that opt fits the first run and fills in what that fixed.
func (m *Segmenter) options(opt Options) (Options, error) {
	if opt.Model == nil {
		return opt, ErrNoModel
	}
	if d := opt.Model.Digest(); d != m.info.Digest {
		return opt, fmt.Errorf("%w: the segments were found with %s (digest %.12s), this is %s (%.12s)", ErrModel, m.info.Model, m.info.Digest, opt.Model.Name(), d)
	}
	now := ""
	if opt.Prepare != nil {
		now = opt.Prepare.Describe()
	}
	if now != m.info.Prepare {
		return opt, fmt.Errorf("%w: then %q, now %q", ErrPrepare, m.info.Prepare, now)
	}
	pooling, err := ParsePooling(m.info.Pooling)
	if err != nil {
		return opt, err
	}
	again, boilerplate, err := m.info.Repeats.options()
	return Options{
		Repeats: again, boilerplate: boilerplate,
		Model: opt.Model, Prepare: opt.Prepare, Progress: opt.Progress, Pooling: pooling,
		HalfLife: durationOr(m.info.HalfLife), Memory: DefaultMemory, assign: true,
	}, err
}

// Assign places the users of texts, in the order of their first texts. Options
// other than Model, Prepare and Progress are without effect: pooling, and what
// is done about repeats and the boilerplate found, are those of the first run. A model with another digest is an ErrModel, another
// Prepare.Describe an ErrPrepare.
func (m *Segmenter) Assign(ctx context.Context, texts iter.Seq2[Text, error], opt Options) ([]Assignment, error) {
	o, err := m.options(opt)
	if err != nil {
		return nil, err
	}
	g, err := gather(ctx, texts, &o)
	if err != nil {
		return nil, err
	}
	defer g.store.close()
	votes, err := m.votes(ctx, g, &o)
	if err != nil {
		return nil, err
	}
	placed, err := m.space.place(ctx, g.vectors)
	if err != nil {
		return nil, err
	}
	out := make([]Assignment, len(g.names))
	for u, name := range g.names {
		out[u] = Assignment{User: name, Segment: Unassigned, RunnerUp: Unassigned, Texts: g.pools[u].texts}
		r := g.row[u]
		if r < 0 {
			continue
		}
		v := placed.Row(r)
		at := locate(m.centres, v).nearest
		if votes != nil {
			at = votes[r]
		}
		a := m.assignment(v, at)
		a.User, a.Texts = name, g.pools[u].texts
		out[u] = a
	}
	return out, nil
}

// assignment places v [k] with the centre at index at, unless it is beyond that
// one's reach.
func (m *Segmenter) assignment(v []float32, at int) Assignment {
	a := Assignment{Segment: Unassigned, RunnerUp: Unassigned, Distance: vector.Distance(v, m.centres[at].anchor)}
	margin, other := marginOf(m.centres, v, at)
	if m.info.Noise && a.Distance > m.centres[at].radius {
		a.RunnerUp = m.centres[at].id
		return a
	}
	a.Segment, a.Margin = m.centres[at].id, margin
	if other >= 0 {
		a.RunnerUp = m.centres[other].id
	}
	return a
}

// votes returns, for mixture pooling, the centre that most of each user's
// texts, by weight, are nearest to; nil for other poolings.
func (m *Segmenter) votes(ctx context.Context, g *gathered, o *Options) ([]int, error) {
	if o.Pooling != PoolMixture {
		return nil, nil
	}
	next, err := g.store.reader()
	if err != nil {
		return nil, err
	}
	sums := dense.New[float64](g.vectors.Len, len(m.centres))
	x := dense.New[float32](min(blockTexts, g.texts), g.vectors.Dim)
	for from := 0; from < g.texts; from += x.Len {
		n := min(x.Len, g.texts-from)
		for i := range n {
			if err := next(x.Row(i)); err != nil {
				return nil, err
			}
		}
		y, err := m.space.place(ctx, x.Slice(0, n))
		if err != nil {
			return nil, err
		}
		for i := range n {
			t := from + i
			sums.Row(g.row[g.owner[t]])[locate(m.centres, y.Row(i)).nearest] += g.weight[t]
		}
	}
	out := make([]int, g.vectors.Len)
	for r := range out {
		for i, w := range sums.Row(r) {
			if w > sums.Row(r)[out[r]] {
				out[r] = i
			}
		}
	}
	return out, nil
}
