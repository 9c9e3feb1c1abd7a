package beam

import (
	"context"
	"fmt"
	"reflect"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/internal/profile"
	"github.com/seed-56ee9438/cohort/result"
	"github.com/seed-56ee9438/cohort/text"
	"github.com/seed-56ee9438/cohort/text/chinese"
	"github.com/seed-56ee9438/cohort/text/keyword"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[labelledFn]())
	sdk.RegisterType(reflect.TypeFor[countFn]())
	sdk.RegisterType(reflect.TypeFor[mergeFn]())
	sdk.RegisterFunction(numberedFn)
}

// Count says how many texts and users of each cluster use a word or a phrase.
// The Count without a Term holds the numbers of all texts, and the sums of the
// counts of all words.
type Count struct {
	keyword.Count
	Sizes []int // [clusters]; of the Count without a Term
}

// TermsOptions say what Terms counts.
type TermsOptions struct {
	Clusters int
	Lang     string // language of the texts, "en" or "zh"
	// MinTexts is the number of texts below which a term is left out; 0: 2.
	MinTexts int
}

// Terms counts the words and phrases of the texts, a PCollection<Batch>, by the
// clusters of their users, a PCollection<Placed>, and returns a
// PCollection<Count>. A keyword.Counter takes the counts; see NewCounter.
func Terms(s sdk.Scope, o TermsOptions, batches, placed sdk.PCollection) (sdk.PCollection, error) {
	if err := o.check(); err != nil {
		return sdk.PCollection{}, err
	}
	s = s.Scope("cohort.Terms")
	if o.MinTexts == 0 {
		o.MinTexts = 2
	}
	labels := sdk.ParDo(s, &labelledFn{}, placed)
	joined := sdk.CoGroupByKey(s, sdk.ParDo(s, numberedFn, batches), labels)
	counts := sdk.ParDo(s, &countFn{Options: o}, joined)
	return sdk.ParDo(s, &mergeFn{Options: o}, sdk.GroupByKey(s, counts)), nil
}

// NewCounter returns an empty counter like those of Terms.
func (o *TermsOptions) NewCounter() *keyword.Counter {
	return profile.NewCounter(o.Clusters, o.Lang, text.Splitter{Chinese: chinese.Lazy{}}, nil)
}

// numberedFn gives a batch its number as key.
func numberedFn(b Batch) (int, Batch) { return b.Number, b }

// labelledFn divides placed users by batch.
type labelledFn struct{}

// ProcessElement implements a DoFn.
func (f *labelledFn) ProcessElement(p Placed, emit func(int, Placed)) {
	by := map[int]*Placed{}
	for i, n := range p.Batch {
		if by[n] == nil {
			by[n] = &Placed{Number: p.Number}
		}
		by[n].Users, by[n].Cluster = append(by[n].Users, p.Users[i]), append(by[n].Cluster, p.Cluster[i])
	}
	for n, part := range by {
		emit(n, *part)
	}
}

// countFn counts the terms of a batch.
type countFn struct{ Options TermsOptions }

// ProcessElement implements a DoFn.
func (f *countFn) ProcessElement(_ context.Context, _ int, batches func(*Batch) bool, placed func(*Placed) bool, emit func(string, Count)) {
	of := map[string]int{}
	var p Placed
	for placed(&p) {
		for i, u := range p.Users {
			of[u] = p.Cluster[i]
		}
		p = Placed{}
	}
	counter := f.Options.NewCounter()
	var b Batch
	for batches(&b) {
		for u, list := range b.byUser() {
			j, ok := of[b.Users[u].Name]
			if !ok {
				continue
			}
			for _, i := range list {
				counter.Add(j, u, b.Items[i].Clean)
			}
		}
		b = Batch{}
	}
	texts, sizes := counter.Totals()
	emit("", Count{Count: keyword.Count{Texts: texts}, Sizes: sizes})
	for c := range counter.Counts() {
		emit(c.Term, Count{Count: c})
	}
}

// byUser returns the items of each user.
func (b *Batch) byUser() [][]int {
	out := make([][]int, len(b.Users))
	for i, t := range b.Items {
		out[t.User] = append(out[t.User], i)
	}
	return out
}

// mergeFn adds the counts of a term.
type mergeFn struct{ Options TermsOptions }

// ProcessElement implements a DoFn.
func (f *mergeFn) ProcessElement(term string, parts func(*Count) bool, emit func(Count)) error {
	var all, c Count
	for parts(&c) {
		if err := all.Merge(c.Count); err != nil {
			return fmt.Errorf("cohort/beam: counting: %w", err)
		}
		for j, n := range c.Sizes {
			if all.Sizes == nil {
				all.Sizes = make([]int, len(c.Sizes))
			}
			all.Sizes[j] += n
		}
		c = Count{}
	}
	n := 0
	for _, t := range all.Texts {
		n += t
	}
	if term == "" || n >= f.Options.MinTexts {
		emit(all)
	}
	return nil
}

// AddCounts adds the counts of Terms to a counter.
func AddCounts(c *keyword.Counter, counts []Count) error {
	for _, n := range counts {
		err := c.AddCount(n.Count)
		if n.Term == "" {
			err = c.AddTotals(n.Texts, n.Sizes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Counter counts words and phrases.
type Counter = keyword.Counter

// SetWords sets the words and phrases of a segment, cluster i of the counter, as
// they are in a report.
func SetWords(s *result.Profile, c *Counter, i int) { profile.SetWords(s, c, i, s.Users) }
