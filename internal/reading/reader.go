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
	"github.com/seed-56ee9438/cohort/internal/fault"
	"github.com/seed-56ee9438/cohort/internal/parallel"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/langid"
	"github.com/seed-56ee9438/cohort/text/marks"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

var (
	// ErrWeight: a text's weight is negative, NaN or infinite.
	ErrWeight = errors.New("cohort: bad weight")
	// ErrSourceChanged: a later reading of the texts differed from the first.
	ErrSourceChanged = errors.New("cohort: the texts changed between two readings")
)

// Config says what is done to texts.
type Config struct {
	Prepare corpus.Preparer // nil: texts are taken as they are
	Repeats *corpus.Repeats // nil: nothing is left out
	// Boilerplate takes out what an earlier run found to be such; nil: Open finds
	// it, by one more reading, where Repeats ask for that and FindBoilerplate is
	// set.
	Boilerplate     *repeats.Stripper
	FindBoilerplate bool
	Seed            uint64 // of the search for near-duplicates

	Timed          bool            // a text without a time is an error
	Rating         string          // field of Meta that holds a number; "": none
	Languages      bool            // count texts by their language
	ModelLanguages []text.Language // see result.Cleaning; nil: not known
	// Legible tells whether the model knows what a text is made of; nil: it does.
	// What it does not know is left out: all such texts are alike to it.
	Legible func(string) bool

	Progress progress.Func
}

// Item is a text that was taken in.
type Item struct {
	Row    int    // place among the texts that were given, from 1
	User   int    // index into Survey.Users
	Clean  string // as it may be shown: prepared, without boilerplate; never ""
	Plain  string // what is said in Clean (see Plain), for models to read; never ""
	Weight float64
	Time   time.Time
	Meta   map[string]string
	Rating float64 // where Rated is set
	Rated  bool
}

// Reader reads a source of texts.
type Reader struct {
	texts  iter.Seq2[corpus.Text, error]
	c      Config
	filter *repeats.Filter // nil: nothing is left out
	survey *Survey
}

// filterMemory bounds what earlier texts take to be compared with.
const filterMemory = 64 << 20

// Open returns a Reader of texts.
func Open(ctx context.Context, texts iter.Seq2[corpus.Text, error], c Config) (*Reader, error) {
	r := &Reader{texts: texts, c: c, survey: newSurvey()}
	if c.Repeats == nil {
		return r, nil
	}
	strip := c.Boilerplate
	if strip == nil && c.FindBoilerplate && !c.Repeats.KeepBoilerplate {
		var err error
		if strip, err = r.boilerplate(ctx); err != nil {
			return nil, err
		}
	}
	r.filter = repeats.NewFilter(repeats.FilterOptions{
		MinLetters: c.Repeats.MinLetters, KeepNearDuplicates: c.Repeats.Of == corpus.RepeatsKept,
		Threshold: c.Repeats.Threshold, Seed: c.Seed, Memory: filterMemory,
	}, strip)
	return r, nil
}

// Boilerplate is what takes boilerplate out of the texts, nil where nothing does.
func (r *Reader) Boilerplate() *repeats.Stripper { return r.filter.Stripper() }

// Survey returns what the first reading told. It is to be called when that has
// ended.
func (r *Reader) Survey() *Survey { return r.survey }

// boilerplate reads the texts to find the sentences that many share.
func (r *Reader) boilerplate(ctx context.Context) (*repeats.Stripper, error) {
	found := repeats.NewCounter(r.c.Repeats.Boilerplate)
	n := 0
	r.c.Progress.Report("read", 0, 0)
	defer r.c.Progress.Report("embed", 0, 0)
	for t, err := range loop(ctx, r.texts, r.c.Prepare) {
		if err != nil {
			return nil, err
		}
		found.Add(t.Text)
		if n++; n%progress.Every == 0 {
			r.c.Progress.Report("read", n, 0)
			if err := parallel.Cause(ctx); err != nil {
				return nil, err
			}
		}
	}
	return found.Stripper(), nil
}

// First ranges over the texts that are taken in, for the first time. The Survey
// is complete when it has come to its end without an error.
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
			kept := r.filter.Filter(r.group(u), t.Text)
			item := r.item(&t, u, kept.Text)
			item.Row = n
			if kept.Fate == repeats.Kept && item.Plain == "" {
				kept.Fate = repeats.Empty
			}
			legible := kept.Fate != repeats.Kept || r.legible(&t, &item)
			s.filtered(n, kept, legible)
			if kept.Fate != repeats.Kept || !legible {
				continue
			}
			s.taken(&item)
			if detect != nil {
				s.Cleaning.Languages[detect.Detect(marks.Remove(item.Clean)).Language]++
			}
			if !yield(item, nil) {
				return
			}
		}
		s.unread(r.c.ModelLanguages)
		s.Digest = digest.sum()
	}
}

// Again ranges over the same texts once more. Texts that are not those of the
// first reading are an ErrSourceChanged.
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
			if n++; !known || item.Plain == "" || n > r.survey.Texts {
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

// OfUser ranges over the texts of one user that are taken in, and reads no other:
// it is no first reading, and fills no Survey.
func (r *Reader) OfUser(ctx context.Context, user string) iter.Seq2[Item, error] {
	var rows []int // of the user's texts, which are read ahead of the items
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

// group is the number under which texts of a user are compared.
func (r *Reader) group(user int) uint64 {
	if r.c.Repeats == nil || r.c.Repeats.Of != corpus.RepeatsOfUser {
		return 0
	}
	return uint64(user) + 1
}

func (r *Reader) item(p *prepared, user int, clean string) Item {
	t := &p.source
	i := Item{User: user, Clean: clean, Plain: Plain(clean, slices.Collect(maps.Keys(p.Masked))...), Weight: t.Weight, Time: t.Time, Meta: t.Meta}
	if r.c.Rating != "" {
		x, err := strconv.ParseFloat(strings.TrimSpace(t.Meta[r.c.Rating]), 64)
		if err == nil && x-x == 0 {
			i.Rating, i.Rated = x, true
		}
	}
	return i
}
