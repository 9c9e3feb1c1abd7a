package cohort

import (
	"context"
	"fmt"
	"io"
	"iter"
	"math"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/ablate"
	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/saved"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
)

// Segmenter places users into the segments of an earlier run, without changing
// these. A user goes to the segment with the nearest centre, in the space that
// Options.Reduce made if there was one. If the clusterer left users out, so
// does the Segmenter: a user who is farther from the nearest centre than every
// user of that segment was is Unassigned.
type Segmenter struct {
	unsavedState

	saved   saved.Segmenter
	pooling Pooling
	found   *Segmentation // nil if read from a file
}

func newSegmenter(s *Segmentation, r *reading.Reader, g *group.Groups, b *beside, o *Options) *Segmenter {
	m := &Segmenter{found: s, pooling: o.Pooling, saved: saved.Segmenter{
		Info: saved.Info{
			Model: o.Model.Name(), Digest: o.Model.Digest(), Dim: o.Model.Dim(), Pooling: o.Pooling.String(), HalfLife: int64(o.HalfLife),
			Prepare: s.Run.Prepare, Repeats: saved.OfRepeats(o.Repeats, r.Boilerplate()), Repair: saved.OfRepair(r.Known()),
		},
		Placer: g.Placer(o.Pooling == PoolMixture),
	}}
	if own, ok := o.Splitter.Chinese.(interface{ OwnWords() []string }); ok {
		m.saved.ChineseWords = own.OwnWords()
	}
	if b != nil {
		m.saved.Features = &saved.Features{Encoder: *b.encoder, Factor: g.Space.Join.Factor}
	}
	m.saved.Placer.Centres = slices.Clone(g.Centres)
	for i := range s.Segments {
		m.saved.Placer.Centres[i].Name = s.Segments[i].Name
	}
	return m
}

// LoadSegmenter reads the output of Save; anything else is an ErrSegmenter.
func LoadSegmenter(r io.Reader) (*Segmenter, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	m := &Segmenter{}
	s, err := saved.Read(data)
	if err == nil {
		m.saved = *s
		m.pooling, err = ParsePooling(s.Pooling)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSegmenter, err)
	}
	m.saved.Placer.ByText = m.pooling == PoolMixture
	return m, nil
}

// Save writes the Segmenter as a safetensors file with the centres [segments,
// dim] and the reduction, and everything else as JSON in its metadata. A
// reduction by UMAP or Smoothing needs the vectors of the users it was fitted on,
// so the file grows with them and should be protected like the texts.
func (m *Segmenter) Save(w io.Writer) error {
	if m == nil {
		return fmt.Errorf("%w: there is none to save", ErrSegmenter)
	}
	return saved.Write(w, &m.saved)
}

// Segmentation returns the segments and the reasons for them. It is nil for a
// Segmenter that was read from a file.
func (m *Segmenter) Segmentation() *Segmentation { return m.found }

// Model returns the name of the model that the segments were found with.
func (m *Segmenter) Model() string { return m.saved.Model }

// Prepare returns how texts were prepared then, as described by
// Preparer.Describe.
func (m *Segmenter) Prepare() string { return m.saved.Prepare }

// ChineseWords returns the words that the Splitter's Segmenter had in addition
// to its dictionary, as returned by its method OwnWords (see package
// text/chinese). Pass Why a Splitter with the same words, so that it uses the
// same words as the report. They are saved in plain text.
func (m *Segmenter) ChineseWords() []string { return slices.Clone(m.saved.ChineseWords) }

// Len returns the number of segments.
func (m *Segmenter) Len() int { return len(m.saved.Placer.Centres) }

// Name returns the name of a segment, or "" if there is none with that ID.
func (m *Segmenter) Name(id int) string {
	for _, c := range m.saved.Placer.Centres {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// Centres returns the centres of the segments, for package drift.
func (m *Segmenter) Centres() *result.Centres {
	out := &result.Centres{Model: m.saved.Model, Digest: m.saved.Digest}
	for _, c := range m.saved.Placer.Centres {
		out.Segments = append(out.Segments, result.Centre{ID: c.ID, Vector: slices.Clone(c.Vector)})
	}
	return out
}

// Assign places the users of texts, in the order of their first texts. It ranges
// over texts once, as all methods of a Segmenter do. Only Model, Vectors, Prepare,
// Repair, Cleaned and Progress of the Options are used; pooling, the treatment of
// repeats and the boilerplate are those of the first run. A model with another
// digest is an ErrModel, another Prepare.Describe an ErrPrepare.
func (m *Segmenter) Assign(ctx context.Context, texts iter.Seq2[Text, error], opt Options) ([]Assignment, error) {
	users, placed, err := m.place(ctx, texts, &opt, nil)
	if err != nil {
		return nil, err
	}
	users.Close()
	return placed, nil
}

// AssignSoft is Assign, and also returns the degree to which each user belongs to
// each segment, whichever clusterer found these: [users][segments], in the order
// of the segments in Centres, each summing to 1; nil for users without a text, and
// without segments. The degrees are those of cluster.Memberships among the users
// of the first run. A Segmenter saved by a version that did not keep what they
// need is an ErrSegmenter.
func (m *Segmenter) AssignSoft(ctx context.Context, texts iter.Seq2[Text, error], opt Options) ([]Assignment, [][]float64, error) {
	if m != nil {
		for _, c := range m.saved.Placer.Centres {
			if math.IsNaN(c.Width) {
				return nil, nil, fmt.Errorf("%w: it does not hold the widths of its segments, which memberships need: segment the users again", ErrSegmenter)
			}
		}
	}
	degrees := map[int][]float64{}
	users, placed, err := m.place(ctx, texts, &opt, func(u int, v []float32) { degrees[u] = m.saved.Placer.Centres.Memberships(v) })
	if err != nil {
		return nil, nil, err
	}
	users.Close()
	out := make([][]float64, len(placed))
	for u, d := range degrees {
		out[u] = d
	}
	return placed, out, nil
}

// place reads the users of texts and places them; see group.Placer.Users for
// each. The caller must Close them.
func (m *Segmenter) place(ctx context.Context, texts iter.Seq2[Text, error], opt *Options, each func(u int, v []float32)) (*pool.Users, []Assignment, error) {
	b := again(m.encoder())
	r, err := m.open(ctx, texts, b, opt)
	if err != nil {
		return nil, nil, err
	}
	users, err := pool.Gather(ctx, r, pool.Config{
		Model: opt.Model, Given: opt.Vectors, Weigher: m.weigher(), TextsOf: m.pooling == PoolMixture,
		Quiet: b != nil, Features: b.pooled(r.Survey().FeaturesError), Memory: DefaultMemory, Progress: opt.report(),
	})
	if err != nil {
		return nil, nil, err
	}
	opt.cleaned(r)
	placed, err := m.saved.Placer.Users(ctx, users, each)
	if err != nil {
		users.Close()
		return nil, nil, err
	}
	for u, name := range r.Survey().Users {
		placed[u].User = name
	}
	return users, placed, nil
}

// Follow places the users of texts as Assign does, and returns a Segmenter whose
// centres have moved towards them by the rule of mini-batch k-means (Sculley,
// Web-scale k-means clustering, 2010): a centre is the mean of the users it has
// seen and of the new ones. It counts as at most memory users before, so that
// old users fade; with 0 all users that it has ever seen count alike. IDs, names,
// the reduction, and the distance beyond which users are Unassigned stay as they
// are. m is not changed. A negative memory is an ErrOptions; other errors are
// those of Assign.
func (m *Segmenter) Follow(ctx context.Context, texts iter.Seq2[Text, error], opt Options, memory int) (*Segmenter, []Assignment, error) {
	if memory < 0 {
		return nil, nil, fmt.Errorf("%w: memory is %d users, want >= 0", ErrOptions, memory)
	}
	users, placed, err := m.place(ctx, texts, &opt, nil)
	if err != nil {
		return nil, nil, err
	}
	defer users.Close()
	next := *m
	next.found = nil // its centres are elsewhere
	if next.saved.Placer.Centres, err = m.saved.Placer.Follow(ctx, users, placed, memory); err != nil {
		return nil, nil, err
	}
	return &next, placed, nil
}

// Vectors returns the users of texts, in the order of their first texts, and their
// vectors [users, dim] of length 1, as opt.Model and the pooling of the first run
// make them, before any reduction. Users without a text that counts are left out.
// The fields of opt are those of Assign, but the model may be another one than
// that of the first run.
func (m *Segmenter) Vectors(ctx context.Context, texts iter.Seq2[Text, error], opt Options) ([]string, mat.Matrix, error) {
	if err := opt.needModel(); err != nil {
		return nil, nil, err
	}
	r, err := m.read(ctx, texts, nil, &opt)
	if err != nil {
		return nil, nil, err
	}
	users, err := pool.Gather(ctx, r, pool.Config{
		Model: opt.Model, Given: opt.Vectors, Weigher: m.weigher(), Memory: DefaultMemory, Progress: opt.report(),
	})
	if err != nil {
		return nil, nil, err
	}
	defer users.Close()
	var names []string
	var rows []int
	for u, name := range r.Survey().Users {
		if row := users.Row[u]; row >= 0 {
			names, rows = append(names, name), append(rows, row)
		}
	}
	x := dense.New[float32](len(rows), users.Vectors.Dim)
	for i, row := range rows {
		copy(x.Row(i), users.Vectors.Row(row))
	}
	return names, dense.Matrix{Rows: x}, nil
}

// WhyOptions configures Why.
type WhyOptions struct {
	Texts int // number of texts listed; 0: 5
	Words int // number of these texts whose words are measured with the encoder; 0: 3, negative: none
	// Splitter splits texts into words; see Options.Splitter and
	// Segmenter.ChineseWords. Words are removed as they are written, so
	// Options.Lemma has no effect.
	Splitter text.Splitter
}

// Why explains the place of one user among texts. Only that user's texts are
// embedded. Texts and words are left out one at a time, and the user is placed
// again each time with the same model and reduction. Why uses the same fields
// of opt as Assign, except that Vectors are an ErrOptions. A user without texts is
// an ErrNoUser.
func (m *Segmenter) Why(ctx context.Context, user string, texts iter.Seq2[Text, error], opt Options, w WhyOptions) (*Why, error) {
	if opt.Vectors != nil {
		return nil, fmt.Errorf("%w: Why embeds texts with words left out, which Vectors cannot give", ErrOptions)
	}
	if w.Texts < 0 {
		return nil, fmt.Errorf("%w: WhyOptions.Texts is %d, want >= 0", ErrOptions, w.Texts)
	}
	b := again(m.encoder())
	r, err := m.open(ctx, texts, b, &opt)
	if err != nil {
		return nil, err
	}
	opt.cleaned(r)
	if w.Texts == 0 {
		w.Texts = 5
	}
	if w.Words == 0 {
		w.Words = 3
	}
	out, err := ablate.Why(ctx, r.OfUser(ctx, user), ablate.Config{
		Model: opt.Model, Weigher: m.weigher(), Placer: m.saved.Placer, Features: b.one(r.Survey().FeaturesError), Named: named(m.encoder()), Mend: r.Mend, Texts: w.Texts, Words: w.Words, Splitter: w.Splitter,
	})
	if err != nil {
		return nil, err
	}
	out.User = user
	return out, nil
}

// open is read after a check that the model is that of the first run.
func (m *Segmenter) open(ctx context.Context, texts iter.Seq2[Text, error], b *beside, opt *Options) (*reading.Reader, error) {
	if err := m.fits(opt); err != nil {
		return nil, err
	}
	return m.read(ctx, texts, b, opt)
}

// fits checks that the model is that of the first run.
func (m *Segmenter) fits(opt *Options) error {
	if err := opt.needModel(); err != nil {
		return err
	}
	if m == nil {
		return fmt.Errorf("%w: there is none", ErrSegmenter)
	}
	if d := opt.Model.Digest(); d != m.saved.Digest {
		return fmt.Errorf("%w: the segments were found with %s (digest %.12s), this is %s (%.12s)", ErrModel, m.saved.Model, m.saved.Digest, opt.Model.Name(), d)
	}
	return nil
}

// read returns a reader that reads texts as the first run did.
func (m *Segmenter) read(ctx context.Context, texts iter.Seq2[Text, error], b *beside, opt *Options) (*reading.Reader, error) {
	c, err := m.config(b, opt)
	if err != nil {
		return nil, err
	}
	return reading.Open(ctx, texts, c)
}

// config says how the first run read texts.
func (m *Segmenter) config(b *beside, opt *Options) (reading.Config, error) {
	now := ""
	if opt.Prepare != nil {
		now = opt.Prepare.Describe()
	}
	if now != m.saved.Prepare {
		return reading.Config{}, fmt.Errorf("%w: then %q, now %q", ErrPrepare, m.saved.Prepare, now)
	}
	again, boilerplate, err := m.saved.Repeats.Options()
	if err != nil {
		return reading.Config{}, err
	}
	mend, err := m.mend(opt)
	if err != nil {
		return reading.Config{}, err
	}
	return reading.Config{
		Prepare: opt.Prepare, Repeats: again, Mend: mend, Boilerplate: boilerplate, Timed: m.pooling == PoolRecency, Legible: legible(opt.Model), Given: opt.given(), Features: b.reads(), Progress: opt.report(),
	}, nil
}

// mend says how the words of further texts are put right: by those of the first
// run.
func (m *Segmenter) mend(o *Options) (*reading.Mend, error) {
	if err := o.checkRepair(); err != nil {
		return nil, err
	}
	out := o.mend()
	if out == nil {
		return nil, nil
	}
	known, err := m.saved.Repair.Corpus()
	if err != nil {
		return nil, err
	}
	if known == nil {
		if o.Repair == RepairOn {
			return nil, fmt.Errorf("%w: Repair: the segments were found with it off, and no words were kept", ErrOptions)
		}
		return nil, nil
	}
	out.Known, out.Again = known, m.saved.Repair.On
	return out, nil
}

// encoder returns what encodes the features of users, nil if there are none.
func (m *Segmenter) encoder() *features.Encoder {
	if m == nil || m.saved.Features == nil {
		return nil
	}
	return &m.saved.Features.Encoder
}

// Features returns the fields of Meta that users' features are made from, which
// Assign and Why need as well: nil if the segments were found by texts alone.
func (m *Segmenter) Features() []string {
	var out []string
	if e := m.encoder(); e != nil {
		for _, f := range e.Features {
			if !slices.Contains(out, f.From) {
				out = append(out, f.From)
			}
		}
	}
	return out
}

// weigher returns the Weigher of the first run.
func (m *Segmenter) weigher() pool.Weigher {
	half := time.Duration(m.saved.HalfLife)
	if half <= 0 {
		half = DefaultHalfLife
	}
	return m.pooling.weigher(half)
}
