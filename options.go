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
	"github.com/seed-56ee9438/cohort/internal/progress"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
)

// Embedder turns texts into vectors. *bert.Model is one.
type Embedder interface {
	// EmbedSeq yields one vector [Dim] a text, in order. It may range over the
	// texts ahead of what it has yielded, and reuse a vector's memory after
	// the next has been asked for. The first error ends it.
	EmbedSeq(ctx context.Context, texts iter.Seq[string]) iter.Seq2[[]float32, error]
	// Dim is the length of a vector.
	Dim() int
	// Name is the model's name for people.
	Name() string
	// Digest identifies weights and configuration: hex SHA-256.
	Digest() string
}

// Feeling is the sentiment of one text.
type Feeling = sentiment.Feeling

// Sentiment scores the feeling of texts. A *sentiment.Head and a
// sentiment.Classified are such.
type Sentiment interface {
	// Feelings returns one Feeling a text; vectors [len(texts), dim] are the
	// model's for these texts, each of length 1.
	Feelings(ctx context.Context, texts []string, vectors mat.Matrix) ([]Feeling, error)
	// Describe names the method, for the report.
	Describe() string
}

var (
	_ Sentiment = (*sentiment.Head)(nil)
	_ Sentiment = sentiment.Classified{}
)

// Options say how users are segmented. Only Model must be set.
type Options struct {
	Model Embedder

	// Prepare cleans and masks every text before anything else sees it; nil
	// takes texts as they are. Users' names and Meta are the caller's to mask
	// (PrivacyPreparer.Texts does).
	Prepare Preparer

	// Repeats leave out what texts repeat of one another after they were prepared;
	// nil: nothing. With boilerplate to be found the texts are read three times,
	// not twice.
	Repeats *Repeats

	Pooling  Pooling       // how a user's texts make one vector; zero: PoolMean
	HalfLife time.Duration // for PoolRecency; 0: DefaultHalfLife

	// Reduce projects the users' vectors before they are clustered; nil: not.
	Reduce reduce.Reducer
	// Clusterer finds the segments; nil: KMeans with K segments and Seed.
	Clusterer cluster.Clusterer
	K         int    // segments for the default Clusterer; 0: DefaultK
	Seed      uint64 // of everything that draws at random
	// Threads is how many goroutines the default Clusterer and the scores use;
	// 0: GOMAXPROCS. Results do not depend on it.
	Threads int

	// Edits are applied to the segments that the clusterer found, with names that
	// passed through Prepare where it is a NamePreparer.
	Edits []Edit

	// Bootstrap is how many resamplings the stability of segments is measured
	// on; 0: DefaultBootstrap, below 0: none.
	Bootstrap int

	// Sentiment scores the feeling of texts; nil: none.
	Sentiment Sentiment
	// Rating names the Meta field that holds a number the user gave (stars).
	Rating string

	// MinUsers is the fewest users a segment may have to be quoted or to get
	// suggestions; 0: DefaultMinUsers.
	MinUsers int
	// Quotes is how many quotations of each kind a segment gets; 0: 3.
	Quotes int
	// Splitter cuts texts into the words that keywords and explanations are made
	// of. The zero value cuts Chinese into pairs of characters; give it package
	// text/chinese's words. What the Model reads is the text itself.
	Splitter text.Splitter
	// Lemma gives the form of a lower-case word under which its inflections count
	// as one; they are shown as most often written. nil is english.Lemma of
	// package text/english for English and Chinese texts, and none for others. A
	// function that returns its argument counts words as they are written.
	Lemma func(word string) string
	// Lang is the language of the texts, "en" or "zh"; "" tells by the texts.
	Lang string

	// ModelLanguages are the languages that Model was made for. Texts in others are
	// counted (Cleaning.Unread), since where the model puts them says little; they
	// are segmented all the same. Empty: not known, and none is counted.
	ModelLanguages []text.Language

	// Memory bounds the bytes that texts' vectors take between the two
	// readings; what is over goes to a temporary file. 0: DefaultMemory.
	Memory int64

	// EachText, when not nil, is told of each text that is taken in, in their order,
	// while the texts are read for the second time; its error ends the run. Texts
	// of users without a segment have no sentiment.
	EachText func(result.Text) error

	// Progress, when not nil, is told how far a stage is, from one goroutine.
	Progress func(Progress)
}

// What zero values of Options mean.
const (
	DefaultK         = 5
	DefaultBootstrap = 20
	DefaultMinUsers  = 5
	DefaultMemory    = 512 << 20
	defaultQuotes    = 3
)

// Progress says how far a stage is. Total is 0 while it is not known.
type Progress struct {
	Stage       string // "read", "embed", "reduce", "cluster", "explain", "stability"
	Done, Total int
}

// withDefaults returns o with its zero values filled in, and the names of its edits
// prepared.
func (o Options) withDefaults(ctx context.Context) (Options, error) {
	if err := o.check(); err != nil {
		return o, err
	}
	o.HalfLife = cmp.Or(o.HalfLife, DefaultHalfLife)
	o.K = cmp.Or(o.K, DefaultK)
	o.Bootstrap = cmp.Or(o.Bootstrap, DefaultBootstrap)
	o.MinUsers = cmp.Or(o.MinUsers, DefaultMinUsers)
	o.Quotes = cmp.Or(o.Quotes, defaultQuotes)
	o.Memory = cmp.Or(o.Memory, DefaultMemory)
	if o.Clusterer == nil {
		o.Clusterer = cluster.KMeans{K: o.K, Seed: o.Seed, Threads: o.Threads}
	}
	var err error
	o.Edits, err = preparedNames(ctx, o.Edits, o.Prepare)
	return o, err
}

func (o *Options) check() error {
	if o.Model == nil {
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
	if o.Lang != "" && o.Lang != "en" && o.Lang != "zh" {
		return fmt.Errorf("%w: Lang is %q, want en or zh", ErrOptions, o.Lang)
	}
	return o.Repeats.Check()
}

// preparedNames are edits with their names prepared, where p prepares names.
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

// report is the Progress that stages are given.
func (o *Options) report() progress.Func {
	if o.Progress == nil {
		return nil
	}
	return func(stage string, done, total int) { o.Progress(Progress{stage, done, total}) }
}
