package reading

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/marks"
	"github.com/seed-56ee9438/cohort/text/repair"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

var (
	// ErrWeight: a text's weight is negative, NaN or infinite.
	ErrWeight = errors.New("cohort: bad weight")
	// ErrSourceChanged: a later reading of the texts differed from the first.
	ErrSourceChanged = errors.New("cohort: the texts changed between two readings")
)

// Config configures a Reader.
type Config struct {
	Prepare corpus.Preparer // nil: texts are not prepared
	Repeats *corpus.Repeats // nil: nothing is left out
	// Boilerplate removes the boilerplate found by an earlier run. If it is nil,
	// Open looks for boilerplate in one more reading, if Repeats requests that
	// and FindBoilerplate is set.
	Boilerplate     *repeats.Stripper
	FindBoilerplate bool
	Seed            uint64 // seed of the search for near-duplicates

	Timed          bool            // a text without a time is an error
	Rating         string          // field of Meta that holds a number; "": none
	Languages      bool            // count texts by language
	ModelLanguages []text.Language // see result.Cleaning; nil: unknown
	// Legible reports whether the model knows the characters of a text; nil: it
	// does. Other texts are left out, since the model cannot tell them apart.
	Legible func(string) bool
	// Given is the number of vectors at hand, one for each text of the source;
	// nil: there are none. Texts with a vector are kept if they are empty.
	Given *int
	// Features collects the Meta of all texts in the first reading, also of those
	// that are left out; nil: nothing is collected.
	Features *features.Collector

	// Mend puts misspelt words right before models read them; nil: they stay. Open
	// counts the words in one more reading, which is the one for boilerplate if
	// there is any.
	Mend *Mend

	Progress progress.Func
}

// Item is a text that was kept.
type Item struct {
	Row    int      // position in the input, from 1
	User   int      // index into Survey.Users
	Source string   // text as it was written
	Clean  string   // text to show: prepared, without boilerplate; "" only with Config.Given
	Mended string   // Clean with its misspelt words put right
	Plain  string   // Mended for models to read (see Plain); "" only with Config.Given
	Kinds  []string // of placeholders in Clean, for package marks
	Weight float64
	Time   time.Time
	Meta   map[string]string
	Rating float64 // valid if Rated is set
	Rated  bool

	// Changes lead from Mended to Clean; nil: nothing was put right.
	Changes []repair.Change
}

// Reader reads a source of texts.
type Reader struct {
	texts  iter.Seq2[corpus.Text, error]
	c      Config
	filter *repeats.Filter // nil: nothing is left out
	survey *Survey

	repairer *repair.Repairer // nil: words were not counted
	mends    bool             // it is used
}

// filterMemory is the limit in bytes for comparing with earlier texts.
const filterMemory = 64 << 20

// Open returns a Reader of texts.
func Open(ctx context.Context, texts iter.Seq2[corpus.Text, error], c Config) (*Reader, error) {
	r := &Reader{texts: texts, c: c, survey: newSurvey()}
	strip := c.Boilerplate
	var found *repeats.Counter
	if c.Repeats != nil && strip == nil && c.FindBoilerplate && !c.Repeats.KeepBoilerplate {
		found = repeats.NewCounter(c.Repeats.Boilerplate)
	}
	var words *repair.Counter
	if c.Mend.counts() {
		words = repair.NewCounter()
	}
	if found != nil || words != nil {
		if err := r.ahead(ctx, found, words); err != nil {
			return nil, err
		}
	}
	if err := r.decide(words); err != nil {
		return nil, err
	}
	if c.Repeats == nil {
		return r, nil
	}
	if found != nil {
		strip = found.Stripper()
	}
	r.filter = repeats.NewFilter(repeats.FilterOptions{
		MinLetters: c.Repeats.MinLetters, KeepNearDuplicates: c.Repeats.Of == corpus.RepeatsKept,
		Threshold: c.Repeats.Threshold, Seed: c.Seed, Memory: filterMemory,
	}, strip)
	return r, nil
}

// Boilerplate returns the Stripper that removes boilerplate, or nil if there is
// none.
func (r *Reader) Boilerplate() *repeats.Stripper { return r.filter.Stripper() }

// Survey returns the results of the first reading. It must be called after that
// has ended.
func (r *Reader) Survey() *Survey { return r.survey }

// First ranges over the texts that are kept, for the first time. The Survey is
// complete when it has ended without an error.
func (r *Reader) First(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		s := r.survey
		var detect *langid.Detector
		if r.c.Languages {
			var err error
			if detect, err = langid.New(langid.Options{}); err != nil {
				yield(Item{}, err)
				return
			}
			s.Cleaning.Languages = map[text.Language]int{}
		}
		n := 0
		digest := newDigest()
		for t, err := range loop(ctx, r.texts, r.c.Prepare) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			n++
			if r.c.Timed && t.source.Time.IsZero() {
				yield(Item{}, fmt.Errorf("%w: text %d has no time, which recency pooling needs", fault.ErrOptions, n))
				return
			}
			digest.add(&t.source)
			s.prepared(t.Masked, t.Steps)
			u := s.user(t.source.User)
			r.c.collect(s, u, n, t.source.Meta)
			kept := r.filter.Filter(r.group(u), t.Text)
			item := r.item(&t, u, kept.Text)
			item.Row = n
			legible := true
			if r.c.Given == nil {
				if kept.Fate == repeats.Kept && item.Plain == "" {
					kept.Fate = repeats.Empty
				}
				legible = kept.Fate != repeats.Kept || r.legible(&t, &item)
			} else if kept.Fate == repeats.Empty || kept.Fate == repeats.Short {
				kept.Fate = repeats.Kept
			}
			s.filtered(n, kept, legible)
			if kept.Fate == repeats.NearDuplicate {
				again := r.item(&t, u, r.filter.Strip(t.Text))
				s.repeated[u] += Hash(again.Plain)
			}
			if kept.Fate != repeats.Kept || !legible || r.c.Given != nil && n > *r.c.Given {
				continue
			}
			s.taken(&item)
			s.rating(&item, r.c.Rating)
			s.take(item.Meta)
			s.mended(item.Changes)
			if detect != nil && item.Plain != "" {
				s.Cleaning.Languages[detect.Detect(marks.Remove(item.Clean)).Language]++
			}
			if !yield(item, nil) {
				return
			}
		}
		if r.c.Given != nil && *r.c.Given != n {
			yield(Item{}, &estimator.ShapeError{Estimator: "cohort", What: "vectors, one for each text", Got: *r.c.Given, Want: n})
			return
		}
		s.unread(r.c.ModelLanguages)
		s.Digest = digest.sum()
	}
}

// Again ranges over the same texts once more. It ends with ErrSourceChanged if
// they differ from those of the first reading.
func (r *Reader) Again(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		digest := newDigest()
		read, left := 0, r.survey.left
		taken := func(yield func(corpus.Text, error) bool) { // the texts that were not left out
			for t, err := range r.texts {
				if err == nil {
					digest.add(&t)
					if read++; len(left) > 0 && left[0] == read {
						left = left[1:]
						continue
					}
				}
				if !yield(t, err) || err != nil {
					return
				}
			}
		}
		n, row, skipped := 0, 0, r.survey.left
		for t, err := range loop(ctx, taken, r.c.Prepare) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			for row++; len(skipped) > 0 && skipped[0] == row; row++ {
				skipped = skipped[1:]
			}
			u, known := r.survey.index[t.source.User]
			item := r.item(&t, u, r.filter.Strip(t.Text))
			item.Row = row
			if n++; !known || item.Plain == "" && r.c.Given == nil || n > r.survey.Texts {
				yield(Item{}, ErrSourceChanged)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
		if n != r.survey.Texts || digest.sum() != r.survey.Digest {
			yield(Item{}, fmt.Errorf("%w: %d texts, then %d; a source that can be read only once must be collected first", ErrSourceChanged, r.survey.Texts, n))
		}
	}
}

// OfUser ranges over the texts of one user that are kept, and skips all others.
// It does not count as the first reading, and does not fill the Survey.
func (r *Reader) OfUser(ctx context.Context, user string) iter.Seq2[Item, error] {
	var rows []int // rows of the user's texts, which are read ahead of the items
	own := func(yield func(corpus.Text, error) bool) {
		rows = rows[:0]
		row := 0
		for t, err := range r.texts {
			if row++; err == nil {
				err = parallel.Cause(ctx)
			}
			if err == nil && t.User != user {
				continue
			}
			rows = append(rows, row)
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
	return func(yield func(Item, error) bool) {
		n := 0
		for t, err := range loop(ctx, own, r.c.Prepare) {
			if err != nil {
				yield(Item{}, err)
				return
			}
			n++
			r.c.collect(r.survey, 0, n, t.source.Meta)
			kept := r.filter.Filter(r.group(0), t.Text)
			item := r.item(&t, 0, kept.Text)
			item.Row = rows[n-1]
			if kept.Fate != repeats.Kept || item.Plain == "" || !r.legible(&t, &item) {
				continue
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

// group returns the number of the group in which a user's texts are compared.
func (r *Reader) group(user int) uint64 {
	if r.c.Repeats == nil || r.c.Repeats.Of != corpus.RepeatsOfUser {
		return 0
	}
	return uint64(user) + 1
}

// fieldsOf is the number of texts whose fields of Meta are remembered.
const fieldsOf = 1000

// collect takes the Meta of text n, of user u, for Features.
func (c *Config) collect(s *Survey, u, n int, meta map[string]string) {
	if c.Features == nil {
		return
	}
	c.Features.Add(u, func(name string) (string, bool) { v, ok := meta[name]; return v, ok })
	if n > fieldsOf {
		return
	}
	if s.meta == nil {
		s.meta = map[string]bool{}
	}
	for name := range meta {
		s.meta[name] = true
	}
}

func (r *Reader) item(p *prepared, user int, clean string) Item {
	t := &p.source
	kinds := slices.Sorted(maps.Keys(p.Masked)) // nil if there are none
	i := Item{User: user, Source: t.Text, Clean: clean, Mended: clean, Kinds: kinds, Weight: t.Weight, Time: t.Time, Meta: t.Meta}
	if r.mends {
		got := r.repairer.Repair(clean)
		i.Mended, i.Changes = got.Text, got.Changes
	}
	i.Plain = Plain(i.Mended, kinds...)
	if r.c.Rating != "" {
		x, err := strconv.ParseFloat(strings.TrimSpace(t.Meta[r.c.Rating]), 64)
		if err == nil && x-x == 0 {
			i.Rating, i.Rated = x, true
		}
	}
	return i
}
