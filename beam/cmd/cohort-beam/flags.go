package main

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"time"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/beam"
	"github.com/seed-56ee9438/cohort/beam/internal/workers"
)

// flags are the command's own flags; those of Beam are beside them.
type flags struct {
	in, out, work string
	read          beam.ReadOptions
	columns       string
	timeFormats   string
	onError       string
	nulls         string

	model, precision string
	threads          int

	clean, boilerplate, near, keyFile string
	noMask                            bool
	minLetters, boilerplateRows       int

	pooling  string
	halfLife float64

	algorithm                  string
	k, maxIter, rounds         int
	seed                       uint64
	tol                        float64
	batchSize, miniBatches     int
	batches, blocks            int
	reportUsers, attempts      int
	minUsers, quotes, boot     int
	lang, title, sentimentHead string
	stats                      bool
	workers                    int

	started func(*workers.Pool) // for tests: called when there is a pool
}

func (f *flags) add(s *flag.FlagSet) {
	s.StringVar(&f.in, "in", "", "files, directories or patterns, separated by commas, or a table (postgres://…, sqlite:FILE); a file is a shard")
	s.StringVar(&f.out, "out", "", "write report.html, report.json, segments.csv and segmenter.cohort to this directory")
	s.StringVar(&f.work, "work", "", "directory for what pipelines hand on, which all workers can read and write (default: work in --out)")
	s.StringVar(&f.read.Format, "format", "", "format of the input if its name does not tell")
	s.StringVar(&f.read.TextColumn, "text-column", "", "column with the text (default \"text\")")
	s.StringVar(&f.read.UserColumn, "user-column", "", "column with the user (default \"user\" if there is one; otherwise every text is a user of its own)")
	s.StringVar(&f.read.WeightColumn, "weight-column", "", "column with the weight of the text")
	s.StringVar(&f.read.TimeColumn, "time-column", "", "column with the date of the text")
	s.StringVar(&f.timeFormats, "time-format", "", "formats of the dates, separated by commas")
	s.StringVar(&f.read.RatingColumn, "rating", "", "column with a rating that the user gave")
	s.StringVar(&f.columns, "meta", "", "compare segments on these columns, separated by commas")
	s.StringVar(&f.read.Encoding, "encoding", "", "encoding of the input (default: told by its bytes)")
	s.StringVar(&f.read.Delimiter, "delimiter", "", "character between the fields of CSV or TSV (default: told by the file)")
	s.BoolVar(&f.read.LazyQuotes, "lazy-quotes", false, "accept stray quotation marks in CSV or TSV")
	s.BoolVar(&f.read.Multiline, "multiline", false, "accept quoted fields over lines that look like rows of their own")
	s.StringVar(&f.read.Table, "table", "", "name of the table of a database")
	s.StringVar(&f.read.Query, "query", "", "query in SQL of which the rows are read from a database")
	s.StringVar(&f.read.MissingUser, "missing-user", "separate", "treatment of rows without a user: separate, one or skip")
	s.StringVar(&f.nulls, "null-values", "", "values that stand for none, separated by commas (default: NULL, N/A, none and such)")
	s.StringVar(&f.onError, "on-error", "stop", "reaction to a row that cannot be read: stop or skip")
	s.StringVar(&f.model, "model", "minilm", "model for embedding: minilm (English), bge-zh (Chinese), or a directory that all workers can read")
	s.StringVar(&f.precision, "precision", "float32", "precision of the encoder: float32 or int8")
	s.IntVar(&f.threads, "threads", 0, "number of threads of a bundle (0 means all cores)")
	s.StringVar(&f.clean, "clean", "standard", "steps of cleaning: standard or none")
	s.BoolVar(&f.noMask, "no-mask", false, "do not mask personal data")
	s.StringVar(&f.keyFile, "user-key-file", "", "hash users' names with the key in this file (16 bytes or more)")
	s.StringVar(&f.near, "near-duplicates", "user", "drop near-duplicates among the texts of each user (user), or keep them (keep)")
	s.StringVar(&f.boilerplate, "boilerplate", "drop", "action for sentences that many texts share: drop or keep")
	s.IntVar(&f.boilerplateRows, "boilerplate-rows", 1_000_000, "look for boilerplate in so many texts, the first; this machine reads them")
	s.IntVar(&f.minLetters, "min-letters", 0, "drop texts with fewer letters and digits than this")
	s.StringVar(&f.pooling, "pooling", "mean", "method of making one vector of a user's texts: mean or recency")
	s.Float64Var(&f.halfLife, "half-life", 90, "with --pooling recency, a text counts half after this many days")
	s.StringVar(&f.algorithm, "algorithm", "kmeans", "clustering algorithm: kmeans or minibatch")
	s.IntVar(&f.k, "k", cohort.DefaultK, "number of segments")
	s.Uint64Var(&f.seed, "seed", 0, "seed of everything random")
	s.Float64Var(&f.tol, "tol", 1e-4, "kmeans: stop when all centres move less than this, relative to the variance")
	s.IntVar(&f.maxIter, "max-iter", 300, "kmeans: most rounds")
	s.IntVar(&f.rounds, "rounds", 10, "kmeans: rounds in one pipeline")
	s.IntVar(&f.batchSize, "batch-size", 1024, "minibatch: users of a batch")
	s.IntVar(&f.miniBatches, "mini-batches", 100, "minibatch: number of batches")
	s.IntVar(&f.batches, "batches", beam.DefaultBatches, "groups of texts that a worker prepares and embeds at once")
	s.IntVar(&f.blocks, "blocks", beam.DefaultBlocks, "groups of users that a worker sums at once")
	s.IntVar(&f.reportUsers, "report-users", 100_000, "most users of whom the report shows quotations, the map and stability; of more, it shows some at random")
	s.IntVar(&f.attempts, "attempts", 3, "run a pipeline at most so many times until it succeeds")
	s.IntVar(&f.minUsers, "min-users", 0, "quote no segment with fewer users than this (0 means 5)")
	s.IntVar(&f.quotes, "quotes", 0, "number of quotations of each kind (0 means 3)")
	s.IntVar(&f.boot, "bootstrap", 0, "number of resamples on which to measure stability (0 means 20, -1 none)")
	s.StringVar(&f.lang, "lang", "", "language of the report, en or zh (default: that of the texts)")
	s.StringVar(&f.title, "title", "", "title of the report")
	s.StringVar(&f.sentimentHead, "sentiment", "auto", "scoring of sentiment: auto (if there is a head for the model) or none")
	s.BoolVar(&f.stats, "stats", false, "print counts and the seconds of each pipeline to standard error as one line of JSON")
	s.IntVar(&f.workers, "workers", 0, "on this machine (--runner prism): number of worker processes; 0: this process")
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// check checks the flags and completes the options that they stand for.
func (f *flags) check() error {
	switch {
	case f.in == "":
		return usagef("--in is missing")
	case f.out == "":
		return usagef("--out is missing")
	case f.k < 2 || f.maxIter < 1 || f.rounds < 1 || f.batches < 1 || f.blocks < 1 || f.reportUsers < f.k || f.attempts < 1:
		return usagef("want --k of 2 or more, --max-iter, --rounds, --batches, --blocks and --attempts of 1 or more, and --report-users of --k or more")
	case f.batchSize < 1 || f.miniBatches < 1 || f.minLetters < 0 || f.boilerplateRows < 1 || f.workers < 0 || f.threads < 0 || f.minUsers < 0 || f.quotes < 0:
		return usagef("a number is out of range")
	case f.halfLife <= 0 || f.halfLife > 36500:
		return usagef("--half-life is %v, want a number of days above 0", f.halfLife)
	case f.tol != f.tol || f.tol < 0:
		return usagef("--tol is %v, want 0 or more", f.tol)
	}
	for _, c := range []struct{ name, value, a, b string }{
		{"algorithm", f.algorithm, "kmeans", "minibatch"}, {"pooling", f.pooling, "mean", "recency"}, {"precision", f.precision, "float32", "int8"},
		{"near-duplicates", f.near, "user", "keep"}, {"boilerplate", f.boilerplate, "drop", "keep"}, {"clean", f.clean, "standard", "none"},
		{"on-error", f.onError, "stop", "skip"}, {"sentiment", f.sentimentHead, "auto", "none"},
	} {
		if c.value != c.a && c.value != c.b {
			return usagef("--%s is %q, want %s or %s", c.name, c.value, c.a, c.b)
		}
	}
	if f.lang != "" && f.lang != "en" && f.lang != "zh" {
		return usagef("--lang is %q, want en or zh", f.lang)
	}
	if f.pooling == "recency" && f.read.TimeColumn == "" {
		return usagef("--pooling recency requires --time-column")
	}
	f.read.Columns, f.read.TimeFormats, f.read.Skip = list(f.columns), list(f.timeFormats), f.onError == "skip"
	if f.nulls != "" {
		f.read.Nulls = list(f.nulls)
	}
	if f.work == "" {
		f.work = strings.TrimSuffix(f.out, "/") + "/work"
	}
	return nil
}

func (f *flags) modelOptions() beam.ModelOptions {
	return beam.ModelOptions{Name: f.model, Int8: f.precision == "int8", Threads: f.threads}
}

// prepare returns the options of Prepare, without the boilerplate.
func (f *flags) prepare() (beam.PrepareOptions, error) {
	o := beam.PrepareOptions{
		Batches: f.batches, NoClean: f.clean == "none", NoMask: f.noMask, KeepNearDuplicates: f.near == "keep", MinLetters: f.minLetters,
		Seed: f.seed, Model: f.modelOptions(),
	}
	if f.keyFile != "" {
		key, err := os.ReadFile(f.keyFile)
		if err != nil {
			return o, err
		}
		o.UserKey = key
	}
	return o, nil
}

func (f *flags) pool() beam.PoolOptions {
	o := beam.PoolOptions{Blocks: f.blocks}
	if f.pooling == "recency" {
		o.HalfLife = f.life()
	}
	return o
}

func (f *flags) life() time.Duration { return time.Duration(f.halfLife * 24 * float64(time.Hour)) }

// settings describes everything that the files in --work depend on.
func (f *flags) settings(shards []beam.Shard, o *beam.PrepareOptions) ([]byte, error) {
	key := o.UserKey
	o.UserKey = nil // not to be written; another key gives other users
	defer func() { o.UserKey = key }()
	return json.Marshal(struct {
		Shards  []beam.Shard
		Read    beam.ReadOptions
		Prepare beam.PrepareOptions
		Pool    beam.PoolOptions
		KeyFile string
		K       int
		By      string
		Tol     float64
		Mini    [2]int
	}{shards, f.read, *o, f.pool(), f.keyFile, f.k, f.algorithm, f.tol, [2]int{f.batchSize, f.miniBatches}})
}
