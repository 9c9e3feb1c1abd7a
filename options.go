package cohort

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"gonum.org/v1/gonum/mat"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/estimator"
	"github.com/seed-56ee9438/cohort/features"
	"github.com/seed-56ee9438/cohort/internal/pool"
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

// Embedder turns texts into vectors. *bert.Model is one.
type Embedder interface {
	// EmbedSeq yields one vector [Dim] per text, in order. It may read ahead in
	// texts, and may reuse the memory of a vector after the next one is
	// requested. It ends at the first error.
	EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error]
	// Dim is the length of a vector.
	Dim() int
	// Name is the model's name for display.
	Name() string
	// Digest identifies weights and configuration: a hex SHA-256.
	Digest() string
}

// Feeling is the sentiment of one text.
type Feeling = sentiment.Feeling

// Sentiment scores the sentiment of texts. *sentiment.Head and
// sentiment.Classified implement it.
type Sentiment interface {
	// Feelings returns one Feeling per text; vectors [len(texts), dim] are the
	// model's vectors of these texts, each of length 1.
	Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]Feeling, error)
	// Describe names the method, for the report.
	Describe() string
}

var (
	_ Sentiment = (*sentiment.Head)(nil)
	_ Sentiment = sentiment.Classified{}
)

// Options configures a segmentation. Only Model is required, or Vectors.
type Options struct {
	// Model makes the texts' vectors. For settings other than a bert.Model's own
	// (a prompt, special tokens read as text), pass what its method With returns.
	Model Embedder
	// Vectors are the texts' vectors [texts, dim] if they have been made already,
	// in the order of the texts, which may then be empty; nil: Model makes them.
	// Rows are scaled to length 1. With Vectors, Model is optional: it says which
	// model they are from, and measures the words of quotations. See FromVectors.
	Vectors mat.Matrix

	// Prepare cleans and masks every text before anything else sees it; nil
	// leaves texts as they are. The caller has to mask users' names and Meta, for
	// instance with PrivacyPreparer.Texts.
	Prepare Preparer

	// Repeats leaves out repeated texts and boilerplate after Prepare; nil leaves
	// out nothing. Looking for boilerplate takes a third reading of the texts.
	Repeats *Repeats

	// Repair puts misspelt words right, and missing spaces back, before Model reads
	// the texts and before words are counted; see package text/repair and
	// docs/robustness.md. Quotations remain as they were written. RepairAuto, the
	// zero value, does so if 5 % of the words of the texts look misspelt, judged by
	// Model's method Words; models without one, or with few words, are given the
	// texts as they are. Cleaning.Repair says what was decided. Counting the words
	// takes one more reading, which is the one for boilerplate with Repeats.
	// RepairOn with Vectors is an ErrOptions.
	//
	// A Segmenter keeps the frequent words, of five users or more, in plain text.
	// Its methods put words right as the first run did, at RepairAuto also if the
	// first 5,000 of the new texts are noisy and the first run's were not.
	Repair Repair

	// Features joins what the texts' Meta says of users to the vectors of their
	// texts; nil: segments are found by texts alone. See package features for the
	// rules and docs/features.md for what it changes. Not with PoolMixture, which
	// clusters texts.
	Features *features.Options

	Pooling  Pooling       // how a user's texts are combined into one vector; zero: PoolMean
	HalfLife time.Duration // for PoolRecency; 0: DefaultHalfLife

	// Reduce projects the users' vectors before they are clustered; nil: no
	// reduction.
	Reduce reduce.Reducer
	// Clusterer finds the segments; nil: KMeans with K segments and Seed.
	Clusterer cluster.Clusterer
	K         int    // number of segments of the default Clusterer; 0: DefaultK, or as many as there are users who differ
	Seed      uint64 // seed of everything random
	// Threads is the number of goroutines of the default Clusterer and the
	// scores; 0: GOMAXPROCS. Results do not depend on it.
	Threads int

	// Rest says what becomes of users whom the Clusterer leaves out, or of their
	// texts with PoolMixture; zero: RestUnassigned. RestByWords takes one more reading
	// of the texts, and keeps each user's distinct words in memory.
	Rest Rest
	// RestThreshold is the least membership (RestByMembership) or cosine of words
	// (RestByWords), 0 to 1, with which they join a segment; the others stay
	// Unassigned. RestByCentre has none, and refuses it.
	RestThreshold float64

	// Memberships adds to each User their degree of membership of every segment;
	// see cluster.Memberships and User.Memberships.
	Memberships bool

	// Refine trains on the texts themselves once the Clusterer has found segments:
	// see package refine. Resamples judge the result, and Run.Refine says whether it
	// was kept, and why. If not, the segments are those of the Clusterer, as they are
	// where it leaves users out. New users are placed by those of the run who are
	// most like them; the Segmenter keeps their vectors for that. It takes one more
	// reading of the texts, and keeps each user's distinct words in memory. Not with
	// PoolMixture and Features. AutoPipeline does so without being asked.
	Refine bool

	// Edits are applied to the segments that the clusterer found. Their names are
	// passed through Prepare if it is a NamePreparer.
	Edits []Edit

	// Bootstrap is the number of resamples that the stability of segments is
	// measured on; 0: DefaultBootstrap, negative: none.
	Bootstrap int

	// Sentiment scores the sentiment of texts; nil: none.
	Sentiment Sentiment
	// Rating is the name of the Meta field that holds the user's rating as a
	// number (stars); "": none. If no text has one, Segment returns an
	// ErrOptions; values that are not finite numbers count as
	// Counts.UnreadRatings.
	Rating string

	// MinUsers is the minimum number of users of a segment for quotations and
	// suggestions; 0: DefaultMinUsers.
	MinUsers int
	// Quotes is the number of quotations of each kind per segment, at most
	// 10,000; 0: 3.
	Quotes int
	// Shades is the number of users of each segment whose first deciding text has
	// its words measured (Deciding.Words), by a pass of Model without each: from the
	// user with the largest margin to the one nearest the border. 0: DefaultShades,
	// or fewer if that makes more than 200 users; negative: none. Where a segment
	// has no more users, all of them.
	Shades int
	// Splitter splits texts into the words of keywords and explanations. The zero
	// value splits Chinese into pairs of characters; package text/chinese
	// provides words. Splitter does not affect what Model reads.
	Splitter text.Splitter
	// Lemma maps a lower-case word to the form under which its inflections are
	// counted as one; they are shown in their most frequent form. nil means
	// english.Lemma of package text/english for English and Chinese texts, and no
	// lemmas for others. A function that returns its argument counts words as
	// they are written.
	Lemma func(word string) string
	// Lang is the language of the texts, "en" or "zh"; "" detects it.
	Lang string

	// ModelLanguages are the languages that Model was made for. Texts in other
	// languages are counted (Cleaning.Unread), since the model's vectors of them
	// say little, but they are segmented all the same. Empty: unknown, and none
	// is counted.
	ModelLanguages []text.Language

	// Memory is the limit, in bytes, for keeping the vectors of texts in memory
	// between the two readings; the rest goes to a temporary file. 0:
	// DefaultMemory.
	Memory int64

	// Cleaned, if not nil, is called when the texts have been read for the first
	// time, with what their preparation did. Of Why and Explain, it is Repair alone
	// and as decided before their texts are read.
	Cleaned func(Cleaning)

	// EachText, if not nil, is called for each text that is kept, in order,
	// during the second reading. An error it returns ends the run. Texts of users
	// without a segment have no sentiment.
	EachText func(result.Text) error

	// Progress, if not nil, is called with the progress of each stage, from one
	// goroutine.
	Progress func(Progress)
}

// Defaults of Options.
const (
	DefaultK         = 5
	DefaultBootstrap = 20
	DefaultMinUsers  = 5
	DefaultShades    = 10
	DefaultMemory    = 512 << 20
	defaultQuotes    = 3
	mostQuotes       = 10_000 // all are in the result, and several times as many in memory
	mostShades       = 200    // in all segments, by default
)

// Progress is the progress of a stage. Total is 0 while it is unknown.
type Progress struct {
	Stage       string // "read", "embed", "reduce", "cluster", "refine", "explain", "stability"
	Done, Total int
}

// withDefaults returns o with defaults in place of zero values, and with the
// names of its edits prepared.
func (o Options) withDefaults(ctx context.Context) (Options, error) {
	if err := o.check(); err != nil {
		return o, err
	}
	if err := o.takeVectors(); err != nil {
		return o, err
	}
	o.HalfLife = cmp.Or(o.HalfLife, DefaultHalfLife)
	byDefault := o.K == 0
	o.K = cmp.Or(o.K, DefaultK)
	o.Bootstrap = cmp.Or(o.Bootstrap, DefaultBootstrap)
	o.MinUsers = cmp.Or(o.MinUsers, DefaultMinUsers)
	o.Quotes = cmp.Or(o.Quotes, defaultQuotes)
	o.Memory = cmp.Or(o.Memory, DefaultMemory)
	if o.Clusterer == nil {
		o.Clusterer = cluster.KMeans{K: o.K, Seed: o.Seed, Threads: o.Threads}
		if byDefault {
			o.Clusterer = cluster.AtMost{Clusterer: o.Clusterer}
		}
	}
	var err error
	o.Edits, err = preparedNames(ctx, o.Edits, o.Prepare)
	return o, err
}

func (o *Options) check() error {
	if o.Model == nil && o.Vectors == nil {
		return ErrNoModel
	}
	if int(o.Pooling) >= len(poolingNames) {
		return fmt.Errorf("%w: %v", ErrOptions, o.Pooling)
	}
	for _, c := range []struct {
		name  string
		value int64
	}{{"HalfLife", int64(o.HalfLife)}, {"K", int64(o.K)}, {"MinUsers", int64(o.MinUsers)}, {"Quotes", int64(o.Quotes)}, {"Memory", o.Memory}, {"Threads", int64(o.Threads)}} {
		if c.value < 0 {
			return fmt.Errorf("%w: %s is %d, want >= 0", ErrOptions, c.name, c.value)
		}
	}
	if o.Quotes > mostQuotes {
		return fmt.Errorf("%w: Quotes is %d, want at most %d", ErrOptions, o.Quotes, mostQuotes)
	}
	if err := o.checkRest(); err != nil {
		return err
	}
	if o.Lang != "" && o.Lang != "en" && o.Lang != "zh" {
		return fmt.Errorf("%w: Lang is %q, want en or zh", ErrOptions, o.Lang)
	}
	if err := o.checkFeatures(); err != nil {
		return err
	}
	if o.Refine && (o.Pooling == PoolMixture || o.Features != nil) {
		return fmt.Errorf("%w: Refine trains on users' vectors, and takes neither PoolMixture nor Features", ErrOptions)
	}
	if err := o.checkRepair(); err != nil {
		return err
	}
	if _, ok := o.Clusterer.(AutoPipeline); ok && (o.Reduce != nil || o.Features != nil) {
		return fmt.Errorf("%w: AutoPipeline chooses how vectors are reduced, so it takes neither Reduce nor Features", ErrOptions)
	}
	return o.Repeats.Check()
}

// preparedNames returns edits with their names prepared if p prepares names.
func preparedNames(ctx context.Context, edits []Edit, p Preparer) ([]Edit, error) {
	namer, ok := p.(NamePreparer)
	if !ok {
		return edits, nil
	}
	edits = slices.Clone(edits)
	for i := range edits {
		if edits[i].Name == "" {
			continue
		}
		var err error
		if edits[i].Name, err = namer.PrepareName(ctx, edits[i].Name); err != nil {
			return nil, fmt.Errorf("preparing the name of an edit: %w", err)
		}
	}
	return edits, nil
}

// refines reports whether segments are trained on the texts: if asked for, and by
// an AutoPipeline that clusters users.
func (o *Options) refines() bool {
	a, ok := o.Clusterer.(AutoPipeline)
	return o.Refine || ok && !a.Unrefined && o.Pooling != PoolMixture
}

// placesByWords reports whether finding the segments, before any training, takes
// users' words with content.
func (o *Options) placesByWords() bool {
	_, plans := o.Clusterer.(AutoPipeline)
	return o.Rest == RestByWords || plans && o.Pooling != PoolMixture
}

// showField returns the function that prepares the names of fields of Meta, nil
// if Prepare prepares no names.
func (o *Options) showField() func(context.Context, string) (string, error) {
	if namer, ok := o.Prepare.(NamePreparer); ok {
		return namer.PrepareName
	}
	return nil
}

// report returns the progress function that is passed to the stages.
func (o *Options) report() progress.Func {
	if o.Progress == nil {
		return nil
	}
	return func(stage string, done, total int) { o.Progress(Progress{stage, done, total}) }
}

// needModel checks that there is something to take vectors from.
func (o *Options) needModel() error {
	if o.Model == nil && o.Vectors == nil {
		return ErrNoModel
	}
	return o.takeVectors()
}

// takeVectors checks Options.Vectors, and sets Model if only they are given.
func (o *Options) takeVectors() error {
	if o.Vectors == nil {
		return nil
	}
	_, dim := o.Vectors.Dims()
	if dim == 0 {
		return fmt.Errorf("%w: Vectors have no features", ErrOptions)
	}
	if o.Model == nil {
		o.Model = vectorsOnly(dim)
	}
	if want := o.Model.Dim(); dim != want {
		return &estimator.ShapeError{Estimator: "cohort", What: "features of the vectors of " + o.Model.Name(), Got: dim, Want: want}
	}
	return nil
}

// given returns the number of vectors, or nil if Model makes them.
func (o *Options) given() *int {
	if o.Vectors == nil {
		return nil
	}
	n, _ := o.Vectors.Dims()
	return &n
}

// wordModel returns the model that embeds variants of texts, or nil if there is
// none.
func (o *Options) wordModel() pool.Embedder {
	if _, ok := o.Model.(vectorsOnly); ok {
		return nil
	}
	return o.Model
}

func (o *Options) checkFeatures() error {
	if o.Features == nil {
		return nil
	}
	if err := o.Features.Check(); err != nil {
		return err
	}
	if o.Pooling == PoolMixture {
		return fmt.Errorf("%w: Features describe users, and PoolMixture clusters texts", ErrOptions)
	}
	return nil
}

// checkRepair checks Repair.
func (o *Options) checkRepair() error {
	if err := o.Repair.Check(); err != nil {
		return err
	}
	if o.Repair == RepairOn && o.Vectors != nil {
		return fmt.Errorf("%w: Repair changes what Model reads, and Vectors are made already", ErrOptions)
	}
	return nil
}

// mend says how the words of the first run's texts are put right.
func (o *Options) mend() *reading.Mend {
	if o.Repair == RepairOff || o.Vectors != nil {
		return nil
	}
	m := &reading.Mend{Mode: o.Repair}
	if d, ok := o.Splitter.Chinese.(interface {
		Dictionary() iter.Seq2[string, int]
	}); ok {
		m.Dictionary = d.Dictionary()
	}
	if w, ok := o.Model.(interface{ Words() []string }); ok {
		m.Vocabulary = w.Words()
	}
	return m
}

// cleaned tells what preparation did.
func (o *Options) cleaned(r *reading.Reader) {
	if o.Cleaned != nil {
		o.Cleaned(r.Survey().Cleaning)
	}
}

// featureWeight is the weight of features, 1 by default.
func (o *Options) featureWeight() float64 {
	if o.Features == nil {
		return 1
	}
	return cmp.Or(o.Features.Weight, 1)
}

// featureFields returns the fields of Meta that features are made from.
func (o *Options) featureFields() []string {
	if o.Features == nil {
		return nil
	}
	var out []string
	for _, c := range o.Features.Columns {
		out = append(out, cmp.Or(c.From, c.Name))
	}
	return out
}

// legible returns the function by which the model reports whether it can read a
// text, or nil if it has none. A bert.Model has one.
func legible(m Embedder) func(string) bool {
	if l, ok := m.(interface{ Legible(text string) bool }); ok {
		return l.Legible
	}
	return nil
}
