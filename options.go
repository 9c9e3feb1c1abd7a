package cohort

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort/cluster"
	"github.com/seed-56ee9438/cohort/reduce"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

// Options say how users are segmented. Only Model must be set.
type Options struct {
	Model Embedder

	// Prepare cleans and masks every text before anything else sees it; nil
	// takes texts as they are. Users' names and Meta are the caller's to mask
	// (Privately.Texts does).
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

	// Reads are the languages that Model was made for. Texts in others are counted
	// (Cleaning.Unread), since where the model puts them says little; they are
	// segmented all the same. Empty: not known, and none is counted.
	Reads []text.Language

	// Memory bounds the bytes that texts' vectors take between the two
	// readings; what is over goes to a temporary file. 0: DefaultMemory.
	Memory int64

	// Progress, when not nil, is told how far a stage is, from one goroutine.
	Progress func(Progress)

	boilerplate *repeats.Stripper // of the first run, to place users

	assign bool   // users are only placed: any number of them will do
	chosen string // why Auto chose what it did
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

func (o Options) withDefaults() (Options, error) {
	if o.Model == nil {
		return o, ErrNoModel
	}
	if int(o.Pooling) >= len(poolingNames) {
		return o, fmt.Errorf("%w: %v", ErrOptions, o.Pooling)
	}
	for _, c := range []struct {
		name  string
		value int64
	}{{"HalfLife", int64(o.HalfLife)}, {"K", int64(o.K)}, {"MinUsers", int64(o.MinUsers)}, {"Quotes", int64(o.Quotes)}, {"Memory", o.Memory}, {"Threads", int64(o.Threads)}} {
		if c.value < 0 {
			return o, fmt.Errorf("%w: %s is %d, want >= 0", ErrOptions, c.name, c.value)
		}
	}
	if o.Lang != "" && o.Lang != "en" && o.Lang != "zh" {
		return o, fmt.Errorf("%w: Lang is %q, want en or zh", ErrOptions, o.Lang)
	}
	if err := o.Repeats.check(); err != nil {
		return o, err
	}
	if o.HalfLife == 0 {
		o.HalfLife = DefaultHalfLife
	}
	if o.K == 0 {
		o.K = DefaultK
	}
	if o.Bootstrap == 0 {
		o.Bootstrap = DefaultBootstrap
	}
	if o.MinUsers == 0 {
		o.MinUsers = DefaultMinUsers
	}
	if o.Quotes == 0 {
		o.Quotes = defaultQuotes
	}
	if o.Memory == 0 {
		o.Memory = DefaultMemory
	}
	return o, nil
}

func (o *Options) progress(stage string, done, total int) {
	if o.Progress != nil {
		o.Progress(Progress{stage, done, total})
	}
}

// segmentsWanted is the number of segments the clusterer was told to find, 0
// where it is to find out.
func (o *Options) segmentsWanted() int {
	if o.Clusterer == nil {
		return o.K
	}
	return cluster.Wanted(o.Clusterer)
}

func finiteWeight(w float64) bool { return w >= 0 && !math.IsNaN(w) && !math.IsInf(w, 0) }

// rating returns the number that Options.Rating names, if the text has it.
func (o *Options) rating(t Text) (float64, bool) {
	if o.Rating == "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(t.Meta[o.Rating]), 64)
	return x, err == nil && x-x == 0
}

// durationOr is a saved half-life, or the default where none was saved.
func durationOr(ns int64) time.Duration {
	if ns <= 0 {
		return DefaultHalfLife
	}
	return time.Duration(ns)
}
