// Package profile finds the reasons for segments. The second reading of the
// texts collects words, quotations, metadata, ratings and sentiment of each
// segment, and the effect of each text on its user's place.
package profile

import (
	"context"

	"github.com/seed-56ee9438/cohort/internal/dense"
	"github.com/seed-56ee9438/cohort/internal/group"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

// Config configures Collect.
type Config struct {
	Model     pool.Embedder // used to explain quotations; nil: they are not explained
	Weigher   pool.Weigher
	Sentiment Sentiment // nil: none
	Rating    string    // field of Meta that holds ratings; "": none
	Skip      []string  // fields of Meta that are not compared: features
	// ShowField returns the name under which a field of Meta may be shown; nil: its
	// own.
	ShowField func(ctx context.Context, name string) (string, error)
	MinUsers  int    // minimum number of users of a segment that is quoted
	Quotes    int    // number of quotations of each kind
	Shades    int    // number of users of each segment whose words are measured
	Lang      string // language of the texts, "en" or "zh"; "": from the Survey
	Splitter  text.Splitter
	Lemma     func(word string) string // nil: depends on Lang
	Progress  progress.Func
	// EachText, if set, is called for each text that is kept, in order; an error
	// it returns ends the reading.
	EachText func(result.Text) error
}

// Profiles is the result of Collect.
type Profiles struct {
	Lang     string
	Segments []result.Profile // without stability and places on the map
	Users    []result.User    // without places on the map
	Fields   []result.Field
	// Combinations is nil if no two of the Fields are counted together.
	Combinations *result.Combinations
	// SmallestQuoted is the number of users in the smallest segment that is
	// quoted.
	SmallestQuoted int
}

// profiler collects data about the segments in the second reading.
type profiler struct {
	c      Config
	survey *reading.Survey
	mend   func(string) string // puts words right as in the texts that models read
	users  *pool.Users
	groups *group.Groups

	terms     *keyword.Counter
	followers *Followers
	meta      *metaCounts
	quotes    *quotes
	texts     []int // [k]
	batch     *textBatch

	mixture  [][]float32 // user -> weight of their texts nearest to each group, [k]
	deciding [][]result.Deciding
	margins  []float64 // row -> margin
	// quiet holds the places of users without texts of whom features are known.
	quiet map[int]result.Assignment
	// anew holds the margins of the users when placed like new ones, [rows], for
	// comparison with the margin without a text.
	anew []float64

	trend   *trend
	rating  []moments // [k]
	ratings *byUser   // of users in segments
	tally   *tally    // nil without Config.Sentiment
	rows    *textRows // nil without Config.EachText
	// opinions is nil for languages whose aspects are not known.
	opinions *opinions
}

// Collect reads the texts again and returns the profiles of the segments.
func Collect(ctx context.Context, r *reading.Reader, u *pool.Users, g *group.Groups, c Config) (*Profiles, error) {
	p, err := newProfiler(ctx, r.Survey(), u, g, c)
	if err != nil {
		return nil, err
	}
	p.mend = r.Mend
	if err := p.read(ctx, r); err != nil {
		return nil, err
	}
	return p.profiles(ctx)
}

func newProfiler(ctx context.Context, s *reading.Survey, u *pool.Users, g *group.Groups, c Config) (*profiler, error) {
	k := len(g.Centres)
	if c.Lang == "" {
		c.Lang = string(s.Language())
	}
	p := &profiler{
		c: c, survey: s, users: u, groups: g,
		meta:    newMeta(k, c.MinUsers, s.Values()),
		texts:   make([]int, k),
		batch:   newBatch(u.Vectors.Dim, u.Features.Dim),
		mixture: make([][]float32, len(s.Users)), deciding: make([][]result.Deciding, len(s.Users)),
		margins: make([]float64, u.Vectors.Len),
		trend:   newTrend(k, s.Earliest, s.Latest),
		rating:  make([]moments, k), ratings: newByUser(len(s.Users)),
	}
	p.followers = NewFollowers(s.Users, u, g)
	p.terms = NewTerms(k, c.Lang, c.Splitter, c.Lemma, p.followers.Follow)
	p.opinions = newOpinions(&c, k, p.trend)
	if c.Sentiment != nil {
		p.tally = newTally(k, u.Vectors.Dim, len(s.Users))
	}
	var err error
	if p.rows, err = newTextRows(c.EachText); err != nil {
		return nil, err
	}
	p.setMargins(p.margins, g.Placed)
	placer := g.Placer(false)
	p.quiet = placer.Quiet(u)
	p.quotes = newQuotes(g, p.margins, c.Quotes)
	p.anew = p.margins
	if g.Space.Moves() {
		again, err := g.Space.Place(ctx, u.Vectors, u.Features)
		if err != nil {
			return nil, err
		}
		p.anew = make([]float64, u.Vectors.Len)
		p.setMargins(p.anew, again)
	}
	return p, nil
}

func (p *profiler) setMargins(dst []float64, placed dense.Rows[float32]) {
	for r := range dst {
		if i := p.groups.Of[r]; i >= 0 {
			dst[r], _ = p.groups.Centres.Margin(placed.Row(r), i)
		}
	}
}

// read reads the texts again, each with its vector from the first reading.
func (p *profiler) read(ctx context.Context, r *reading.Reader) error {
	next, err := p.users.Texts.Reader()
	if err != nil {
		return err
	}
	v := make([]float32, p.users.Vectors.Dim)
	n, all := 0, p.survey.Texts
	for t, err := range r.Again(ctx) {
		if err != nil {
			return err
		}
		if err := next(v); err != nil {
			return err
		}
		if err := p.take(ctx, t, v); err != nil {
			return err
		}
		if n++; n%progress.Every == 0 {
			p.c.Progress.Report("explain", n, all)
			if err := parallel.Cause(ctx); err != nil {
				return err
			}
		}
	}
	p.c.Progress.Report("explain", n, n)
	if err := p.flush(ctx); err != nil {
		return err
	}
	if err := p.score(ctx); err != nil {
		return err
	}
	return p.rows.tell()
}

// count counts one text of a user of group i; v [dim] is its vector.
func (p *profiler) count(ctx context.Context, t *reading.Item, i int, v []float32) error {
	p.texts[i]++
	p.meta.add(i, t.User, t.Meta, p.c.Skip)
	said := t.Plain != "" // else only the vector is known
	if said {
		p.terms.Add(i, t.User, t.Mended)
		p.quotes.offer(t, p.users.Row[t.User], i, v)
		p.opinions.add(i, t)
	}
	if t.Rated {
		p.rating[i].add(t.Rating)
		p.ratings.add(t.User, t.Rating)
	}
	p.trend.add(i, t.Time, t.Rating, t.Rated)
	if p.tally == nil || !said {
		return nil
	}
	p.rows.tallied()
	if p.tally.add(i, t, v) {
		return p.score(ctx)
	}
	return nil
}
