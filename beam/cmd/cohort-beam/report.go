package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort"
	"github.com/seed-56ee9438/cohort/beam"
	"github.com/seed-56ee9438/cohort/bert"
	"github.com/seed-56ee9438/cohort/internal/atomicfile"
	"github.com/seed-56ee9438/cohort/report"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/sentiment"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
)

// sample are the texts of the users whom the report shows: all of them, or, if
// there are more than --report-users, those of some batches, which are random
// users.
type sample struct {
	texts  []cohort.Text
	known  *known
	users  int
	survey beam.Survey
	all    bool
}

// report writes what "cohort segment" writes. One machine finds the reasons for
// the segments, from texts whose vectors and centres are those of the pipelines.
func (j *job) report(ctx context.Context) error {
	m, err := j.modelOptions().Load()
	if err != nil {
		return err
	}
	some, err := j.sample(ctx, m)
	if err != nil {
		return err
	}
	o, err := j.options(m, some)
	if err != nil {
		return err
	}
	segmenter, err := cohort.Fit(ctx, cohort.Slice(some.texts), o)
	if err != nil {
		return fmt.Errorf("%s: %w", j.in, err)
	}
	seg := segmenter.Segmentation()
	segments := func(w io.Writer) error { return report.WriteCSV(w, seg) }
	if !some.all {
		if segments, err = j.whole(ctx, seg, some); err != nil {
			return err
		}
	}
	return writeFiles(j.out, map[string]func(io.Writer) error{
		"report.html":      func(w io.Writer) error { return report.Page{Lang: j.lang, Title: j.title}.Write(w, seg) },
		"report.json":      func(w io.Writer) error { return result.WriteJSON(w, seg) },
		"segments.csv":     segments,
		"segmenter.cohort": segmenter.Save,
	})
}

// writeFiles writes files, the report last.
func writeFiles(dir string, files map[string]func(io.Writer) error) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, name := range []string{"segments.csv", "segmenter.cohort", "report.json", "report.html"} {
		if err := atomicfile.Write(filepath.Join(dir, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// sample reads batches until there are enough users.
func (j *job) sample(ctx context.Context, m *bert.Model) (*sample, error) {
	files, err := beam.Files(ctx, j.work, beam.BatchFile)
	if err != nil {
		return nil, err
	}
	out := &sample{known: newKnown(m), all: true}
	type row struct {
		at int
		t  cohort.Text
	}
	var rows []row
	for n, name := range files {
		if n > 0 && out.users >= j.reportUsers {
			out.all = false
			break
		}
		b, err := beam.OpenBatch(ctx, name)
		if err != nil {
			return nil, err
		}
		if n > 0 && out.users+len(b.Users) > j.reportUsers {
			out.all = false
			break
		}
		out.users += len(b.Users)
		out.survey.Add(&b.Survey)
		for i, t := range b.Texts.Texts {
			rows = append(rows, row{b.Rows[i], t})
		}
		for i := range b.Items {
			out.known.add(b.Items[i].Plain, b.Vector(i))
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.at, b.at) })
	for _, r := range rows {
		out.texts = append(out.texts, r.t)
	}
	return out, nil
}

// options returns the options of the run on one machine.
func (j *job) options(m *bert.Model, some *sample) (cohort.Options, error) {
	p, err := j.prepare.Preparer()
	if err != nil {
		return cohort.Options{}, err
	}
	o := cohort.Options{
		Model: some.known, Repeats: j.prepare.Repeats(), K: j.k, Seed: j.seed, Threads: j.threads, Rating: j.read.RatingColumn,
		MinUsers: j.minUsers, Quotes: j.quotes, Bootstrap: j.boot, Splitter: text.Splitter{Chinese: chinese.Lazy{}},
		Clusterer: &placed{j: j, some: some},
	}
	if p.Describe() != "" {
		o.Prepare = p
	}
	if some.all && (j.boilerplate == "keep" || j.allSearched()) {
		o.Repeats.KeepBoilerplate = j.boilerplate == "keep" // it is found again, the same
	} else if j.prepare.Boilerplate != nil {
		o.Repeats.KeepBoilerplate = true
		o.Prepare = stripped{Preparer: p, filter: j.filter()}
	}
	if j.pooling == "recency" {
		o.Pooling, o.HalfLife = cohort.PoolRecency, j.life()
	}
	switch j.model {
	case "minilm":
		o.ModelLanguages = []text.Language{text.English}
	case "bge-zh":
		o.ModelLanguages = []text.Language{text.Chinese}
	}
	if j.sentimentHead == "auto" {
		o.Sentiment, err = head(m)
	}
	return o, err
}

// head returns the sentiment head for the model's vectors, or nil if there is
// none.
func head(m *bert.Model) (cohort.Sentiment, error) {
	for _, read := range []func() (*sentiment.Mixed, error){sentiment.English, sentiment.Chinese} {
		h, err := read()
		if err != nil {
			return nil, err
		}
		if h.Encoder() == m.Name() {
			return h, nil
		}
	}
	return nil, nil
}

// whole changes a segmentation of some users into one of all, as far as
// pipelines know: the sizes, words and scores of segments. It returns what
// writes the segments of all users.
func (j *job) whole(ctx context.Context, seg *cohort.Segmentation, some *sample) (func(io.Writer) error, error) {
	ids, err := j.segmentOf(ctx, seg)
	if err != nil {
		return nil, err
	}
	counter, err := j.words(ctx, seg.Lang)
	if err != nil {
		return nil, err
	}
	survey, quiet, err := j.surveyAll(ctx)
	if err != nil {
		return nil, err
	}
	texts, _ := counter.Totals()
	for c, id := range ids {
		p := seg.Profile(id)
		if p == nil {
			continue
		}
		p.Users, p.Texts, p.Share = j.scores.Sizes[c], texts[c], float64(j.scores.Sizes[c])/float64(j.scores.Users)
		beam.SetWords(p, counter, c)
	}
	seg.Counts.Users, seg.Counts.Texts, seg.Counts.EmptyTexts = j.scores.Users+quiet, survey.Kept, survey.Empty
	seg.Counts.NoText, seg.Counts.Unassigned = quiet, quiet
	seg.Scores.CalinskiHarabasz, seg.Scores.DaviesBouldin = j.scores.CalinskiHarabasz, j.scores.DaviesBouldin
	seg.Cleaning.NearDuplicates, seg.Cleaning.Short, seg.Cleaning.Illegible = survey.NearDuplicates, survey.Short, survey.Illegible
	seg.Cleaning.Boilerplate, seg.Cleaning.Changed = survey.Boilerplate, survey.Changed
	seg.Cleaning.Languages = map[text.Language]int{}
	for l, n := range survey.Languages {
		seg.Cleaning.Languages[text.Language(l)] = n
	}
	seg.Privacy.Masked = survey.Masked
	return func(w io.Writer) error { return j.writeSegments(ctx, w, seg, ids) }, nil
}

// words counts the words of all texts.
func (j *job) words(ctx context.Context, lang string) (*beam.Counter, error) {
	o := beam.TermsOptions{Clusters: j.k, Lang: lang}
	err := j.pipeline(ctx, "terms", func(s sdk.Scope) error {
		batches, err := j.input(ctx, s, beam.BatchFile)
		if err != nil {
			return err
		}
		placed, err := j.input(ctx, s, beam.PlacedFile)
		if err != nil {
			return err
		}
		counts, err := beam.Terms(s, o, beam.ReadBatches(s, batches), beam.ReadPlaced(s, placed))
		if err != nil {
			return err
		}
		beam.WriteCounts(s, j.work, counts)
		return nil
	})
	if err != nil {
		return nil, err
	}
	counts, err := beam.OpenCounts(ctx, j.work)
	if err != nil {
		return nil, err
	}
	c := o.NewCounter()
	return c, beam.AddCounts(c, counts)
}
