package beam

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"

	sdk "github.com/apache/beam/sdks/v2/go/pkg/beam"

	"github.com/seed-56ee9438/cohort/corpus"
	"github.com/seed-56ee9438/cohort/internal/reading"
	"github.com/seed-56ee9438/cohort/internal/splitmix"
	"github.com/seed-56ee9438/cohort/text/clean"
	"github.com/seed-56ee9438/cohort/text/pii"
	"github.com/seed-56ee9438/cohort/text/repeats"
)

func init() {
	sdk.RegisterType(reflect.TypeFor[spreadFn]())
	sdk.RegisterType(reflect.TypeFor[prepareFn]())
}

// DefaultBatches is the default of PrepareOptions.Batches.
const DefaultBatches = 64

// PrepareOptions say how texts are prepared. The zero value cleans them, masks
// personal data and leaves out what users repeat, as the command does.
type PrepareOptions struct {
	// Batches is the number of groups of users; 0: DefaultBatches. A worker holds
	// the texts and vectors of a group in memory, so there should be one for some
	// ten thousand texts.
	Batches int

	NoClean bool // texts are not cleaned
	NoMask  bool // personal data is not masked
	// UserKey hashes users' names, if set; see corpus.PrivacyPreparer.
	UserKey    []byte
	UserColumn string // name of the input's user column, "" if it has none

	// KeepNearDuplicates keeps texts in which a user repeats themselves.
	KeepNearDuplicates bool
	MinLetters         int
	// Boilerplate are the hashes of sentences to leave out, as Stripper.Sentences
	// of package repeats returns them; nil: none.
	Boilerplate []uint64

	// Done are the numbers of batches that are not wanted, since an earlier
	// pipeline wrote them.
	Done []int

	Seed  uint64
	Model ModelOptions // which may be unable to read a text, which is then left out
}

// Preparer returns what prepares texts as these options say.
func (o *PrepareOptions) Preparer() (corpus.PrivacyPreparer, error) {
	p := corpus.PrivacyPreparer{UserColumn: o.UserColumn, UserKey: o.UserKey}
	if len(o.UserKey) > 0 && len(o.UserKey) < 16 {
		return p, fmt.Errorf("cohort/beam: UserKey has %d bytes, want 16 or more", len(o.UserKey))
	}
	if !o.NoClean {
		p.Cleaner = clean.New(clean.Options{NoOffsets: true, URLs: clean.Drop, Mentions: clean.Keep, Hashtags: clean.Replace, Emoji: clean.Keep})
		p.CleanedBy = "cleaned"
	}
	if o.NoMask {
		return p, nil
	}
	d, err := pii.New(pii.Options{})
	if err != nil {
		return p, err
	}
	p.Mask, err = pii.NewMasker(d, pii.Policy{})
	return p, err
}

// Repeats returns how repeated texts are treated; boilerplate is not looked for.
func (o *PrepareOptions) Repeats() *corpus.Repeats {
	r := &corpus.Repeats{MinLetters: o.MinLetters, KeepBoilerplate: o.Boilerplate == nil}
	if o.KeepNearDuplicates {
		r.Of = corpus.RepeatsKept
	}
	return r
}

// Prepare groups texts, a PCollection<Texts>, by user and prepares them. It
// returns a PCollection<Batch>.
func Prepare(s sdk.Scope, o PrepareOptions, texts sdk.PCollection) (sdk.PCollection, error) {
	if err := o.check(); err != nil {
		return sdk.PCollection{}, err
	}
	s = s.Scope("cohort.Prepare")
	o.Batches = cmp.Or(o.Batches, DefaultBatches)
	spread := sdk.ParDo(s, &spreadFn{Batches: o.Batches, Done: o.Done}, texts)
	return sdk.ParDo(s, &prepareFn{Options: o}, sdk.GroupByKey(s, spread)), nil
}

// spreadFn divides texts among batches by their users.
type spreadFn struct {
	Batches int
	Done    []int
}

// ProcessElement implements a DoFn.
func (f *spreadFn) ProcessElement(t Texts, emit func(int, Texts)) {
	by := map[int]*Texts{}
	for i, x := range t.Texts {
		n := batchOf(x.User, f.Batches)
		if slices.Contains(f.Done, n) {
			continue
		}
		if by[n] == nil {
			by[n] = &Texts{}
		}
		by[n].add(t.Rows[i], x)
	}
	for n, part := range by {
		emit(n, *part)
	}
}

// batchOf returns the number of the batch of a user's texts.
func batchOf(user string, batches int) int {
	h := fnv.New64a()
	_, _ = h.Write([]byte(user)) // a hash takes everything
	return int(splitmix.Mix(h.Sum64()) % uint64(batches))
}

// prepareFn prepares the texts of a batch.
type prepareFn struct {
	Options PrepareOptions

	preparer corpus.PrivacyPreparer
	config   reading.Config
}

// Setup implements a DoFn.
func (f *prepareFn) Setup() error {
	var err error
	if f.preparer, err = f.Options.Preparer(); err != nil {
		return err
	}
	m, err := f.Options.Model.Load()
	if err != nil {
		return err
	}
	f.config = reading.Config{Repeats: f.Options.Repeats(), Seed: f.Options.Seed, Languages: true, Legible: m.Legible}
	if f.preparer.Describe() != "" {
		f.config.Prepare = f.preparer
	}
	if b := f.Options.Boilerplate; b != nil {
		f.config.Boilerplate = repeats.OpenStripper(repeats.BoilerplateOptions{}, b)
	}
	return nil
}

// ProcessElement implements a DoFn.
func (f *prepareFn) ProcessElement(ctx context.Context, number int, parts func(*Texts) bool, emit func(Batch)) error {
	b := Batch{Number: number, Texts: merged(parts)}
	shown := make([]corpus.Text, 0, len(b.Texts.Texts))
	for t, err := range f.preparer.Texts(ctx, corpus.Slice(b.Texts.Texts)) {
		if err != nil {
			return err
		}
		shown = append(shown, t)
	}
	b.Texts.Texts = shown
	r, err := reading.Open(ctx, corpus.Slice(shown), f.config)
	if err != nil {
		return err
	}
	for t, err := range r.First(ctx) {
		if err != nil {
			return err
		}
		b.Items = append(b.Items, Item{Text: t.Row - 1, User: t.User, Clean: t.Clean, Plain: t.Plain, Kinds: t.Kinds})
	}
	s := r.Survey()
	b.Survey = surveyOf(s, len(shown))
	first := map[string]int{}
	for i, t := range shown {
		if _, ok := first[t.User]; !ok {
			first[t.User] = b.Rows[i]
		}
	}
	for u, name := range s.Users {
		b.Users = append(b.Users, BatchUser{Name: name, First: first[name], Repeated: s.Repeated(u)})
	}
	emit(b)
	return nil
}

// merged returns the texts of parts in the order of their rows.
func merged(parts func(*Texts) bool) Texts {
	var all, t Texts
	for parts(&t) {
		all.Rows, all.Texts = append(all.Rows, t.Rows...), append(all.Texts, t.Texts...)
		t = Texts{}
	}
	order := make([]int, len(all.Rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(all.Rows[a], all.Rows[b]) })
	out := Texts{Rows: make([]int, len(order)), Texts: make([]corpus.Text, len(order))}
	for to, from := range order {
		out.Rows[to], out.Texts[to] = all.Rows[from], all.Texts[from]
	}
	return out
}
