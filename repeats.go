package cohort

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Repeats say what is done about texts, and sentences of texts, that come again
// (package text/repeats). The zero value takes boilerplate out, but
// of texts that are nothing else, and leaves out what a user repeats of himself.
type Repeats struct {
	Of RepeatsOf // whose near-duplicates are left out; zero: RepeatsOfUser
	// Threshold is the likeness from which a text repeats an earlier one, up to
	// 1; 0: repeats.DefaultThreshold.
	Threshold float64
	// KeepBoilerplate leaves sentences that many texts share where they are.
	// Taking them out costs one more reading of the texts.
	KeepBoilerplate bool
	// Boilerplate says what counts as such.
	Boilerplate repeats.BoilerplateOptions
	// MinLetters is the fewest letters and digits of a text that is taken in, a
	// Chinese character counting as two; 0: any, be it an emoji alone.
	MinLetters int
}

// RepeatsOf says whose near-duplicates are left out.
type RepeatsOf uint8

const (
	// RepeatsOfUser leaves out what a user says again himself: no user loses his
	// last text by it, and what many users say counts as often as they say it.
	RepeatsOfUser RepeatsOf = iota
	// RepeatsOfAll leaves out what anybody said before. Users who said nothing
	// else are left without a text, and Unassigned.
	RepeatsOfAll
	// RepeatsKept leaves none out.
	RepeatsKept
)

var repeatsNames = [...]string{"user", "all", "keep"}

// String is the name that ParseRepeatsOf reads.
func (r RepeatsOf) String() string {
	if int(r) < len(repeatsNames) {
		return repeatsNames[r]
	}
	return fmt.Sprintf("RepeatsOf(%d)", uint8(r))
}

// ParseRepeatsOf reads user, all or keep; anything else is an ErrOptions.
func ParseRepeatsOf(name string) (RepeatsOf, error) {
	for i, n := range repeatsNames {
		if n == name {
			return RepeatsOf(i), nil
		}
	}
	return 0, fmt.Errorf("%w: repeats of %q, want user, all or keep", ErrOptions, name)
}

func (r *Repeats) check() error {
	switch {
	case r == nil:
	case int(r.Of) >= len(repeatsNames):
		return fmt.Errorf("%w: Repeats.Of is %v", ErrOptions, r.Of)
	case !(r.Threshold >= 0 && r.Threshold <= 1):
		return fmt.Errorf("%w: Repeats.Threshold is %v, want 0 to 1", ErrOptions, r.Threshold)
	case r.MinLetters < 0:
		return fmt.Errorf("%w: Repeats.MinLetters is %d, want >= 0", ErrOptions, r.MinLetters)
	}
	return nil
}

// noteLanguages notes the texts' languages and which of them the model does not read.
func noteLanguages(c *Cleaning, counts map[text.Language]int, reads []text.Language) {
	c.Languages, c.Reads = counts, slices.Clone(reads)
	for l, n := range counts {
		if len(reads) > 0 && l != text.Unknown && !slices.Contains(reads, l) {
			c.Unread += n
		}
	}
}

// noteSteps counts a text that steps of cleaning changed.
func noteSteps(c *Cleaning, steps clean.Steps) {
	if steps == 0 {
		return
	}
	c.Changed++
	if c.Steps == nil {
		c.Steps = map[string]int{}
	}
	for s := range steps.All() {
		c.Steps[s.String()]++
	}
}

// noteFate counts what became of a text.
func noteFate(c *Cleaning, f repeats.Filtered) {
	if f.Stripped {
		c.Boilerplate++
	}
	switch f.Fate {
	case repeats.Short:
		c.Short++
	case repeats.NearDuplicate:
		c.NearDuplicates++
	}
}

// repeatsMemory bounds what texts are kept to be compared with.
const repeatsMemory = 64 << 20

// newFilter returns what does as Repeats say; nil where they are nil.
func newFilter(o *Options, strip *repeats.Stripper) *repeats.Filter {
	r := o.Repeats
	if r == nil {
		return nil
	}
	return repeats.NewFilter(repeats.FilterOptions{
		MinLetters: r.MinLetters, KeepNearDuplicates: r.Of == RepeatsKept,
		Threshold: r.Threshold, Seed: o.Seed, Memory: repeatsMemory,
	}, strip)
}

// group is the number under which texts of a user are compared.
func (r *Repeats) group(user int) uint64 {
	if r == nil || r.Of != RepeatsOfUser {
		return 0
	}
	return uint64(user) + 1
}

// findBoilerplate reads the texts once to find the sentences that many share;
// nil where nobody asks.
func findBoilerplate(ctx context.Context, texts iter.Seq2[Text, error], o *Options) (*repeats.Stripper, error) {
	if o.Repeats == nil || o.Repeats.KeepBoilerplate || o.boilerplate != nil || o.assign {
		return o.boilerplate, nil
	}
	c := repeats.NewCounter(o.Repeats.Boilerplate)
	n := 0
	o.progress("read", 0, 0)
	defer o.progress("embed", 0, 0)
	for t, err := range o.prepared(ctx, texts) {
		if err != nil {
			return nil, err
		}
		c.Add(t.clean)
		if n++; n%256 == 0 {
			o.progress("read", n, 0)
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
		}
	}
	return c.Stripper(), nil
}

// savedRepeats is what a Segmenter needs to treat new texts as the first ones.
type savedRepeats struct {
	Of        string   `json:"of"`
	Threshold float64  `json:"threshold,omitempty"`
	Letters   int      `json:"min_letters,omitempty"`
	Sentence  int      `json:"sentence_letters,omitempty"` // BoilerplateOptions.MinLetters
	Sentences []uint64 `json:"boilerplate,omitempty"`      // hashes
}

func saveRepeats(o *Options, strip *repeats.Stripper) *savedRepeats {
	r := o.Repeats
	if r == nil {
		return nil
	}
	s := &savedRepeats{Of: r.Of.String(), Threshold: r.Threshold, Letters: r.MinLetters, Sentence: r.Boilerplate.MinLetters}
	if strip != nil {
		s.Sentences = strip.Sentences()
	}
	return s
}

// options are those under which new texts are placed. New users are never
// refused for what others said.
func (s *savedRepeats) options() (*Repeats, *repeats.Stripper, error) {
	if s == nil {
		return nil, nil, nil
	}
	of, err := ParseRepeatsOf(s.Of)
	if err != nil {
		return nil, nil, err
	}
	if of == RepeatsOfAll {
		of = RepeatsOfUser
	}
	r := &Repeats{Of: of, Threshold: s.Threshold, MinLetters: s.Letters, Boilerplate: repeats.BoilerplateOptions{MinLetters: s.Sentence}}
	return r, repeats.OpenStripper(r.Boilerplate, s.Sentences), r.check()
}
